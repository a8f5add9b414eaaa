import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import { asObject, asString, getPath, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { UserInfo } from '../../model/request.ts';
import { type GroupVersionKind, nameOf, namespaceOf } from '../../model/resource.ts';
import {
  auditAnnotationsOf,
  compileValidator,
  kubernetesHost,
  namedExpressions,
  namespaceVariable,
  type Validation,
  type ValidationInput,
  type ValidatorSource,
  type Verdict,
  validationsOf,
} from '../cel-validation/index.ts';
import { collectParams } from '../collect-params.ts';
import { declaredRulePath, errorSource } from '../error-source.ts';
import { skippedByExceptions } from '../rule-exceptions.ts';
import type { Answer, RuleHandler, RuleRun } from '../run.ts';
import { answering, isFailed } from './answers.ts';

const NOBODY: UserInfo = { username: '' };
const NO_RESOURCE = { group: '', version: '', resource: '' };

/** What a rule with `cel` gives to Kubernetes' validator. */
export function celRuleSource(rule: JsonObject): ValidatorSource {
  const validate = asObject(rule['validate']) ?? {};
  const cel = asObject(validate['cel']) ?? {};
  return {
    matchConditions: namedExpressions(rule['celPreconditions']),
    variables: namedExpressions(cel['variables']),
    validations: validationsOf(cel['expressions'], asString(validate['message']) ?? ''),
    auditAnnotations: auditAnnotationsOf(cel['auditAnnotations']),
    ignoresErrors: false,
    hasParams: asObject(cel['paramKind']) !== undefined && asObject(cel['paramRef']) !== undefined,
    hasAuthorizer: true,
    kyverno: true,
  };
}

/**
 * Compiles a rule with `cel`.
 * Upstream: `pkg/engine/handlers/validation/validate_cel.go`.
 */
export function compileCelRule(rule: JsonObject, policy: Policy): RuleHandler {
  const name = asString(rule['name']) ?? '';
  const validate = asObject(rule['validate']) ?? {};
  const cel = asObject(validate['cel']) ?? {};
  const source = celRuleSource(rule);
  const { hasParams, validations } = source;
  const validator = compileValidator(source);
  // Kyverno leaves the request to a ValidatingAdmissionPolicy that it has made of the policy.
  const isLeftToKubernetes = getPath(policy.document, 'status', 'validatingadmissionpolicy', 'generated') === true;
  return (run) => {
    const excepted = skippedByExceptions(run, name);
    if (excepted !== undefined) return excepted;
    if (isLeftToKubernetes) return undefined;
    const prepared = answering("Error getting the resource's namespace", () => inputOf(run));
    if (isFailed(prepared)) return prepared.failed;
    const params = hasParams
      ? answering('error in parameterized resource', () => findParams(run, cel, prepared.request.namespace))
      : [null];
    if (isFailed(params)) return params.failed;
    for (const one of params) {
      const result = validator({ ...prepared, params: one });
      if (result === undefined) return { status: 'skip', message: 'cel preconditions not met' };
      tell(run, name, validations, result.verdicts);
      const denied = result.verdicts.find(({ action }) => action === 'deny');
      if (denied !== undefined) return { status: 'fail', message: denied.message, ...sourceOf(run, name, denied) };
    }
    return { status: 'pass', message: `Validation rule '${name}' passed.` };
  };
}

/** Where an expression failed, when that is asked for. */
function sourceOf({ request, policy }: RuleRun, name: string, { failed }: Verdict): Pick<Answer, 'source'> {
  const explained = request.explain === true ? failed?.explain() : undefined;
  if (failed === undefined || explained === undefined) return {};
  const rule = declaredRulePath(policy, name);
  const list = failed.part === 'condition' ? ['celPreconditions'] : ['validate', 'cel', 'expressions'];
  const paths = {
    expression: [...rule, ...list, failed.index, 'expression'],
    variables: [...rule, 'validate', 'cel', 'variables'],
  };
  return { source: errorSource(policy, explained, paths) };
}

/** What the expressions are evaluated on. Throws `EvaluationError` when the namespace is not there. */
function inputOf(run: RuleRun): ValidationInput {
  const { request: asked, gvk } = run;
  const { request, mode, userKnown = mode === 'admission' } = asked;
  const subject = run.object ?? run.oldObject ?? {};
  const isNamespace = gvk.group === '' && gvk.version === 'v1' && gvk.kind === 'Namespace';
  const namespace = isNamespace ? '' : namespaceOf(subject);
  const resource = mode === 'cli' ? NO_RESOURCE : request.resource;
  return {
    object: run.object === null ? null : ofKind(run.object, gvk),
    oldObject: run.oldObject === null ? null : ofKind(run.oldObject, gvk),
    request: {
      kind: gvk,
      resource,
      requestKind: gvk,
      requestResource: resource,
      subResource: '',
      name: nameOf(subject),
      namespace,
      operation: run.operation,
      userInfo: userKnown ? request.userInfo : NOBODY,
      dryRun: false,
      options: undefined,
    },
    namespaceObject: namespace === '' ? null : namespaceObject(run, namespace),
    params: null,
    hasAuthorizer: true,
    host: kubernetesHost(`policy ${run.policy.name}`),
  };
}

function ofKind(object: JsonObject, { group, version, kind }: GroupVersionKind): JsonObject {
  return { ...object, apiVersion: group === '' ? version : `${group}/${version}`, kind };
}

/** The command line knows no more of a namespace than its name. */
function namespaceObject({ env, request }: RuleRun, name: string): JsonObject {
  if (request.mode === 'cli' || env.objects === undefined) return { metadata: { name }, spec: {}, status: {} };
  const found = env.objects.get('v1', 'Namespace', '', name);
  if (!found.ok) throw new EvaluationError(found.error);
  return namespaceVariable(found.value);
}

/** The objects that the rule's `paramRef` names. Throws `EvaluationError`, and `NotSupportedError` without a cluster. */
function findParams({ env, policy }: RuleRun, cel: JsonObject, namespace: string): readonly Json[] {
  if (env.objects === undefined) throw new NotSupportedError('paramKind without a cluster', `policy ${policy.name}`);
  return collectParams(env.objects, asObject(cel['paramKind']) ?? {}, asObject(cel['paramRef']) ?? {}, namespace);
}

function tell(
  { decide }: RuleRun,
  rule: string,
  validations: readonly Validation[],
  verdicts: readonly Verdict[],
): void {
  for (const { index, action, evaluation, message } of decide === undefined ? [] : verdicts) {
    const at = index === undefined ? ['celPreconditions'] : ['validate', 'cel', 'expressions', index, 'expression'];
    const expression = (index === undefined ? undefined : validations[index]?.expression) ?? '';
    const result = evaluation === 'error' ? 'error' : action === 'admit';
    decide?.({ kind: 'expression', rule, at, expression, result, message });
  }
}
