import { asArray, asObject, getPath, isObject, type JsonObject } from '../../model/json.ts';
import { labelsOf, nameOf, namespaceOf } from '../../model/resource.ts';
import type { Judged } from '../difference.ts';
import type { Draft } from '../draft.ts';
import { draftTitle } from '../draft.ts';
import type { Finding } from '../findings.ts';
import type { ReadSet } from '../read-set.ts';
import type { Compared } from './text.ts';
import { findingTitle, telling } from './words.ts';
import { yamlText } from './yaml-text.ts';

const OUTCOMES = { pass: 'passes', fail: 'fails', skip: 'is skipped', error: 'errors', warning: 'warns' } as const;

/**
 * The findings as scenarios: each request once with the old and once with the new policies, with what each says now.
 * `pathOf` gives the path of a policy file as a feature names it.
 */
export function featureText({ old, new: other, result }: Compared, pathOf: (file: string) => string): string {
  const rules = [
    ruleLines('Old policies', old, result.findings, result.objects, pathOf, ({ smallest }) => smallest.old),
    ruleLines('New policies', other, result.findings, result.objects, pathOf, ({ smallest }) => smallest.new),
  ];
  const head = ['Feature: Where two policy sets differ', `  Old: ${old.title}`, `  New: ${other.title}`];
  return `${[...head, '', ...rules.flat()].join('\n').trimEnd()}\n`;
}

function ruleLines(
  title: string,
  set: ReadSet,
  findings: readonly Finding[],
  objects: readonly JsonObject[],
  pathOf: (file: string) => string,
  side: (finding: Finding) => Judged,
): readonly string[] {
  const files = [...new Set(set.policies.flatMap(({ place }) => (place === undefined ? [] : [place.file])))];
  const given = files.map((file) => `Given the policies from "${pathOf(file)}"`);
  const exist = [...objects.filter(({ kind }) => kind !== 'Namespace'), ...set.objects];
  const background = [...given, ...(exist.length === 0 ? [] : ['Given these objects exist:', ...docString(exist)])];
  return [
    `  Rule: ${title}`,
    '',
    ...(background.length === 0 ? [] : ['    Background:', ...background.map((line) => `      ${line}`), '']),
    ...findings.flatMap((finding, i) => scenarioLines(finding, i + 1, side(finding), objects)),
  ];
}

function scenarioLines(
  finding: Finding,
  number: number,
  judged: Judged,
  objects: readonly JsonObject[],
): readonly string[] {
  const { draft } = finding.smallest;
  const steps = [...stateSteps(draft, objects), ...requestSteps(draft), ...expectationSteps(judged)];
  return [
    `    # ${findingTitle(finding)}`,
    `    Scenario: ${number}. ${draftTitle(draft)}`,
    ...steps.map((line) => `      ${line}`),
    '',
  ];
}

function stateSteps({ operation, object, old, user }: Draft, objects: readonly JsonObject[]): readonly string[] {
  const namespace = objects.find((one) => one['kind'] === 'Namespace' && nameOf(one) === namespaceOf(object));
  const stored = operation === 'CREATE' ? undefined : (old ?? object);
  return [
    ...(namespace === undefined ? [] : [namespaceStep(namespace)]),
    ...(stored === undefined ? [] : ['Given this object exists:', ...docString([stored])]),
    ...(user === undefined ? [] : [`Given the user "${user.username}"${groupsText(user.groups ?? [])}`]),
  ];
}

function namespaceStep(namespace: JsonObject): string {
  const labels = Object.entries(labelsOf(namespace)).map(([key, value]) => `${key}=${value}`);
  const text = labels.length === 0 ? '' : ` with label${labels.length === 1 ? '' : 's'} "${labels.join(', ')}"`;
  return `Given the namespace "${nameOf(namespace)}"${text}`;
}

function groupsText(groups: readonly string[]): string {
  const named = groups.filter((group) => group !== 'system:authenticated').map((group) => `"${group}"`);
  const [first, ...rest] = named;
  if (first === undefined) return '';
  const last = rest.at(-1);
  const list = last === undefined ? first : `${[first, ...rest.slice(0, -1)].join(', ')} and ${last}`;
  return ` in group${rest.length === 0 ? '' : 's'} ${list}`;
}

function requestSteps({ operation, object, old, subresource }: Draft): readonly string[] {
  const kind = String(object['kind']);
  const namespace = namespaceOf(object);
  const name = namespace === '' ? nameOf(object) : `${namespace}/${nameOf(object)}`;
  if (operation === 'CREATE') return [`When this ${kind} is created:`, ...docString([object])];
  if (operation === 'DELETE') return [`When ${kind} "${name}" is deleted`];
  if (subresource === undefined) return [`When ${kind} "${name}" is replaced by:`, ...docString([object])];
  const before = containerNames(old);
  const added = ephemeral(object).filter((container) => !before.has(String(container['name'])));
  return added.flatMap((container) => [
    `When this ephemeral container is added to Pod "${name}":`,
    ...docString([container]),
  ]);
}

function ephemeral(object: JsonObject | undefined): readonly JsonObject[] {
  const list = object === undefined ? undefined : getPath(object, 'spec', 'ephemeralContainers');
  return (asArray(list) ?? []).filter(isObject);
}

function containerNames(object: JsonObject | undefined): ReadonlySet<string> {
  return new Set(ephemeral(object).map((container) => String(asObject(container)?.['name'])));
}

function expectationSteps(judged: Judged): readonly string[] {
  const { allowed, rules } = judged;
  if (rules.length === 0) return ['Then no rule answers'];
  if (allowed === false) return denialSteps(judged);
  const rows = telling(judged).map(({ policy, name, status }) => [policy, name, OUTCOMES[status]] as const);
  const answers = ['these rules answer:', ...table(['policy', 'rule', 'outcome'], rows)];
  const [first = '', ...rest] = answers;
  return judged.status === 'pass' ? ['Then it should pass', `And ${first}`, ...rest] : [`Then ${first}`, ...rest];
}

function denialSteps({ denied, rules }: Judged): readonly string[] {
  const unique = [...new Map(denied.map((one) => [`${one.policy}/${one.rule}`, one])).values()];
  const errors = unique.filter(({ policy, rule }) =>
    rules.some((one) => one.policy === policy && one.name === rule && one.status === 'error'),
  );
  const [error] = errors;
  if (error !== undefined) return [`Then it should be denied by an error in rule "${error.policy}/${error.rule}"`];
  return [
    'Then it should fail these rules:',
    ...table(
      ['policy', 'rule'],
      unique.map(({ policy, rule }) => [policy, rule]),
    ),
  ];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('\\', '\\\\').replaceAll('|', '\\|')));
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) => `  | ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
}

function docString(objects: readonly JsonObject[]): readonly string[] {
  const text = objects.map((object) => yamlText(object).trimEnd()).join('\n---\n');
  return ['  """', ...text.split('\n').map((line) => `  ${line}`), '  """'];
}
