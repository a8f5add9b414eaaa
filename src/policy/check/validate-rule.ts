import type { AnchorKind } from '../../engine/pattern/anchor.ts';
import { goTypeName } from '../../language/go-text.ts';
import { asObject, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { AtPath } from './conditions.ts';
import { patternError } from './pattern.ts';
import { isGiven, objectsIn, text } from './rule.ts';

const SUPPORTED: readonly AnchorKind[] = ['condition', 'existence', 'equality', 'negation', 'global'];

/** What is wrong with a `validate` block; the path is below it. Upstream: pkg/policy/validate/validate.go. */
export function validateRuleError(rule: JsonObject, validate: JsonObject): AtPath | undefined {
  const plain = (error: string | undefined) => (error === undefined ? undefined : { path: '', error });
  return (
    plain(elementsError(validate)) ??
    patternsError(validate) ??
    plain(foreachsError(validate)) ??
    plain(celError(rule, asObject(validate['cel'])))
  );
}

function elementsError(validate: JsonObject): string | undefined {
  const given = ['pattern', 'anyPattern', 'deny', 'foreach', 'podSecurity', 'cel'].filter((name) =>
    isGiven(validate[name]),
  );
  const signed = objectsIn(asObject(validate['manifests'])?.['attestors']).length > 0;
  const count = given.length + (signed ? 1 : 0);
  if (count === 0) return 'one of pattern, anyPattern, deny, foreach, cel must be specified';
  return count > 1 ? 'only one of pattern, anyPattern, deny, foreach, cel can be specified' : undefined;
}

function patternsError(validate: JsonObject): AtPath | undefined {
  const { pattern, anyPattern } = validate;
  const below = (prefix: string, found: AtPath | undefined) =>
    found === undefined ? undefined : { path: `${prefix}.${found.path}`, error: found.error };
  const first = isGiven(pattern) ? below('pattern', patternError(pattern, SUPPORTED)) : undefined;
  if (first !== undefined || !isGiven(anyPattern)) return first;
  if (!isArray(anyPattern)) {
    const type = jsonWord(anyPattern);
    const cause = `json: cannot unmarshal ${type} into Go value of type []interface {}`;
    return { path: 'anyPattern', error: `failed to deserialize anyPattern, expect array: ${cause}` };
  }
  for (const [index, one] of anyPattern.entries()) {
    const error = below(`anyPattern[${index}]`, patternError(one, SUPPORTED));
    if (error !== undefined) return error;
  }
  return undefined;
}

function jsonWord(value: Json): string {
  if (isObject(value)) return 'object';
  if (typeof value === 'bigint' || typeof value === 'number') return 'number';
  return goTypeName(value);
}

function foreachsError(validate: JsonObject): string | undefined {
  for (const loop of objectsIn(validate['foreach'])) {
    if (text(loop, 'list') === '') return 'foreach.list is required';
    const given = ['pattern', 'anyPattern', 'deny'].filter((name) => isGiven(loop[name]));
    const count = given.length + (objectsIn(loop['foreach']).length > 0 ? 1 : 0);
    const names = 'of pattern, anyPattern, deny, or a nested foreach';
    if (count === 0) return `one ${names} must be specified`;
    if (count > 1) return `only one ${names} can be specified`;
  }
  return undefined;
}

function celError(rule: JsonObject, cel: JsonObject | undefined): string | undefined {
  if (cel === undefined) {
    return isGiven(rule['celPreconditions']) ? 'celPrecondition can only be used with validate.cel' : undefined;
  }
  if (objectsIn(cel['expressions']).some((one) => text(one, 'expression') === '')) {
    return 'cel.expressions.expression is required';
  }
  return paramError(asObject(cel['paramKind']), asObject(cel['paramRef'])) ?? annotationError(cel);
}

function paramError(kind: JsonObject | undefined, ref: JsonObject | undefined): string | undefined {
  if (kind !== undefined) {
    if (text(kind, 'apiVersion') === '') return 'cel.paramKind.apiVersion is required';
    if (text(kind, 'kind') === '') return 'cel.paramKind.kind is required';
    if (ref === undefined) return 'cel.paramRef is required';
  }
  if (ref === undefined) return undefined;
  if ((text(ref, 'name') === '') === !isGiven(ref['selector'])) {
    return 'one of cel.paramRef.name or cel.paramRef.selector must be set';
  }
  if (!isGiven(ref['parameterNotFoundAction'])) return 'cel.paramRef.parameterNotFoundAction is required';
  return kind === undefined ? 'cel.paramKind is required' : undefined;
}

function annotationError(cel: JsonObject): string | undefined {
  for (const annotation of objectsIn(cel['auditAnnotations'])) {
    if (text(annotation, 'key') === '') return 'cel.auditAnnotation.key is required';
    if (text(annotation, 'valueExpression') === '') return 'cel.auditAnnotation.valueExpression is required';
  }
  return undefined;
}
