import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { has, int, obj, size, str } from '../fields.ts';
import { checkLabels } from '../label-selector.ts';
import { checkAnnotations } from '../metadata.ts';
import { CLAIM_STRICT, checkClaimSpec } from '../storage/claim-spec.ts';

/** Upstream: `ValidatePersistentVolumeClaimTemplate`. */
export function checkClaimTemplate(path: FieldPath, template: JsonObject): FieldError[] {
  const meta = obj(template, 'metadata');
  const at = path.child('metadata');
  return [
    ...checkAnnotations(at.child('annotations'), meta),
    ...checkLabels(at.child('labels'), meta, 'labels'),
    ...checkUnsettable(at, meta),
    ...checkClaimSpec(path.child('spec'), obj(template, 'spec'), CLAIM_STRICT),
  ];
}

/** The fields of metadata in the order of Go's struct, by how their being set is seen. */
function checkUnsettable(path: FieldPath, meta: JsonObject | undefined): FieldError[] {
  const set: readonly (readonly [string, boolean])[] = [
    ...['name', 'generateName', 'namespace', 'selfLink'].map((key) => [key, str(meta, key) !== ''] as const),
    ['uID', str(meta, 'uid') !== ''],
    ['resourceVersion', str(meta, 'resourceVersion') !== ''],
    ['generation', int(meta, 'generation') !== 0n],
    ...['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'].map(
      (key) => [key, has(meta, key)] as const,
    ),
    ...['ownerReferences', 'finalizers', 'managedFields'].map((key) => [key, size(meta, key) > 0] as const),
  ];
  return set.filter(([, isSet]) => isSet).map(([key]) => forbidden(path.child(key), 'cannot be set'));
}
