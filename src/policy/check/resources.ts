import { asObject, type JsonObject } from '../../model/json.ts';
import { RESOURCE_DESCRIPTION } from '../schema/match-shapes.ts';
import { type AtPath, conditionValueError, operatorError } from './conditions.ts';
import { userErrors } from './match-block.ts';
import { aggregate, isZero } from './print.ts';
import { imagesOf, isGiven, objectsIn } from './rule.ts';

/** Match blocks and conditions of a computed rule. Upstream: `validateResources` in pkg/validation/policy/validate.go. */
export function resourcesError(rule: JsonObject, index: number): AtPath | undefined {
  return excludeError(rule, index) ?? matchError(rule) ?? conditionsError(rule) ?? imageConditions(rule);
}

function isMixed(block: JsonObject): boolean {
  const listed = objectsIn(block['any']).length > 0 || objectsIn(block['all']).length > 0;
  return listed && !isZero(block['resources'], RESOURCE_DESCRIPTION);
}

function excludeError(rule: JsonObject, index: number): AtPath | undefined {
  const exclude = asObject(rule['exclude']);
  if (exclude === undefined) return undefined;
  const error = aggregate(userErrors(exclude, `spec.rules[${index}].exclude`));
  if (error !== undefined) return { path: 'exclude', error };
  if (isMixed(exclude)) {
    return { path: 'exclude.', error: "can't specify any/all together with exclude resources" };
  }
  const both = objectsIn(exclude['any']).length > 0 && objectsIn(exclude['all']).length > 0;
  return both ? { path: 'match.', error: "can't specify any and all together" } : undefined;
}

function matchError(rule: JsonObject): AtPath | undefined {
  const match = asObject(rule['match']) ?? {};
  if (isMixed(match)) return { path: 'match.', error: "can't specify any/all together with match resources" };
  const any = objectsIn(match['any']);
  const all = objectsIn(match['all']);
  const filters = any.length > 0 ? any : all.length > 0 ? all : [match];
  const empty = filters.some((filter) => isZero(filter['resources'], RESOURCE_DESCRIPTION));
  return empty ? { path: 'match.resources.', error: 'match resources not specified' } : undefined;
}

function below(prefix: string, found: AtPath | undefined): AtPath | undefined {
  return found === undefined ? undefined : { path: `${prefix}${found.path}`, error: found.error };
}

function conditionsError(rule: JsonObject): AtPath | undefined {
  const { preconditions } = rule;
  const validate = asObject(rule['validate']);
  const deny = asObject(validate?.['deny'])?.['conditions'];
  return (
    below('validate.', conditionValueError(preconditions, 'preconditions')) ??
    below('validate.', operatorError(preconditions, 'preconditions')) ??
    below('validate.deny.', conditionValueError(deny, 'conditions')) ??
    below('validate.deny.', operatorError(deny, 'conditions')) ??
    foreachError(objectsIn(validate?.['foreach']), 'validate.foreach') ??
    foreachError(objectsIn(asObject(rule['mutate'])?.['foreach']), 'mutate.foreach')
  );
}

function foreachError(loops: readonly JsonObject[], key: string): AtPath | undefined {
  for (const loop of loops) {
    const deny = key.startsWith('validate') ? asObject(loop['deny'])?.['conditions'] : undefined;
    const error =
      below(`${key}.`, operatorError(loop['preconditions'], 'conditions')) ??
      below(`${key}.deny.`, operatorError(deny, 'conditions')) ??
      below(`${key}.`, foreachError(objectsIn(loop['foreach']), key));
    if (error !== undefined) return error;
  }
  return undefined;
}

function imageConditions(rule: JsonObject): AtPath | undefined {
  const validates = (imagesOf(rule) ?? []).some(
    (image) => !isZero(image['validate'], { type: 'map', of: { type: 'any' } }),
  );
  for (const image of objectsIn(rule['verifyImages'])) {
    for (const attestation of objectsIn(image['attestations'])) {
      for (const block of objectsIn(attestation['conditions'])) {
        const error = below('verifyImages.attestations.', operatorError(block, 'conditions'));
        if (error !== undefined) return error;
      }
    }
    const deny = asObject(asObject(image['validate'])?.['deny'])?.['conditions'];
    if (!validates || !isGiven(deny)) continue;
    const error = conditionValueError(deny, 'conditions') ?? operatorError(deny, 'conditions');
    if (error !== undefined) return below('imageVerify.validate.deny.', error);
  }
  return undefined;
}
