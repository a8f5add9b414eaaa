import { computeRules } from '../../engine/autogen/index.ts';
import { conditionProblems, namedExpressions } from '../../engine/cel-validation/index.ts';
import { NotSupportedError } from '../../model/failure.ts';
import { asObject, isArray, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { isValidatingPolicy } from '../kinds.ts';
import { generateAccessError, reportWarnings, targetAccessError } from './access.ts';
import { generateRuleError, generatesItself, jsonPatchError, mutateRuleError } from './change-rules.ts';
import type { CheckContext, ClusterView } from './context.ts';
import { contextError } from './context-entries.ts';
import { elementError } from './element.ts';
import { imageErrors } from './images.ts';
import { staleTargets } from './immutable.ts';
import { checkKinds } from './kinds.ts';
import { hasTextLabels } from './labels.ts';
import { dealsWithMetadataOnly, METADATA_ONLY } from './metadata-only.ts';
import { overrideError } from './overrides.ts';
import { aggregate } from './print.ts';
import { resourcesError } from './resources.ts';
import { generationOf, imagesOf, isGiven, kindsOf, mutationOf, objectsIn, text, validationOf } from './rule.ts';
import { structureErrors } from './structure.ts';
import { userVariableError, variablesIn } from './user-variables.ts';
import { validateRuleError } from './validate-rule.ts';
import { checkValidatingPolicy } from './validating.ts';
import { variableError } from './variables.ts';
import {
  autogenWarning,
  deprecationWarning,
  failureActionWarnings,
  imageWarnings,
  operatorWarnings,
  podPatchWarning,
  subresourceWarnings,
} from './warnings.ts';

/** Who checks a policy. */
export type CheckMode =
  /** `kyverno test` and `apply`: nobody knows the kinds of a cluster. */
  | { readonly mode: 'cli' }
  /** Kyverno's policy webhook; `old` is what an update replaces. */
  | { readonly mode: 'cluster'; readonly cluster: ClusterView; readonly old?: Policy };

/** What Kyverno says about a policy. */
export interface PolicyCheck {
  /** The words of the refusal, without the webhook's prefix; absent when the policy is accepted. */
  readonly refused?: string;
  /** In order, each once, as the API server passes them on; for a cluster with the notice of deprecation. */
  readonly warnings: readonly string[];
}

/**
 * Kyverno's own check of a policy that the schema let through: ClusterPolicy, Policy, and for a cluster ValidatingPolicy and
 * NamespacedValidatingPolicy. Other kinds are not checked.
 * Throws `NotSupportedError` for `matchConditions` where there is no cluster: the CLI crashes on them.
 * Upstream: `Validate` in pkg/validation/policy/validate.go, pkg/webhooks/policy/handlers.go.
 */
export function checkPolicy(policy: Policy, how: CheckMode): PolicyCheck {
  if (isValidatingPolicy(policy)) return how.mode === 'cluster' ? checkValidatingPolicy(policy) : { warnings: [] };
  if (policy.kind !== 'ClusterPolicy' && policy.kind !== 'Policy') return { warnings: [] };
  const warnings: string[] = [];
  const refused = run(policy, how, warnings);
  const deprecated = how.mode === 'cluster' ? deprecationWarning(policy.kind) : undefined;
  if (deprecated !== undefined) warnings.push(deprecated);
  return { ...(refused === undefined ? {} : { refused }), warnings: [...new Set(warnings)] };
}

function run(policy: Policy, how: CheckMode, warnings: string[]): string | undefined {
  if (policy.kind === 'ClusterPolicy' && policy.namespace !== '') {
    const refused = 'A clusterpolicy should not have the namespace defined';
    warnings.push(refused);
    return refused;
  }
  const conditions = asObject(policy.spec['webhookConfiguration'])?.['matchConditions'];
  if (isArray(conditions) && conditions.length > 0 && how.mode === 'cli') {
    throw new NotSupportedError('webhookConfiguration.matchConditions', `policy ${policy.name}`);
  }
  warnings.push(...failureActionWarnings(policy));
  const problems = conditionProblems(namedExpressions(conditions));
  if (problems.length > 0) return `match conditions compilation errors: [${problems.join(' ')}]`;
  const context: CheckContext = {
    policy,
    rules: computeRules(policy, ''),
    background: policy.spec['background'] !== false,
    cluster: how.mode === 'cluster' ? how.cluster : undefined,
    warnings,
  };
  const first = variablesError(context) ?? structureError(context) ?? overrideError(context) ?? processingError(policy);
  if (first !== undefined) return first;
  const stale = how.mode === 'cluster' && how.old !== undefined ? staleTargets(policy, how.old) : undefined;
  if (stale !== undefined) {
    const notice = 'no synchronization will be performed to the old target resource upon policy updates: ';
    warnings.push(notice + (stale.warning ?? ''));
    return stale.refused;
  }
  const kinds = checkKinds(context);
  if (kinds === 'accepted') return undefined;
  if (kinds !== undefined) return kinds.refused;
  for (const [index, rule] of context.rules.entries()) {
    const refused = checkRule(rule, index, context);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function variablesError(context: CheckContext): string | undefined {
  if (context.background) {
    const error = userVariableError(context);
    const remedy = 'Set spec.background=false to disable background mode for this policy rule';
    if (error !== undefined) return `only select variables are allowed in background mode. ${remedy}: ${error} `;
  }
  const error = variableError(context);
  return error === undefined ? undefined : `policy contains invalid variables: ${error}`;
}

function structureError(context: CheckContext): string | undefined {
  return aggregate(structureErrors(context));
}

function processingError({ spec, rules }: Policy): string | undefined {
  if (spec['admission'] !== false) return undefined;
  if (spec['background'] === false) return 'disabling both admission and background processing is not allowed';
  const changes = rules.some((rule) =>
    [mutationOf(rule), generationOf(rule), imagesOf(rule)].some((one) => one !== undefined),
  );
  return changes ? 'disabling admission processing is only allowed with validation policies' : undefined;
}

function checkRule(rule: JsonObject, index: number, context: CheckContext): string | undefined {
  const { policy, warnings } = context;
  const mutate = asObject(rule['mutate']);
  const patch = mutate === undefined ? undefined : jsonPatchError(text(mutate, 'patchesJson6902'), index);
  if (patch !== undefined) return patch;
  warnings.push(...podPatchWarning(rule));
  const resources = resourcesError(rule, index);
  if (resources !== undefined) return `path: spec.rules[${index}].${resources.path}: ${resources.error}`;
  const element = elementError(rule);
  if (element !== undefined) return element;
  const entry = contextError(rule) ?? extractorError(rule);
  if (entry !== undefined) return `path: spec.rules[${index}]: ${entry}`;
  const refused = kindlessError(rule) ?? actionsError(rule, index, context);
  if (refused !== undefined) return refused;
  const images = imagesOf(rule) === undefined ? undefined : aggregate(imageErrors(rule, index, context));
  if (images !== undefined) return images;
  warnings.push(...autogenWarning(rule, policy));
  if (!hasTextLabels(rule)) {
    return 'labels and annotations supports only string values, "use double quotes around the non string values"';
  }
  warnings.push(...subresourceWarnings(rule));
  const update = onUpdateError(rule, context);
  if (update !== undefined) return update;
  warnings.push(...imageWarnings(rule), ...operatorWarnings(rule));
  return undefined;
}

function extractorError(rule: JsonObject): string | undefined {
  const changesDigest = objectsIn(rule['verifyImages']).some((image) => image['mutateDigest'] === true);
  const extractors = Object.values(asObject(rule['imageExtractors']) ?? {}).flatMap(objectsIn);
  if (!changesDigest || !extractors.some((one) => text(one, 'jmesPath') !== '')) return undefined;
  return 'jmespath may not be used in an image extractor when mutating digests with verify images';
}

function kindlessError(rule: JsonObject): string | undefined {
  const match = asObject(rule['match']) ?? {};
  const any = objectsIn(match['any']);
  const all = objectsIn(match['all']);
  const filters = any.length > 0 ? any : all.length > 0 ? all : [match];
  if (filters.every((filter) => kindsOf(filter).length > 0)) return undefined;
  if (!dealsWithMetadataOnly(rule)) return METADATA_ONLY;
  return 'at least one element must be specified in a kind block, the kind attribute is mandatory when working with the resources element';
}

function actionsError(rule: JsonObject, index: number, { cluster, warnings }: CheckContext): string | undefined {
  const at = (block: string, found: { readonly path: string; readonly error: string } | undefined) =>
    found === undefined ? undefined : `path: spec.rules[${index}].${block}.${found.path}.: ${found.error}`;
  const mutate = mutationOf(rule);
  const mutateError =
    mutate === undefined
      ? undefined
      : at(
          'mutate',
          mutateRuleError(rule, mutate) ?? (isLoop(mutate) ? undefined : targetAccessError(mutate, cluster)),
        );
  if (mutateError !== undefined) return mutateError;
  if (mutate !== undefined && !isLoop(mutate)) warnings.push(...reportWarnings(rule, cluster, true));
  const validate = validationOf(rule);
  const validateError = validate === undefined ? undefined : at('validate', validateRuleError(rule, validate));
  if (validateError !== undefined) return validateError;
  if (validate !== undefined) warnings.push(...reportWarnings(rule, cluster, false));
  const generate = generationOf(rule);
  if (generate === undefined) return undefined;
  // A synchronized rule is checked for the admission controller first, and again for the background controller.
  for (const forAdmission of generate['synchronize'] === true ? [true, false] : [false]) {
    const wrong =
      generateRuleError(rule, generate, cluster === undefined) ?? generateAccessError(generate, cluster, forAdmission);
    if (wrong !== undefined) return at('generate', wrong);
    warnings.push(...reportWarnings(rule, cluster, true));
  }
  return generatesItself(rule, generate);
}

function isLoop(mutate: JsonObject): boolean {
  return objectsIn(mutate['foreach']).length > 0;
}

function onUpdateError(rule: JsonObject, context: CheckContext): string | undefined {
  const mutate = mutationOf(rule);
  if (mutate === undefined) return undefined;
  const own = mutate['mutateExistingOnPolicyUpdate'];
  const applies = isGiven(own) ? own === true : context.policy.spec['mutateExistingOnPolicyUpdate'] === true;
  if (!applies || variablesIn(context.policy).length === 0) return undefined;
  const error = variableError({ ...context, background: true });
  if (error !== undefined) return `update event, policy contains invalid variables: ${error}`;
  const user = userVariableError(context);
  if (user === undefined) return undefined;
  const remedy = 'Set spec.mutateExistingOnPolicyUpdate=false to disable update policy mode for this policy rule';
  return `only select variables are allowed in on policy update. ${remedy}: ${user} `;
}
