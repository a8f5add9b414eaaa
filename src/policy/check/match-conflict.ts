import { goJson } from '../../language/go-text.ts';
import { wildcardMatch } from '../../language/wildcard.ts';
import { asObject, deepEqual, type Json, type JsonObject } from '../../model/json.ts';
import { MATCH_V1 } from '../schema/match-shapes.ts';
import { isZero } from './print.ts';
import { isGiven, objectsIn, text, textsIn } from './rule.ts';

/**
 * True when the exclude block takes away all that the match block lets in, as far as Kyverno looks.
 * Upstream: `ValidateMatchExcludeConflict` in rule_types.go.
 */
export function matchesNothing(rule: JsonObject): boolean {
  const exclude = asObject(rule['exclude']);
  const match = asObject(rule['match']) ?? {};
  if (exclude === undefined) return false;
  if (objectsIn(exclude['all']).length > 0 || objectsIn(match['all']).length > 0) return false;
  const matchAny = objectsIn(match['any']);
  const excludeAny = objectsIn(exclude['any']);
  if (matchAny.length > 0 && excludeAny.length > 0) {
    return matchAny.some((one) => excludeAny.some((other) => sameFilter(one, other)));
  }
  if (isZero(exclude, MATCH_V1)) return false;
  return (
    coversUsers(match, exclude) &&
    coversResources(asObject(match['resources']) ?? {}, asObject(exclude['resources']) ?? {})
  );
}

/** Two filters as Go structs: a missing `resources` equals an empty one. */
function sameFilter(a: JsonObject, b: JsonObject): boolean {
  return deepEqual({ resources: {}, ...a }, { resources: {}, ...b });
}

function coversUsers(match: JsonObject, exclude: JsonObject): boolean {
  for (const field of ['roles', 'clusterRoles']) {
    const excluded = textsIn(exclude[field]);
    if (excluded.length > 0 && !coversAll(textsIn(match[field]), excluded)) return false;
  }
  const excluded = objectsIn(exclude['subjects']).map(goJson);
  return excluded.length === 0 || coversAll(objectsIn(match['subjects']).map(goJson), excluded);
}

function coversAll(matched: readonly string[], excluded: readonly string[]): boolean {
  return matched.length > 0 && matched.every((one) => excluded.includes(one));
}

function coversResources(match: JsonObject, exclude: JsonObject): boolean {
  const name = text(exclude, 'name');
  if (name !== '' && !wildcardMatch(name, text(match, 'name'))) return false;
  const names = textsIn(exclude['names']);
  if (names.length > 0) {
    return textsIn(match['names']).some((one) => names.some((pattern) => wildcardMatch(pattern, one)));
  }
  for (const field of ['namespaces', 'kinds']) {
    const excluded = textsIn(exclude[field]);
    if (excluded.length > 0 && !coversAll(textsIn(match[field]), excluded)) return false;
  }
  for (const field of ['selector', 'namespaceSelector']) {
    if (!coversSelector(asObject(match[field]), asObject(exclude[field]))) return false;
  }
  const [ours, theirs] = [match['annotations'], exclude['annotations']];
  return isGiven(ours) === isGiven(theirs) && (!isGiven(ours) || deepEqual(ours as Json, theirs));
}

function coversSelector(match: JsonObject | undefined, exclude: JsonObject | undefined): boolean {
  if (match === undefined || exclude === undefined) return match === exclude;
  const expressions = objectsIn(exclude['matchExpressions']).map(goJson);
  if (expressions.length > 0 && !coversAll(objectsIn(match['matchExpressions']).map(goJson), expressions)) return false;
  const labels = asObject(exclude['matchLabels']) ?? {};
  const ours = Object.entries(asObject(match['matchLabels']) ?? {});
  if (Object.keys(labels).length === 0) return true;
  return ours.length > 0 && ours.every(([key, value]) => (Object.hasOwn(labels, key) ? labels[key] : '') === value);
}
