import { asObject, type Json, type JsonObject } from '../../model/json.ts';
import { RULE_V1 } from '../schema/policy-shapes.ts';
import type { CheckContext } from './context.ts';
import { generateErrors } from './generate-fields.ts';
import { blockErrors } from './match-block.ts';
import { matchesNothing } from './match-conflict.ts';
import { fieldError, printGo } from './print.ts';
import {
  generationOf,
  imagesOf,
  isGiven,
  mutatesExisting,
  mutationOf,
  objectsIn,
  text,
  textsIn,
  validationOf,
} from './rule.ts';

/**
 * Every field error of a policy, in order; the one group of which Kyverno reports all and not only the first.
 * Upstream: `Validate` of the types in api/kyverno/v1.
 */
export function structureErrors(context: CheckContext): readonly string[] {
  const { policy } = context;
  const errors: string[] = [];
  if (policy.annotations['pod-policies.kyverno.io/autogen-controllers'] === 'all') {
    const detail =
      "Autogen annotation does not support 'all' anymore, remove the annotation or set it to a valid value";
    errors.push(fieldError.forbidden('metadata.annotations', detail));
  }
  if (Buffer.byteLength(policy.name) > 63) errors.push('name: Too long: may not be more than 63 bytes');
  errors.push(
    ...deprecatedFields(policy.spec),
    ...mutateTargets(context),
    ...timeouts(policy.spec),
    ...ruleNames(context),
  );
  for (const [index, rule] of policy.rules.entries()) errors.push(...ruleErrors(rule, `spec.rules[${index}]`, context));
  if (policy.kind === 'Policy' && objectsIn(policy.spec['validationFailureActionOverrides']).length > 0) {
    const detail = 'Use of validationFailureActionOverrides is supported only with ClusterPolicy';
    errors.push(fieldError.forbidden('spec.validationFailureActionOverrides', detail));
  }
  return errors;
}

function deprecatedFields(spec: JsonObject): readonly string[] {
  const errors: string[] = [];
  const webhook = asObject(spec['webhookConfiguration']);
  const replaced = (old: string, now: string) =>
    errors.push(fieldError.forbidden(`spec.${old}`, `remove the deprecated field and use spec.${now} instead`));
  if (isGiven(spec['webhookTimeoutSeconds']) && isGiven(webhook?.['timeoutSeconds'])) {
    replaced('webhookTimeoutSeconds', 'webhookConfiguration.timeoutSeconds');
  }
  if (isGiven(spec['failurePolicy']) && isGiven(webhook?.['failurePolicy'])) {
    replaced('failurePolicy', 'webhookConfiguration.failurePolicy');
  }
  if (isGiven(spec['generateExistingOnPolicyUpdate'])) {
    replaced('generateExistingOnPolicyUpdate', 'generate[*].generateExisting');
  }
  return errors;
}

function mutateTargets({ policy }: CheckContext): readonly string[] {
  return policy.rules.flatMap((rule, index) => {
    const mutation = mutationOf(rule);
    if (mutation === undefined || objectsIn(mutation['targets']).length > 0) return [];
    const onUpdate =
      policy.spec['mutateExistingOnPolicyUpdate'] === true || mutation['mutateExistingOnPolicyUpdate'] === true;
    if (!onUpdate) return [];
    const detail = `rules[${index}].mutate.targets has to be specified when mutateExistingOnPolicyUpdate is set`;
    return [fieldError.forbidden('spec.mutateExistingOnPolicyUpdate', detail)];
  });
}

function timeouts(spec: JsonObject): readonly string[] {
  const check = (value: Json | undefined, path: string) => {
    if (!isGiven(value) || (Number(value) >= 1 && Number(value) <= 30)) return [];
    return [fieldError.invalid(path, String(value), 'the timeout value must be between 1 and 30 seconds')];
  };
  return [
    ...check(spec['webhookTimeoutSeconds'], 'spec.webhookTimeoutSeconds'),
    ...check(asObject(spec['webhookConfiguration'])?.['timeoutSeconds'], 'spec.webhookConfiguration.timeoutSeconds'),
  ];
}

function ruleNames({ policy }: CheckContext): readonly string[] {
  const seen = new Set<string>();
  return policy.rules.flatMap((rule, index) => {
    const name = text(rule, 'name');
    const repeated = seen.has(name);
    seen.add(name);
    if (!repeated) return [];
    return [fieldError.invalid(`spec.rules[${index}].name`, printGo(rule, RULE_V1), `Duplicate rule name: '${name}'`)];
  });
}

function ruleErrors(rule: JsonObject, path: string, context: CheckContext): readonly string[] {
  const { policy, cluster, warnings } = context;
  const isClusterScoped = cluster?.isClusterScoped ?? (() => false);
  const scope = { namespaced: policy.kind === 'Policy', isClusterScoped };
  const errors = [...ruleType(rule, path)];
  if (matchesNothing(rule))
    errors.push(fieldError.invalid(path, printGo(rule, RULE_V1), 'Rule is matching an empty set'));
  errors.push(...blockErrors(asObject(rule['match']), `${path}.match`, scope));
  errors.push(...blockErrors(asObject(rule['exclude']), `${path}.exclude`, scope));
  errors.push(...targetNamespaces(rule, path, context));
  errors.push(...podSecurityErrors(rule, path));
  return [...errors, ...generateErrors(rule, path, policy, isClusterScoped, warnings)];
}

function ruleType(rule: JsonObject, path: string): readonly string[] {
  const name = text(rule, 'name');
  const errors: string[] = [];
  const types = [mutationOf(rule), validationOf(rule), generationOf(rule), imagesOf(rule)];
  const count = types.filter((type) => type !== undefined).length;
  if (count === 0) {
    const detail = `No operation defined in the rule '${name}'.(supported operations: mutate,validate,generate,verifyImages)`;
    errors.push(fieldError.invalid(path, printGo(rule, RULE_V1), detail));
  } else if (count !== 1) {
    const detail = `Multiple operations defined in the rule '${name}', only one operation (mutate,validate,generate,verifyImages) is allowed per rule`;
    errors.push(fieldError.invalid(path, printGo(rule, RULE_V1), detail));
  }
  if (isGiven(rule['imageExtractors']) && imagesOf(rule) === undefined) {
    const detail = `Invalid rule spec for rule '${name}', imageExtractors can only be defined for verifyImages rule`;
    errors.push(fieldError.invalid(`${path}.imageExtractors`, printGo(rule, RULE_V1), detail));
  }
  return errors;
}

function targetNamespaces(rule: JsonObject, path: string, { policy }: CheckContext): readonly string[] {
  if (policy.kind !== 'Policy' || !mutatesExisting(rule)) return [];
  return objectsIn(asObject(rule['mutate'])?.['targets']).flatMap((target, index) => {
    const namespace = text(target, 'namespace');
    if (namespace === '' || namespace === policy.namespace) return [];
    const detail = 'This field can be ignored or should have value of the namespace where the policy is being created';
    return [fieldError.invalid(`${path}.targets[${index}].namespace`, JSON.stringify(namespace), detail)];
  });
}

const RESTRICTED = ['Volume Types', 'Privilege Escalation', 'Running as Non-root', 'Running as Non-root user'];
const POD_LEVEL = ['Host Namespaces', 'HostPath Volumes', 'Sysctls', 'Volume Types'];
const CONTAINER_LEVEL = [
  'Capabilities',
  'Privileged Containers',
  'Host Ports',
  '/proc Mount Type',
  'Privilege Escalation',
];

function podSecurityErrors(rule: JsonObject, path: string): readonly string[] {
  const podSecurity = asObject(asObject(rule['validate'])?.['podSecurity']);
  return objectsIn(podSecurity?.['exclude']).flatMap((exclude, index) => {
    const at = `${path}.podSecurity.exclude[${index}]`;
    const control = text(exclude, 'controlName');
    const errors = controlErrors(exclude, control, at);
    if (text(podSecurity, 'level') !== 'baseline' || !RESTRICTED.includes(control)) return errors;
    const detail = 'Invalid control name defined at the given level';
    return [...errors, fieldError.invalid(`${at}.controlName`, JSON.stringify(control), detail)];
  });
}

function controlErrors(exclude: JsonObject, control: string, path: string): readonly string[] {
  const errors: string[] = [];
  const images = textsIn(exclude['images']).length;
  const wrong = (detail: string) =>
    errors.push(fieldError.invalid(`${path}.controlName`, JSON.stringify(control), detail));
  if (CONTAINER_LEVEL.includes(control)) {
    if (images === 0) wrong('exclude.images must be specified for the container level control');
  } else if (POD_LEVEL.includes(control) && images > 0) {
    wrong('exclude.images must not be specified for the pod level control');
  }
  const field = text(exclude, 'restrictedField');
  const values = textsIn(exclude['values']).length;
  if (field !== '' && values === 0) errors.push(fieldError.forbidden(`${path}.values`, 'values is required'));
  if (field === '' && values > 0)
    errors.push(fieldError.forbidden(`${path}.restrictedField`, 'restrictedField is required'));
  return errors;
}
