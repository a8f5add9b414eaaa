import { relative } from 'node:path';
import { ruleNamesOf } from '../../engine/index.ts';
import { goJson } from '../../language/go-text.ts';
import { asArray, asString, getPath, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { UserInfo } from '../../model/request.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { loadExceptions } from '../exceptions.ts';
import { loadClusterObjects } from '../fake-cluster.ts';
import type { TestHost } from '../host.ts';
import type { TableLine } from '../judge.ts';
import { loadUserInfo, loadValues, pathOf, readResources } from '../load-inputs.ts';
import { loadPolicies } from '../load-policies.ts';
import { resourceKey } from '../resources.ts';
import type { JudgedTest } from '../run-test.ts';
import type { UserInfoSpec } from '../test-document.ts';
import { createValues, type Values } from '../values.ts';
import { featureText, listed, quoted, type Scenario, type Step, yamlText } from './feature-text.ts';
import { type ClusterCheck, createClusterCheck } from './same-in-cluster.ts';
import { bindingsFor, convertValues, definitionsFor, namespacesFor } from './surroundings.ts';

/** A test as a feature. */
export interface Converted {
  /** `undefined` when nothing of the test can be said. */
  readonly feature: string | undefined;
  /** What of the test the feature does not say. */
  readonly notes: readonly string[];
}

/** An object of a test and where it stands. */
interface Located {
  readonly object: JsonObject;
  /** Path and name for a step, when they name just this object; else it is written out. */
  readonly reference: string | undefined;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  pass: 'passes',
  fail: 'fails',
  warn: 'warns',
  error: 'errors',
  skip: 'is skipped',
};

/** Namespaces and kinds that Kyverno's default configuration keeps from its policies. */
const FILTERED_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'kyverno'];
const FILTERED_KINDS = ['Event', 'Node', 'APIService', 'ReplicaSet', 'TokenReview', 'SubjectAccessReview', 'Binding'];

/**
 * The feature that says what a test says, resource by resource: which rule answers what. The test must have been run,
 * so that the names of its rules are known. `root` is the folder that will hold `features/`.
 * Throws `InputError` for files that cannot be read any more.
 */
export function convertTest({ test, lines }: JudgedTest, root: string, host: TestHost): Converted {
  const { files } = host;
  const spec = loadValues(test, files);
  const values = createValues(spec);
  const policies = loadPolicies(test, files, host.policies, host.known).accepted;
  const fake = loadClusterObjects(test, files);
  const clusterKinds = fake?.clusterKinds ?? new Set<string>();
  const resources = locate(test.spec.resources?.map((path) => pathOf(test, path)) ?? [], root, clusterKinds, host);
  const user = loadUserInfo(test, files);
  const notes: string[] = [];
  const objects = [...resources.values()].map(({ object }) => object);
  const namespaceByName = new Map(objects.map((object) => [nameOf(object), namespaceOf(object)]));
  const namespaceOfResource = (name: string) => namespaceByName.get(name);
  const converted = new Map(policies.map((policy) => [policy.name, convertValues(policy, spec, namespaceOfResource)]));
  const isLeft = leftOut(converted, policies, test.spec.apiCallResponses !== undefined, notes);
  const told = lines.filter((line) => !isLeft(line.policy, line, notes));
  const others = [
    ...definitionsFor(objects, clusterKinds),
    ...(fake?.objects ?? []),
    ...[...converted.values()].flatMap(({ configMaps }) => configMaps),
    ...(user === undefined ? [] : bindingsFor(user)),
    ...loadExceptions(test, files),
    ...(objects.some(isFiltered) ? [UNFILTERED] : []),
  ];
  const namespaces = new Map(
    [...namespacesFor([...objects, ...others], spec)].filter(([name]) => !FILTERED_NAMESPACES.includes(name)),
  );
  const asking = user?.userInfo ?? (policies.some(asksForUser) ? { username: 'somebody' } : undefined);
  const cluster = { policies, objects: others, namespaces, user: asking as UserInfo | undefined };
  const check = createClusterCheck(cluster, host);
  const scenarios = [...Map.groupBy(told, (line) => `${line.row.operation ?? ''} ${line.resource}`).values()].flatMap(
    (group) => scenariosOf(group, resources, values, policies, check, notes),
  );
  const feature = featureText({
    name: relative(root, test.folder) || '.',
    tags: objects.some(isFiltered) ? ['@engine'] : [],
    description: [
      `From ${relative(root, test.file)}.`,
      ...notes.map((note) => `Not said here: ${note.replaceAll('\n', ' ')}.`),
    ],
    background: [
      ...(test.spec.policies ?? []).map((path) => policyStep(relative(root, pathOf(test, path)))),
      ...[...namespaces].map(([name, labels]) => namespaceStep(name, labels)),
      ...(others.length === 0 ? [] : [{ text: 'these objects exist:', docString: yamlText(others) }]),
      ...(asking === undefined ? [] : userSteps(asking)),
    ],
    scenarios,
  });
  return { feature: scenarios.length === 0 ? undefined : feature, notes };
}

const UNFILTERED: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kyverno', namespace: 'kyverno' },
  data: { webhooks: '{}' },
};

function isFiltered(object: JsonObject): boolean {
  return FILTERED_NAMESPACES.includes(namespaceOf(object)) || FILTERED_KINDS.includes(gvkOf(object).kind);
}

/** Decides which lines a feature cannot say, and notes why. */
function leftOut(
  converted: ReadonlyMap<string, ReturnType<typeof convertValues>>,
  policies: readonly Policy[],
  hasMocks: boolean,
  notes: string[],
): (policy: string, line: TableLine, notes: string[]) => boolean {
  const note = (text: string): true => {
    if (!notes.includes(text)) notes.push(text);
    return true;
  };
  return (name, { row, answer, reason, resource }) => {
    const bare = bareName(name);
    const { left = [] } = converted.get(bare) ?? {};
    if (left.length > 0) return note(`rows of ${bare}, which need the values ${left.join(', ')}`);
    const calls = policies.some(({ name: one, rules }) => one === bare && rules.some(callsApi));
    if (hasMocks && calls) return note(`rows of ${bare}, which need answers to its calls`);
    if (reason === 'Not found' || reason === 'Invalid Policy') return note(`a row about ${name}: ${reason}`);
    const rule = row.rule ?? '';
    if (reason === 'Excluded' && rule === '') return note(`a row about ${name} on ${resource} without a rule`);
    const names = policies.filter((policy) => policy.name === bare).flatMap(ruleNamesOf);
    if (reason === 'Excluded' && !names.includes(rule))
      return note(`a row about the rule ${rule}, which ${name} has not`);
    if (row.patchedResources !== undefined && answer?.type === 'Mutation') note('what objects are like after mutation');
    if (answer?.type === 'Generation') note('what is generated');
    return false;
  };
}

function callsApi(rule: JsonObject): boolean {
  return (asArray(rule['context']) ?? []).some((entry) => getPath(entry, 'apiCall') !== undefined);
}

function scenariosOf(
  group: readonly TableLine[],
  resources: ReadonlyMap<string, Located>,
  values: Values,
  policies: readonly Policy[],
  check: ClusterCheck,
  notes: string[],
): readonly Scenario[] {
  const [first] = group;
  const located = resources.get(first?.resource ?? '');
  if (first === undefined || located === undefined) return [];
  const { object } = located;
  const title = `${gvkOf(object).kind} ${fullName(object)}`;
  // Values may ask different policies different things.
  const byOperation = Map.groupBy(group, ({ row, policy }) => {
    const given = values.forResource(bareName(policy), nameOf(object))['request.operation'];
    return row.operation ?? asString(given) ?? 'CREATE';
  });
  return [...byOperation].flatMap(([operation, lines]): readonly Scenario[] => {
    const name = `${title}${OPERATIONS[operation] ?? ''}`;
    const difference = check(object, operation, lines);
    if (difference !== undefined) {
      notes.push(`${name}: ${difference}`);
      return [];
    }
    const expected = { text: 'Then these rules answer:', table: answers(lines, policies) };
    return [{ name, steps: [...requestSteps(located, operation), expected] }];
  });
}

function fullName(object: JsonObject): string {
  return [namespaceOf(object), nameOf(object)].filter((part) => part !== '').join('/');
}

/** The part after the last slash, as rows name policies. */
function bareName(policy: string): string {
  return policy.slice(policy.lastIndexOf('/') + 1);
}

/** Do rules ask who sends the request? Then the answer must not be that of an administrator. */
function asksForUser({ rules }: Policy): boolean {
  return rules.some((rule) =>
    /"(?:subjects|roles|clusterRoles)":/.test(goJson([rule['match'] ?? null, rule['exclude'] ?? null])),
  );
}

const OPERATIONS: Readonly<Record<string, string>> = { UPDATE: ' is updated', DELETE: ' is deleted' };

function requestSteps({ object, reference }: Located, operation: string): readonly Step[] {
  const kind = gvkOf(object).kind;
  const docString = yamlText([object]);
  const name = quoted(fullName(object));
  if (operation !== 'UPDATE' && operation !== 'DELETE') {
    return reference === undefined
      ? [{ text: `When this ${kind} is created:`, docString }]
      : [{ text: `When the ${kind} from ${quoted(reference)} is created` }];
  }
  const exists =
    reference === undefined
      ? { text: 'Given this object exists:', docString }
      : { text: `Given the object from ${quoted(reference)} exists` };
  if (operation === 'DELETE') return [exists, { text: `When ${kind} ${name} is deleted` }];
  return reference === undefined
    ? [exists, { text: `When ${kind} ${name} is replaced by:`, docString }]
    : [exists, { text: `When ${kind} ${name} is replaced by the one from ${quoted(reference)}` }];
}

function answers(lines: readonly TableLine[], policies: readonly Policy[]): readonly (readonly string[])[] {
  const rows = lines.map(({ row, policy, rule, answer }): readonly string[] => {
    const bare = bareName(policy);
    const unscored = policies.some(
      ({ name, annotations }) => name === bare && annotations['policies.kyverno.io/scored'] === 'false',
    );
    const wanted = unscored && row.result === 'warn' ? 'fail' : (row.result ?? '');
    return [bare, rule, answer === undefined ? 'does not match' : (OUTCOMES[wanted] ?? wanted)];
  });
  const unique = new Map(rows.map((row) => [row.join('\n'), row]));
  return [['policy', 'rule', 'outcome'], ...unique.values()];
}

function locate(
  paths: readonly string[],
  root: string,
  clusterKinds: ReadonlySet<string>,
  { files }: TestHost,
): ReadonlyMap<string, Located> {
  const found = new Map<string, Located>();
  for (const path of paths) {
    if (files.kind(path) !== 'file') continue;
    const objects = readResources(path, 'int', clusterKinds, files);
    for (const object of objects) {
      const key = resourceKey(object).replaceAll(',', '/');
      if (found.has(key)) continue;
      const [name, kind] = [nameOf(object), object['kind']];
      const same = objects.filter((other) => nameOf(other) === name && other['kind'] === kind);
      const named = objects.length === 1 ? relative(root, path) : `${relative(root, path)}#${name}`;
      const isPlain = same.length === 1 && !named.startsWith('..') && /^[^"]+$/.test(named);
      found.set(key, { object, reference: isPlain ? named : undefined });
    }
  }
  return found;
}

function policyStep(path: string): Step {
  return { text: `the policies from ${quoted(path)}` };
}

function namespaceStep(name: string, labels: Readonly<Record<string, string>>): Step {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return {
    text: `the namespace ${quoted(name)}${pairs.length === 0 ? '' : ` with labels ${quoted(pairs.join(', '))}`}`,
  };
}

function userSteps({ username: name = '', groups = [] }: NonNullable<UserInfoSpec['userInfo']>): readonly Step[] {
  if (name === '') return [];
  return [{ text: `the user ${quoted(name)}${groups.length === 0 ? '' : ` in groups ${listed(groups)}`}` }];
}
