import type { Resource } from '../../apiserver/resources/resource.ts';
import { findStruct, type ValueType } from '../../apiserver/schema/schema.ts';
import { EACH, type FieldPath } from '../path.ts';

/** The type of a value of which nothing is known: part of a custom resource. */
const UNKNOWN: ValueType = { kind: 'any' };

/** The type that the API server gives a field; `undefined` when the kind has no such field. */
export function typeAt(resource: Resource, path: FieldPath): ValueType | undefined {
  if (resource.type === undefined) return UNKNOWN;
  let type: ValueType | undefined = { kind: 'struct', name: resource.type };
  for (const step of path) {
    if (type === undefined || type.kind === 'any') return type;
    if (step === EACH) type = type.kind === 'list' ? type.item : undefined;
    else if (type.kind === 'map') type = type.item;
    else if (type.kind === 'struct') type = findStruct(type.name)?.fields.get(step)?.type;
    else type = undefined;
  }
  return type;
}

/** Where the pod template of a kind stands; `undefined` for kinds that run no pods. */
export function podTemplateOf(kind: string): FieldPath | undefined {
  switch (kind) {
    case 'Pod':
      return [];
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'Job':
      return ['spec', 'template'];
    case 'CronJob':
      return ['spec', 'jobTemplate', 'spec', 'template'];
    default:
      return undefined;
  }
}
