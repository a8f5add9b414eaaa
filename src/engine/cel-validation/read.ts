import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import type { Validation, ValidatorSource } from './parts.ts';
import type { NamedExpression } from './variables.ts';

/** Reads `variables` or `matchConditions`. */
export function namedExpressions(list: Json | undefined): readonly NamedExpression[] {
  return objects(list).map((one) => ({ name: text(one, 'name'), expression: text(one, 'expression') }));
}

/** Reads `validations`; `message` is for those without one. */
export function validationsOf(list: Json | undefined, message: string): readonly Validation[] {
  return objects(list).map((one) => ({
    expression: text(one, 'expression'),
    message: text(one, 'message') || message,
    messageExpression: text(one, 'messageExpression'),
    reason: text(one, 'reason'),
  }));
}

/** Reads `auditAnnotations`. */
export function auditAnnotationsOf(
  list: Json | undefined,
): readonly { readonly key: string; readonly valueExpression: string }[] {
  return objects(list).map((one) => ({ key: text(one, 'key'), valueExpression: text(one, 'valueExpression') }));
}

/** What the spec of a ValidatingAdmissionPolicy gives to the validator. */
export function admissionPolicySource(
  spec: JsonObject,
  how: Pick<ValidatorSource, 'hasAuthorizer' | 'kyverno'>,
): ValidatorSource {
  return {
    matchConditions: namedExpressions(spec['matchConditions']),
    variables: namedExpressions(spec['variables']),
    validations: validationsOf(spec['validations'], ''),
    auditAnnotations: auditAnnotationsOf(spec['auditAnnotations']),
    ignoresErrors: spec['failurePolicy'] === 'Ignore',
    hasParams: asObject(spec['paramKind']) !== undefined,
    ...how,
  };
}

function objects(list: Json | undefined): readonly JsonObject[] {
  return (asArray(list) ?? []).map((one) => asObject(one) ?? {});
}

function text(object: JsonObject, field: string): string {
  return asString(object[field]) ?? '';
}
