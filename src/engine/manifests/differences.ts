import { compareBytes, goTypeName, goValue } from '../../language/go-text.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { type FlatObject, flatten, regexOf, type Scalar } from './flat.ts';

/** One place in which an object is not as its signed manifest. `null`: there is nothing. */
export interface Difference {
  readonly key: string;
  readonly before: Scalar | null;
  readonly after: Scalar | null;
}

/**
 * The differences between a signed manifest and an object that count: not those in ignored fields, of default
 * registries and tags, and of a namespace that the manifest leaves open.
 * Upstream: `matchResourceWithManifest` in `pkg/k8smanifest/verify_resource.go`.
 */
export function differencesThatCount(
  manifest: JsonObject,
  object: JsonObject,
  isIgnored: (path: string) => boolean,
): readonly Difference[] {
  const all = differences(flatten(manifest), flatten(object));
  return all.filter(
    (one) =>
      !isCanonicalImage(one) && !isIgnored(one.key) && !(one.key === 'metadata.namespace' && one.before === null),
  );
}

/** The differences as messages quote them. Upstream: `DiffResult.String`. */
export function differencesAsJson(all: readonly Difference[]): JsonObject {
  return { items: all.map(({ key, before, after }): Json => ({ key, values: { before, after } })) };
}

/** Upstream: `FindDiffBetweenNodes` in `pkg/util/mapnode/node.go`. */
function differences(before: FlatObject, after: FlatObject): readonly Difference[] {
  const changed: Difference[] = [];
  const retyped: Difference[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old = null, now = null] = [before.get(key), after.get(key)];
    if (old === now) continue;
    if (old === null || now === null || typeof old === typeof now) changed.push({ key, before: old, after: now });
    else retyped.push({ key, before: typedText(old), after: typedText(now) });
  }
  return [...withoutMoved(changed).filter((one) => !isEmptyText(one)), ...retyped].sort((a, b) =>
    compareBytes(a.key, b.key),
  );
}

/** Go's `(type: %T) %s`. */
function typedText(value: Scalar): string {
  const type = goTypeName(value);
  return `(type: ${type}) ${typeof value === 'string' ? value : `%!s(${type}=${goValue(value)})`}`;
}

const IN_LIST = /\.\d+\./g;

/** Without elements of lists that only stand elsewhere. Upstream: `removeKeyDiffsInListNode`. */
function withoutMoved(all: readonly Difference[]): readonly Difference[] {
  return all.filter(({ key, before, after }) => {
    const anywhere = key.replaceAll(IN_LIST, '\\.\\d+\\.');
    if (anywhere === key || (before !== null && after !== null)) return true;
    const pattern = regexOf(anywhere);
    return !all.some(
      (other) =>
        pattern?.test(other.key) === true &&
        ((after === null && other.before === null && other.after === before) ||
          (before === null && other.after === null && other.before === after)),
    );
  });
}

/**
 * An empty text is as good as none. Upstream means this for every type's default, but compares addresses, which are
 * the same for empty texts only.
 */
function isEmptyText({ before, after }: Difference): boolean {
  return (before === null && after === '') || (before === '' && after === null);
}

function isCanonicalImage({ key, before, after }: Difference): boolean {
  return (
    key.endsWith('image') &&
    typeof before === 'string' &&
    (`docker.io/${before}` === after || `${before}:latest` === after)
  );
}
