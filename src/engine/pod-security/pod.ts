import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import { decodeTyped } from './decode.ts';

/** A container as the checks see it. */
export interface ContainerView {
  readonly name: string;
  readonly image: string;
  /** Where it stands, e.g. `spec.initContainers[0]`. */
  readonly field: string;
  readonly value: JsonObject;
  readonly securityContext: JsonObject | undefined;
}

/** A pod, or a controller's pod template, as the checks see it. */
export interface PodView {
  readonly annotations: JsonObject;
  readonly spec: JsonObject;
  readonly securityContext: JsonObject | undefined;
  /** Init containers, then containers, then ephemeral ones. */
  readonly containers: readonly ContainerView[];
}

/** A pod, or why the resource gives none. */
export type ReadPod =
  | { readonly pod: PodView; readonly error?: undefined }
  | { readonly error: string; readonly pod?: undefined };

/** Kinds with a pod template at `spec.template`. */
export const TEMPLATE_KINDS: ReadonlySet<string> = new Set([
  'DaemonSet',
  'Deployment',
  'Job',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
]);

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/**
 * The pod that a resource runs. The resource is decoded into Go's types first, so a field of a wrong type is an
 * error; a controller of any kind is decoded as a Deployment. For a CronJob the annotations are the job template's,
 * not the pod template's. Upstream: `getSpec` in `pkg/engine/handlers/validation/validate_pss.go`.
 */
export function readPod(resource: JsonObject): ReadPod {
  const kind = asString(resource['kind']) ?? '';
  const type = kind === 'Pod' || kind === 'CronJob' ? kind : TEMPLATE_KINDS.has(kind) ? 'Deployment' : undefined;
  if (type === undefined) return { error: 'could not find correct resource type' };
  const decoded = decodeTyped(resource, type);
  if (decoded.object === undefined) return { error: decoded.error };
  if (type === 'Pod') return { pod: podView(decoded.object, decoded.object['spec']) };
  const outer = asObject(decoded.object['spec']) ?? {};
  if (type === 'Deployment') {
    const template = asObject(outer['template']) ?? {};
    return { pod: podView(template, template['spec']) };
  }
  const jobTemplate = asObject(outer['jobTemplate']) ?? {};
  const template = asObject(asObject(jobTemplate['spec'])?.['template']);
  return { pod: podView(jobTemplate, template?.['spec']) };
}

function podView(owner: JsonObject, spec: Json | undefined): PodView {
  const podSpec = asObject(spec) ?? {};
  return {
    annotations: asObject(asObject(owner['metadata'])?.['annotations']) ?? {},
    spec: podSpec,
    securityContext: asObject(podSpec['securityContext']),
    containers: CONTAINER_LISTS.flatMap((list) => containerViews(list, asArray(podSpec[list]) ?? [])),
  };
}

function containerViews(list: string, items: readonly Json[]): readonly ContainerView[] {
  return items.map((item, i) => {
    const value = asObject(item) ?? {};
    return {
      name: asString(value['name']) ?? '',
      image: asString(value['image']) ?? '',
      field: `spec.${list}[${i}]`,
      value,
      securityContext: asObject(value['securityContext']),
    };
  });
}

/** The pod with its containers replaced by one that is empty but for its name. */
export function withFakeContainer(pod: PodView): PodView {
  const fake = { name: 'fake', image: '', field: 'spec.containers[0]', value: {}, securityContext: undefined };
  return { ...pod, containers: [fake] };
}

/** A pod with nothing but those containers whose image is wanted, counted anew. */
export function withOnlyImages(pod: PodView, wanted: (image: string) => boolean): PodView {
  const containers = CONTAINER_LISTS.flatMap((list) => {
    const prefix = `spec.${list}[`;
    const kept = pod.containers.filter(({ field, image }) => field.startsWith(prefix) && wanted(image));
    return kept.map((container, i) => ({ ...container, field: `${prefix}${i}]` }));
  });
  return { annotations: {}, spec: {}, securityContext: undefined, containers };
}
