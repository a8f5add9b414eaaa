import { computeRules } from '../../src/engine/autogen/index.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Policy } from '../../src/model/policy.ts';
import { policyOf } from '../../src/policy/index.ts';
import { type Change, withinItem, withinKey, withKey } from './change.ts';
import { conditionFaults, queryFaults } from './condition-faults.ts';
import { excludeFaults, matchFaults } from './match-faults.ts';
import { patternFaults } from './pattern-faults.ts';

/** A policy with one fault in it. */
export interface Fault {
  readonly policy: string;
  /** The rule that has it; `""` when it is the policy's. */
  readonly rule: string;
  readonly name: string;
  /** The policy with the fault; Kyverno would still accept it. */
  readonly faulty: Policy;
}

const AUTOGEN = 'pod-policies.kyverno.io/autogen-controllers';
const CONTROLLERS = ['DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'CronJob'];

/** Every fault that is planted in a policy, one by one. */
export function faultsOf(policy: Policy): readonly Fault[] {
  const { document, spec, rules } = policy;
  const faults: Fault[] = [];
  const add = (rule: string, changes: Iterable<Change>) => {
    for (const { name, value } of changes) {
      const faulty = policyOf(withKey(document, 'spec', value), policy.place);
      faults.push({ policy: policy.name, rule, name, faulty });
    }
  };
  for (const [i, rule] of rules.entries()) {
    const inRules = (changes: Iterable<Change>) => withinKey(spec, 'rules', withinItem(rules, i, changes));
    const name = asString(rule['name']) ?? '';
    add(name, inRules([{ name: 'rule dropped', value: undefined }]));
    add(name, inRules(ruleFaults(rule)));
  }
  add('', policyFaults(spec, rules.length));
  if (computeRules(policy, '').length > rules.length) {
    for (const gone of CONTROLLERS) {
      const rest = CONTROLLERS.filter((one) => one !== gone).join(',');
      faults.push(autogenFault(policy, `no rule derived for ${gone}`, rest));
    }
    faults.push(autogenFault(policy, 'no rules derived', 'none'));
  }
  return faults;
}

// `background` is left out: it is about scans of what exists already, which no admission request shows.
function* policyFaults(spec: JsonObject, rules: number): Iterable<Change> {
  yield { name: 'Audit instead of Enforce', value: withKey(spec, 'validationFailureAction', 'Audit') };
  yield { name: 'webhook failures ignored', value: withKey(spec, 'failurePolicy', 'Ignore') };
  if (rules > 1) yield { name: 'only one rule applies', value: withKey(spec, 'applyRules', 'One') };
  // Kyverno refuses a policy that is for neither.
  if (spec['background'] === true) yield { name: 'admission off', value: withKey(spec, 'admission', false) };
}

function autogenFault(policy: Policy, name: string, controllers: string): Fault {
  const metadata = asObject(policy.document['metadata']) ?? {};
  const annotations = { ...asObject(metadata['annotations']), [AUTOGEN]: controllers };
  const faulty = policyOf(withKey(policy.document, 'metadata', { ...metadata, annotations }), policy.place);
  return { policy: policy.name, rule: '', name, faulty };
}

function* ruleFaults(rule: JsonObject): Iterable<Change> {
  // Only conditions are asked about deletes.
  const seesDeletes = asObject(rule['validate'])?.['deny'] !== undefined;
  yield* withinKey(rule, 'match', matchFaults(asObject(rule['match']), 'match', seesDeletes));
  if (rule['exclude'] !== undefined) {
    yield { name: 'exclude: dropped', value: withKey(rule, 'exclude', undefined) };
    yield* withinKey(rule, 'exclude', excludeFaults(asObject(rule['exclude']), 'exclude'));
  }
  if (rule['preconditions'] !== undefined) {
    yield { name: 'preconditions: dropped', value: withKey(rule, 'preconditions', undefined) };
    yield* withinKey(rule, 'preconditions', conditionFaults(rule['preconditions'], 'preconditions'));
  }
  yield* withinKey(rule, 'context', listFaults(rule['context'], 'context', contextFaults));
  yield* withinKey(rule, 'validate', validateFaults(asObject(rule['validate']) ?? {}));
}

function* validateFaults(validate: JsonObject): Iterable<Change> {
  const message = asString(validate['message']) ?? '';
  yield { name: 'message: another text', value: withKey(validate, 'message', `${message} Really.`) };
  yield { name: 'message: dropped', value: withKey(validate, 'message', undefined) };
  yield { name: 'failureAction: Audit', value: withKey(validate, 'failureAction', 'Audit') };
  yield { name: 'old violations not excused', value: withKey(validate, 'allowExistingViolations', false) };
  if (validate['pattern'] !== undefined) {
    yield* withinKey(validate, 'pattern', patternFaults(validate['pattern'], 'pattern'));
  }
  yield* withinKey(validate, 'deny', denyFaults(asObject(validate['deny']), 'deny'));
  yield* withinKey(validate, 'foreach', listFaults(validate['foreach'], 'foreach', foreachFaults));
}

function* denyFaults(deny: JsonObject | undefined, at: string): Iterable<Change> {
  if (deny === undefined) return;
  yield { name: `${at}/conditions: dropped`, value: withKey(deny, 'conditions', undefined) };
  yield* withinKey(deny, 'conditions', conditionFaults(deny['conditions'], at));
}

function* foreachFaults(loop: JsonObject, at: string): Iterable<Change> {
  yield* withinKey(loop, 'list', queryFaults(asString(loop['list']) ?? '', `${at}/list`));
  if (loop['preconditions'] !== undefined) {
    yield { name: `${at}/preconditions: dropped`, value: withKey(loop, 'preconditions', undefined) };
    yield* withinKey(loop, 'preconditions', conditionFaults(loop['preconditions'], `${at}/preconditions`));
  }
  yield* withinKey(loop, 'deny', denyFaults(asObject(loop['deny']), `${at}/deny`));
}

function* contextFaults(entry: JsonObject, at: string): Iterable<Change> {
  const call = asObject(entry['apiCall']);
  if (call === undefined) return;
  const url = asString(call['urlPath']) ?? '';
  const query = asString(call['jmesPath']) ?? '';
  const changes: Change[] = [
    { name: `${at}/urlPath: one namespace`, value: withKey(call, 'urlPath', url.replace(/\{\{[^}]*\}\}/, 'default')) },
    {
      name: `${at}/urlPath: all namespaces`,
      value: withKey(call, 'urlPath', url.replace(/namespaces\/[^/]*\}\}\//, '')),
    },
    { name: `${at}/urlPath: another resource`, value: withKey(call, 'urlPath', url.replace(/[^/]*$/, 'ingresses')) },
  ];
  yield* withinKey(entry, 'apiCall', changes);
  yield* withinKey(entry, 'apiCall', withinKey(call, 'jmesPath', queryFaults(query, `${at}/jmesPath`)));
}

function* listFaults(
  list: Json | undefined,
  at: string,
  faults: (item: JsonObject, at: string) => Iterable<Change>,
): Iterable<Change> {
  const items = asArray(list) ?? [];
  for (const [i, item] of items.entries()) yield* withinItem(items, i, faults(asObject(item) ?? {}, `${at}/${i}`));
}
