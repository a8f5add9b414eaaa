import { aggregateText, compileValidatingPolicy, mentionsVariable } from '../../engine/index.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';

/**
 * Kyverno's own check of a ValidatingPolicy or NamespacedValidatingPolicy: its refusal; all errors are warnings too.
 * Upstream: `Validate` in `pkg/cel/policies/vpol/validate.go`.
 */
export function checkValidatingPolicy(policy: Policy): {
  readonly refused?: string;
  readonly warnings: readonly string[];
} {
  const { refusal } = compileValidatingPolicy(policy);
  const errors = refusal?.variant === '' ? [...refusal.texts] : [];
  const constraints = asObject(policy.spec['matchConstraints']);
  if ((asArray(constraints?.['resourceRules']) ?? []).length === 0) {
    const detail = 'a matchConstraints with at least one resource rule is required';
    errors.push(`spec.matchConstraints: Required value: ${detail}`);
  }
  if (policy.namespace !== '' && expressionsIn(policy.spec).some(usesHttp)) {
    const detail = 'http.* is not allowed in namespaced policies; set --allowHTTPInNamespacedPolicies to enable';
    errors.push(`spec: Forbidden: ${detail}`);
  }
  const warnings = [...new Set(errors)];
  return warnings.length === 0 ? { warnings } : { warnings, refused: aggregateText(errors) };
}

function usesHttp(expression: string): boolean {
  return expression !== '' && mentionsVariable(expression, 'http', false);
}

function expressionsIn(spec: JsonObject): readonly string[] {
  const texts = (list: Json | undefined, ...fields: readonly string[]): readonly string[] =>
    (asArray(list) ?? []).filter(isObject).flatMap((one) => fields.map((field) => asString(one[field]) ?? ''));
  return [
    ...texts(spec['variables'], 'expression'),
    ...texts(spec['matchConditions'], 'expression'),
    ...texts(spec['validations'], 'expression', 'messageExpression'),
    ...texts(spec['auditAnnotations'], 'valueExpression'),
  ];
}
