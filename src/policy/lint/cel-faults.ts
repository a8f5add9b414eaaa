import {
  admissionPolicySource,
  type ExpressionFault,
  expressionFaults,
  namedExpressions,
  type ValidatorSource,
} from '../../engine/cel-validation/index.ts';
import { celRuleSource } from '../../engine/validate/cel-rule.ts';
import { asObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { Path, Trap } from './finding.ts';

/** Expressions of `validate.cel` and `celPreconditions` that do not compile: Kyverno takes the policy all the same. */
export function celRuleFaults({ rules }: Policy): readonly Trap[] {
  return rules.flatMap((rule, index) => {
    const path: Path = ['spec', 'rules', index];
    const cel: Path = [...path, 'validate', 'cel'];
    if (asObject(asObject(rule['validate'])?.['cel']) === undefined) return [];
    const lists: Lists = {
      matchConditions: [...path, 'celPreconditions'],
      variables: [...cel, 'variables'],
      validations: [...cel, 'expressions'],
      auditAnnotations: [...cel, 'auditAnnotations'],
    };
    return trapsOf(celRuleSource(rule), lists, 'each request is an error');
  });
}

/** Expressions of a ValidatingAdmissionPolicy that do not compile: the API server refuses it. */
export function admissionPolicyFaults({ spec, kind }: Policy): readonly Trap[] {
  if (kind !== 'ValidatingAdmissionPolicy') return [];
  const source = admissionPolicySource(spec, { hasAuthorizer: true, kyverno: false });
  const lists: Lists = {
    matchConditions: ['spec', 'matchConditions'],
    variables: ['spec', 'variables'],
    validations: ['spec', 'validations'],
    auditAnnotations: ['spec', 'auditAnnotations'],
  };
  return trapsOf(source, lists, 'the API server refuses it');
}

/** Match conditions of Kyverno's webhook that do not compile: Kyverno refuses the policy. */
export function matchConditionFaults({ spec }: Policy): readonly Trap[] {
  const path: Path = ['spec', 'webhookConfiguration', 'matchConditions'];
  const source: ValidatorSource = {
    matchConditions: namedExpressions(asObject(spec['webhookConfiguration'])?.['matchConditions']),
    variables: [],
    validations: [],
    auditAnnotations: [],
    ignoresErrors: false,
    hasParams: false,
    hasAuthorizer: false,
    kyverno: true,
  };
  const lists: Lists = { matchConditions: path, variables: path, validations: path, auditAnnotations: path };
  return trapsOf(source, lists, 'Kyverno refuses the policy');
}

type Lists = Readonly<Record<ExpressionFault['list'], Path>>;

function trapsOf(source: ValidatorSource, lists: Lists, outcome: string): readonly Trap[] {
  return expressionFaults(source).map(({ list, index, field, message, at, hint }) => ({
    code: 'bad-expression',
    path: [...lists[list], index, field],
    index: Math.max(at, 0),
    message: `the expression does not compile, so ${outcome}: ${message}`,
    hint: hint ?? '`kyverdict cel parse` tries an expression',
  }));
}
