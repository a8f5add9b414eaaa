import { asString } from '../../model/json.ts';
import { ensureObject, isEmpty, isUnset, type Mutable, objectAt, objectsAt } from './mutable.ts';

type Converter = (target: Mutable) => void;

/**
 * What an object loses and gains on its way through the API server's internal version and back.
 * Upstream: conversion.go of pkg/apis/core/v1 and apps/v1.
 */
export const CONVERSIONS: Readonly<Record<string, Converter>> = {
  V1PodSpec: (spec) => {
    const name = asString(spec['serviceAccountName']) ?? asString(spec['serviceAccount']) ?? '';
    if (name !== '') {
      spec['serviceAccountName'] = name;
      spec['serviceAccount'] = name;
    }
    if (isUnset(spec, 'securityContext')) spec['securityContext'] = {};
  },
  V1PodTemplateSpec: dropInitContainerAnnotations,
  V1Pod: (pod) => {
    dropInitContainerAnnotations(pod);
    const spec = ensureObject(pod, 'spec');
    const period = spec['terminationGracePeriodSeconds'];
    if (typeof period === 'bigint' && period < 0n) spec['terminationGracePeriodSeconds'] = 1n;
  },
  V1PodStatus: (status) => singular(status, 'podIP', 'podIPs', 'ip'),
  V1NodeSpec: (spec) => singular(spec, 'podCIDR', 'podCIDRs', undefined),
  V1Secret: (secret) => {
    const texts = objectAt(secret, 'stringData');
    if (texts === undefined) return;
    const data = isEmpty(secret, 'stringData') ? {} : ensureObject(secret, 'data');
    for (const key of Object.keys(texts)) {
      data[key] = Buffer.from(asString(texts[key]) ?? '', 'utf8').toString('base64');
    }
    delete secret['stringData'];
  },
  V1StatefulSetSpec: (spec) => {
    for (const claim of objectsAt(spec, 'volumeClaimTemplates')) {
      claim['apiVersion'] = 'v1';
      claim['kind'] = 'PersistentVolumeClaim';
    }
  },
};

/** A list field and its older twin that holds only one value: the single one wins when they differ. */
function singular(target: Mutable, one: string, many: string, key: string | undefined): void {
  const value = target[one];
  const list = target[many];
  const first = Array.isArray(list) ? list[0] : undefined;
  const firstValue = key === undefined || first === undefined ? first : (first as Mutable)[key];
  if (typeof value === 'string') {
    if (firstValue !== value) target[many] = [key === undefined ? value : { [key]: value }];
  } else if (firstValue !== undefined) target[one] = firstValue;
}

const INIT_CONTAINER_ANNOTATION = /^pod\.(?:alpha|beta)\.kubernetes\.io\/init-container(?:s|-statuses)$/;

function dropInitContainerAnnotations(target: Mutable): void {
  const metadata = objectAt(target, 'metadata');
  const annotations = metadata === undefined ? undefined : objectAt(metadata, 'annotations');
  if (metadata === undefined || annotations === undefined || isEmpty(metadata, 'annotations')) return;
  for (const key of Object.keys(annotations)) if (INIT_CONTAINER_ANNOTATION.test(key)) delete annotations[key];
  if (Object.keys(annotations).length === 0) delete metadata['annotations'];
}
