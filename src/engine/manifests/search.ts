import { compareBytes } from '../../language/go-text.ts';
import { asString, type JsonObject } from '../../model/json.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { type FlatObject, flatten, scalarText } from './flat.ts';

/** Manifests that may be an object's, and whether they have its name. */
export interface Found {
  readonly manifests: readonly JsonObject[];
  readonly byName: boolean;
}

/** How many manifests may be the one of an object whose name is in none of them. */
const MAX_CANDIDATES = 3;

/**
 * The manifests among signed ones that may be an object's: the one of its group, kind and name, else those of its kind
 * that have most in common with it. Empty when there is none of its kind.
 * Upstream: `FindManifestYAML` in `pkg/util/yaml.go` of sigstore/k8s-manifest-sigstore.
 */
export function findManifests(
  signed: readonly JsonObject[],
  object: JsonObject,
  masked: (path: string) => boolean,
): Found {
  const kind = asString(object['kind']) ?? '';
  const sameKind = signed.filter((manifest) => manifest['kind'] === kind);
  if (sameKind.length === 0) return { manifests: [], byName: true };
  const { group } = gvkOf(object);
  const named = sameKind.filter((manifest) => gvkOf(manifest).group === group && nameOf(manifest) === nameOf(object));
  const [first] = named;
  if (first !== undefined) {
    const exact = named.find((manifest) => namespaceOf(manifest) === namespaceOf(object));
    return { manifests: [named.length === 1 ? first : (exact ?? first)], byName: true };
  }
  return { manifests: mostAlike(sameKind, object, masked), byName: false };
}

/** Upstream: `ManifestSearchByValue`, which stops counting once it seems clear which manifests are meant. */
function mostAlike(
  manifests: readonly JsonObject[],
  object: JsonObject,
  masked: (path: string) => boolean,
): readonly JsonObject[] {
  const texts = (flat: FlatObject) => new Map([...flat].map(([path, value]) => [path, scalarText(value)]));
  const wanted = [...texts(flatten(object, masked))].sort(
    ([a, x], [b, y]) => Buffer.byteLength(y) - Buffer.byteLength(x) || compareBytes(a, b),
  );
  const candidates = manifests.map((manifest) => ({ manifest, texts: texts(flatten(manifest, masked)), count: 0 }));
  const tenth = Math.floor(wanted.length / 10);
  let before = -1;
  let same = 0;
  for (const [i, [path, text]] of wanted.entries()) {
    let matched = 0;
    for (const candidate of candidates) {
      if (candidate.texts.get(path) !== text) continue;
      candidate.count++;
      matched++;
    }
    if (i > tenth && matched > 0 && matched < MAX_CANDIDATES) same = matched === before ? same + 1 : 0;
    if (same > tenth) break;
    before = matched;
  }
  const most = Math.max(...candidates.map(({ count }) => count));
  return candidates
    .filter(({ count }) => count === most)
    .slice(0, MAX_CANDIDATES)
    .map(({ manifest }) => manifest);
}
