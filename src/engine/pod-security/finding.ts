import { compareBytes } from '../../language/go-text.ts';
import type { ContainerView, PodView } from './pod.ts';

/** A field that a check objects to. `required`: it is missing; else it is forbidden as it is. */
export interface FieldFinding {
  readonly field: string;
  readonly required: boolean;
  /** The value found; absent or `""` where upstream names none. */
  readonly badValue?: string | boolean | number | readonly string[];
}

/** A check that a pod does not pass. */
export interface Finding {
  readonly id: string;
  readonly reason: string;
  /** A sentence that names the containers; upstream reads their names out of it. */
  readonly detail: string;
  readonly fields: readonly FieldFinding[];
}

/** What a check says, without its id. */
export type Objection = Omit<Finding, 'id'>;

/** Checks a pod. */
export type PodCheck = (pod: PodView) => Objection | undefined;

/** Containers that a check objects to, with the fields. */
export interface BadContainers {
  readonly names: readonly string[];
  readonly fields: readonly FieldFinding[];
}

/** A field that must not be as it is. */
export function forbidden(field: string, badValue?: FieldFinding['badValue']): FieldFinding {
  return badValue === undefined ? { field, required: false } : { field, required: false, badValue };
}

/** A field that must be set. */
export function required(field: string): FieldFinding {
  return { field, required: true };
}

/** Asks about each container; those with at least one field found are bad. */
export function badContainers(
  pod: PodView,
  inspect: (container: ContainerView) => readonly FieldFinding[] | FieldFinding | undefined,
): BadContainers {
  const names: string[] = [];
  const fields: FieldFinding[] = [];
  for (const container of pod.containers) {
    const found = inspect(container);
    if (found === undefined) continue;
    names.push(container.name);
    if (isList(found)) fields.push(...found);
    else fields.push(found);
  }
  return { names, fields };
}

function isList(found: readonly FieldFinding[] | FieldFinding): found is readonly FieldFinding[] {
  return Array.isArray(found);
}

/** `container "a"` or `containers "a", "b"`. */
export function containersText(names: readonly string[]): string {
  return `${plural('container', 'containers', names.length)} ${quoted(names)}`;
}

/** The pod itself and its containers as the subjects of a sentence: `pod and container "a"`. */
export function settersText(podIsBad: boolean, names: readonly string[]): string {
  const setters = podIsBad ? ['pod'] : [];
  if (names.length > 0) setters.push(containersText(names));
  return setters.join(' and ');
}

/** The first form for one, the second for any other count. */
export function plural(one: string, many: string, count: number): string {
  return count === 1 ? one : many;
}

/** `"a", "b"`; nothing for none. */
export function quoted(items: readonly string[]): string {
  return items.length === 0 ? '' : `"${items.join('", "')}"`;
}

/** Distinct texts in byte order. */
export function sortedSet(items: Iterable<string>): readonly string[] {
  return [...new Set(items)].sort(compareBytes);
}
