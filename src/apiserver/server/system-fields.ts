import type { Clock, RandomSource } from '../../model/environment.ts';
import { asArray, asString, isObject } from '../../model/json.ts';
import { ensureObject, type Mutable } from '../default/mutable.ts';
import { generatedName } from '../plugins/generated-name.ts';

/** Removes what only the API server may set. Upstream: `WipeObjectMetaSystemFields` (apiserver/pkg/registry/rest). */
export function wipeSystemFields(object: Mutable): void {
  const metadata = ensureObject(object, 'metadata');
  for (const key of ['creationTimestamp', 'uid', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']) {
    delete metadata[key];
  }
}

/** Gives a new object its uid, creation time and generated name. Upstream: `Store.create`. */
export function fillSystemFields(object: Mutable, clock: Clock, random: RandomSource): void {
  const metadata = ensureObject(object, 'metadata');
  metadata['creationTimestamp'] = timestamp(clock);
  metadata['uid'] = uuid(random);
  const base = asString(metadata['generateName']) ?? '';
  if (base !== '' && (asString(metadata['name']) ?? '') === '') {
    metadata['name'] = generatedName(base, random);
  }
}

/** The time as the API server writes it, e.g. `2026-11-23T10:19:18Z`. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A random (version 4) UUID. */
export function uuid(random: RandomSource): string {
  const digit = (): string => Math.floor(random.next() * 16).toString(16);
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) =>
    place === 'x' ? digit() : (8 + Math.floor(random.next() * 4)).toString(16),
  );
}

/** Removes repeated owner references; gives the warning if there were any. Upstream: `dedupOwnerReferences`. */
export function dedupOwnerReferences(object: Mutable): readonly string[] {
  const metadata = ensureObject(object, 'metadata');
  const references = (asArray(metadata['ownerReferences']) ?? []).filter(isObject);
  const seen = new Set<string>();
  const repeated: string[] = [];
  const kept = references.filter((reference) => {
    const key = JSON.stringify(Object.entries(reference).sort());
    if (!seen.has(key)) {
      seen.add(key);
      return true;
    }
    repeated.push(asString(reference['uid']) ?? '');
    return false;
  });
  if (repeated.length === 0) return [];
  metadata['ownerReferences'] = kept;
  return [
    `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${repeated.join(', ')}`,
  ];
}
