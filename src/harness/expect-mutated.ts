import { InputError } from '../model/failure.ts';
import { deepEqual, isArray, isObject, type Json, type JsonObject, setKey } from '../model/json.ts';
import type { LaneAnswer } from '../model/lane.ts';
import { nameOf } from '../model/resource.ts';
import type { ObjectChange } from '../model/response.ts';
import { yamlText } from '../report/attachment-text.ts';
import { expectAnswer, type Judge } from './expectation.ts';
import { fieldRows, fieldText } from './field-table.ts';
import { type FieldPath, getField, parseFieldPath, pathText } from './fields.ts';
import { readInline } from './given-state.ts';
import { type RuleName, ruleInForce, ruleText } from './names.ts';
import { latestRequest, type Scenario, seesEveryRule } from './scenario.ts';
import { objectText } from './scope.ts';
import { at } from './step-place.ts';

/**
 * Expects a rule to set fields to values that they did not have before; an empty cell expects it to remove the field. A
 * lane that does not tell rules apart is held to the object as it would be stored.
 */
export function expectRuleChanges(scenario: Scenario, name: string, rows: readonly (readonly string[])[]): void {
  const rule = ruleInForce(scenario, name);
  const fields = fieldRows(
    scenario,
    rows.map(([path = '', ...rest]) => [dotted(path), ...rest]),
  );
  const expected = fields.map(({ path, value }) => `${ruleText(rule)} sets ${fieldText(path, value)}`).join('\n');
  expectMutation(scenario, expected, (answer) => {
    const object = seesEveryRule(answer.lane) ? changeOf(answer, rule)?.after : answer.object;
    if (object === undefined) return changesText(answer);
    const before = seesEveryRule(answer.lane) ? changeOf(answer, rule)?.before : undefined;
    const wrong = fields.filter(({ path, value }) => {
      const same = before !== undefined && deepEqual(getField(before, path), value);
      return same || !deepEqual(getField(object, path), value);
    });
    if (wrong.length === 0) return undefined;
    return wrong
      .map(({ path, value }) => {
        const got = getField(object, path);
        const already = deepEqual(got, value) ? ' as it was before' : '';
        return `${ruleText(rule)} leaves ${fieldText(path, got)}${already}`;
      })
      .join('\n');
  });
}

/** Expects a rule not to touch a field, or anything in it. */
export function expectLeftAlone(scenario: Scenario, name: string, text: string): void {
  const rule = ruleInForce(scenario, name);
  const path = at(scenario.step, () => parseFieldPath(dotted(text)));
  expectMutation(scenario, `${ruleText(rule)} leaves ${pathText(path)} alone`, (answer) => {
    if (!seesEveryRule(answer.lane)) return 'untold';
    const change = changeOf(answer, rule);
    if (change === undefined) return undefined;
    const differences = differencesOf(getField(change.before, path), getField(change.after, path), path);
    return differences.length === 0 ? undefined : differences.join('\n');
  });
}

/**
 * Expects the whole object after all mutation: everything that was sent and everything that rules changed. Defaults of
 * the API server that no rule touched may be left out.
 */
export function expectMutatedObject(scenario: Scenario, text: string): void {
  const [wanted, ...more] = readInline(scenario, text);
  if (wanted === undefined || more.length > 0) {
    throw new InputError({ code: 'bad-argument', message: 'the text must hold one object', place: scenario.step });
  }
  const asked = latestRequest(scenario);
  expectMutation(scenario, `the object:\n${yamlText(wanted.value).trimEnd()}`, (answer) => {
    if (!seesEveryRule(answer.lane)) return 'untold';
    const changes = answer.rules.flatMap(({ change }) => change ?? []);
    const [first, last] = [changes[0], changes.at(-1)];
    const after = last?.after ?? answer.judged;
    if (after === undefined) return changesText(answer);
    const sent = asked.request.object ?? asked.request.oldObject ?? {};
    const own = withoutDefaults(after, first?.before ?? after, sent, wanted.value);
    const differences = differencesOf(wanted.value, own, []);
    return differences.length === 0 ? undefined : differences.join('\n');
  });
}

/** Expects that no rule changed the object of the request, or any other. */
export function expectNothingMutated(scenario: Scenario): void {
  expectMutation(scenario, 'nothing mutated', (answer) => {
    if (!seesEveryRule(answer.lane)) return 'untold';
    const changed = answer.rules.some(
      ({ change, patchedTarget }) => change !== undefined || patchedTarget !== undefined,
    );
    return changed ? changesText(answer) : undefined;
  });
}

/** Expects that a rule changed an existing object, which then has these fields. */
export function expectTargetChanged(
  scenario: Scenario,
  kind: string,
  name: string,
  ruleName: string,
  rows: readonly (readonly string[])[],
): void {
  const rule = ruleInForce(scenario, ruleName);
  const fields = fieldRows(scenario, rows);
  const title = `${kind} ${name} mutated by ${ruleText(rule)}`;
  const expected = [title, ...fields.map(({ path, value }) => fieldText(path, value))].join('\n');
  expectMutation(scenario, expected, (answer) => {
    if (!seesEveryRule(answer.lane)) return 'untold';
    const own = answer.rules.filter((one) => one.policy === rule.policy && one.name === rule.rule);
    const target = own
      .flatMap(({ patchedTarget }) => (patchedTarget === undefined ? [] : [patchedTarget]))
      .find((object) => isNamed(object, kind, name));
    if (target === undefined) return changesText(answer);
    const got = fields.map(({ path }) => getField(target, path));
    if (fields.every(({ value }, i) => deepEqual(value, got[i]))) return undefined;
    return [title, ...fields.map(({ path }, i) => fieldText(path, got[i]))].join('\n');
  });
}

/** A path may be written with slashes too, as in a JSON patch. */
function dotted(path: string): string {
  if (!path.startsWith('/')) return path;
  const parts = path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return pathText(parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)));
}

/** Holds lanes to an expectation about mutation; a judge that says `untold` leaves the lane without an answer. */
function expectMutation(scenario: Scenario, expected: string, judge: Judge): void {
  const asked = latestRequest(scenario);
  asked.expected.push(expected);
  asked.expectsSilence = true;
  expectAnswer(
    scenario,
    expected,
    (answer) => {
      const got = judge(answer);
      if (got !== 'untold') return got;
      const { lane } = answer;
      asked.untold.push({ lane, text: `the ${lane} lane does not tell what each rule changes` });
      return undefined;
    },
    ['verdict', 'object'],
  );
}

function changeOf(answer: LaneAnswer, { policy, rule }: RuleName): ObjectChange | undefined {
  return answer.rules.find((one) => one.policy === policy && one.name === rule && one.change !== undefined)?.change;
}

function isNamed(object: JsonObject, kind: string, name: string): boolean {
  return (kind === 'object' || object['kind'] === kind) && (objectText(object) === name || nameOf(object) === name);
}

/** What every mutate rule did. */
function changesText(answer: LaneAnswer): string {
  const lines = answer.rules
    .filter(({ type }) => type === 'Mutation')
    .map(({ policy, name, status, message, failure }) => `${policy}/${name} ${status}: ${failure ?? message}`);
  if (answer.allowed === false) lines.push(`refused with ${answer.code}: ${answer.message.trim()}`);
  return lines.length === 0 ? 'nothing mutated' : lines.join('\n');
}

/** Without what is as it was before mutation, was not sent and is not wanted. Elements of lists are told apart by name. */
function withoutDefaults(
  after: Json,
  before: Json | undefined,
  sent: Json | undefined,
  wanted: Json | undefined,
): Json {
  if (isArray(after)) {
    const twin = (list: Json | undefined, item: Json, i: number) => {
      if (!isArray(list)) return undefined;
      const name = isObject(item) ? item['name'] : undefined;
      return name === undefined ? list[i] : list.find((one) => isObject(one) && one['name'] === name);
    };
    return after.map((item, i) =>
      withoutDefaults(item, twin(before, item, i), twin(sent, item, i), isArray(wanted) ? wanted[i] : undefined),
    );
  }
  if (!isObject(after)) return after;
  const of = (object: Json | undefined, key: string) =>
    isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
  const own: Record<string, Json> = {};
  for (const [key, value] of Object.entries(after)) {
    const given = of(sent, key) !== undefined || of(wanted, key) !== undefined;
    if (!given && deepEqual(value, of(before, key))) continue;
    setKey(own, key, withoutDefaults(value, of(before, key), of(sent, key), of(wanted, key)));
  }
  return own;
}

/** Every difference, as `path: value instead of wanted`. */
function differencesOf(wanted: Json | undefined, got: Json | undefined, path: FieldPath): readonly string[] {
  if (isObject(wanted) && isObject(got)) {
    const keys = [...new Set([...Object.keys(wanted), ...Object.keys(got)])];
    const of = (object: JsonObject, key: string) => (Object.hasOwn(object, key) ? object[key] : undefined);
    return keys.flatMap((key) => differencesOf(of(wanted, key), of(got, key), [...path, key]));
  }
  if (isArray(wanted) && isArray(got) && wanted.length === got.length) {
    return wanted.flatMap((item, i) => differencesOf(item, got[i], [...path, i]));
  }
  if (deepEqual(wanted, got)) return [];
  const shown = (value: Json | undefined) => (value === undefined ? '(absent)' : yamlText(value).trimEnd());
  return [`${pathText(path)}: ${shown(got)} instead of ${shown(wanted)}`];
}
