import { asString } from '../../model/json.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';

/** A pod or pod template as the checks see it. */
export interface PodView {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Mutable;
  /** Init, then ordinary, then ephemeral containers. */
  readonly containers: readonly ContainerView[];
}

/** A container and its security context (`{}` when it has none). */
export interface ContainerView {
  readonly name: string;
  readonly container: Mutable;
  readonly context: Mutable;
}

/** Why a check forbids a pod. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** One control of the pod security standards. */
export type Check = (pod: PodView) => Violation | undefined;

/** Reads a pod or a pod template. */
export function viewOf(pod: Mutable): PodView {
  const spec = objectAt(pod, 'spec') ?? {};
  const annotations = objectAt(objectAt(pod, 'metadata') ?? {}, 'annotations') ?? {};
  const lists = ['initContainers', 'containers', 'ephemeralContainers'];
  return {
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, asString(value) ?? ''])),
    spec,
    containers: lists.flatMap((list) =>
      objectsAt(spec, list).map((container) => ({
        name: asString(container['name']) ?? '',
        container,
        context: objectAt(container, 'securityContext') ?? {},
      })),
    ),
  };
}

/** The pod's own security context (`{}` when it has none). */
export function podContext({ spec }: PodView): Mutable {
  return objectAt(spec, 'securityContext') ?? {};
}

/** `"a", "b"`; upstream does not escape. */
export function quoteAll(items: Iterable<string>): string {
  return [...items].map((item) => `"${item}"`).join(', ');
}

/** The singular for exactly one. */
export function plural(one: string, many: string, count: number): string {
  return count === 1 ? one : many;
}

/** `container "a"`, `containers "a", "b"`. */
export function containersText(names: readonly string[]): string {
  return `${plural('container', 'containers', names.length)} ${quoteAll(names)}`;
}

/** Sorted, each once. */
export function sortedSet(items: Iterable<string>): readonly string[] {
  return [...new Set(items)].sort();
}

/** `pod and container "a"`: who sets something. */
export function settersText(pod: boolean, names: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(names.length > 0 ? [containersText(names)] : [])].join(' and ');
}

/** Names of the containers that a test finds bad. */
export function badNames(pod: PodView, isBad: (view: ContainerView) => boolean): readonly string[] {
  return pod.containers.filter(isBad).map(({ name }) => name);
}
