import { InputError } from '../model/failure.ts';
import { deepEqual, isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { LaneAnswer } from '../model/lane.ts';
import { nameOf } from '../model/resource.ts';
import { yamlText } from '../report/attachment-text.ts';
import { expectAnswer, type Judge } from './expectation.ts';
import { fieldRows, fieldText } from './field-table.ts';
import { type FieldPath, getField, pathText } from './fields.ts';
import { readInline } from './given-state.ts';
import { type RuleName, ruleInForce, ruleText } from './names.ts';
import { latestRequest, type Scenario, seesEveryRule } from './scenario.ts';
import { objectText } from './scope.ts';

/** An object that a rule made. */
interface Made extends RuleName {
  readonly object: JsonObject;
}

/** Expects that an object was generated, by any rule or by this one, with these fields if some are given. */
export function expectGenerated(
  scenario: Scenario,
  kind: string,
  name: string,
  how: { readonly rule?: string; readonly fields?: readonly (readonly string[])[] } = {},
): void {
  const rule = how.rule === undefined ? undefined : ruleInForce(scenario, how.rule);
  const fields = fieldRows(scenario, how.fields ?? []);
  const by = rule === undefined ? '' : ` by ${ruleText(rule)}`;
  const expected = [`${kind} ${name} generated${by}`, ...fields.map(({ path, value }) => fieldText(path, value))];
  expectMade(scenario, expected.join('\n'), (made, answer) => {
    const found = made.filter((one) => isNamed(one.object, kind, name));
    const [only] = found.filter((one) => rule === undefined || ruleText(one) === ruleText(rule));
    if (only === undefined) return madeText(made, answer);
    const got = fields.map(({ path }) => getField(only.object, path));
    if (fields.every(({ value }, i) => deepEqual(value, got[i]))) return undefined;
    return [`${kind} ${name} generated${by}`, ...fields.map(({ path }, i) => fieldText(path, got[i]))].join('\n');
  });
}

/** Expects a generated object to hold every field of a manifest; what else it has does not count. */
export function expectGeneratedObject(scenario: Scenario, text: string): void {
  const [wanted, ...more] = readInline(scenario, text);
  if (wanted === undefined || more.length > 0) {
    throw new InputError({ code: 'bad-argument', message: 'the text must hold one object', place: scenario.step });
  }
  const { value } = wanted;
  const kind = String(value['kind'] ?? 'object');
  const name = objectText(value);
  expectMade(scenario, `${kind} ${name} generated, with:\n${yamlText(value).trimEnd()}`, (made, answer) => {
    const found = made.find(({ object }) => isNamed(object, kind, name));
    if (found === undefined) return madeText(made, answer);
    const differences = differencesOf(value, found.object, []);
    return differences.length === 0 ? undefined : differences.join('\n');
  });
}

/** Expects that no generate rule made, deleted or failed to make anything. */
export function expectNothingGenerated(scenario: Scenario): void {
  expectMade(scenario, 'nothing generated', (made, answer) => {
    const idle = made.length === 0 && answer.rules.every((rule) => rule.failure === undefined && !rule.deleted?.length);
    return idle ? undefined : madeText(made, answer);
  });
}

/** Expects that a rule wanted to generate and could not, for a reason that contains this text. */
export function expectCannotGenerate(scenario: Scenario, name: string, part: string): void {
  const rule = ruleInForce(scenario, name);
  expectMade(scenario, `${ruleText(rule)} cannot generate: ${part}`, (made, answer) => {
    const own = answer.rules.filter((one) => one.policy === rule.policy && one.name === rule.rule);
    return own.some(({ failure }) => failure?.includes(part)) ? undefined : madeText(made, answer);
  });
}

/** Expects that an object which was generated before is deleted, as nothing calls for it any more. */
export function expectGeneratedDeleted(scenario: Scenario, kind: string, name: string): void {
  expectMade(scenario, `generated ${kind} ${name} deleted`, (_made, answer) => {
    const deleted = answer.rules.flatMap((rule) => rule.deleted ?? []);
    if (deleted.some((object) => isNamed(object, kind, name))) return undefined;
    return deleted.length === 0 ? 'nothing deleted' : deleted.map((object) => `${titleOf(object)} deleted`).join('\n');
  });
}

/** Holds lanes that tell what is generated to an expectation; the others have no answer. */
function expectMade(
  scenario: Scenario,
  expected: string,
  judge: (made: readonly Made[], answer: LaneAnswer) => ReturnType<Judge>,
): void {
  const asked = latestRequest(scenario);
  asked.expected.push(expected);
  asked.expectsSilence = true;
  expectAnswer(scenario, expected, (answer) => {
    const unknown = answer.rules.flatMap(({ failure }) => (failure?.startsWith('not supported yet') ? [failure] : []));
    // Whatever the lane: nothing comes of a request that was refused.
    const isTold = seesEveryRule(answer.lane) || answer.allowed === false;
    if (!isTold || unknown.length > 0) {
      const { lane } = answer;
      asked.untold.push({ lane, text: unknown[0] ?? `the ${lane} lane does not tell what is generated` });
      return undefined;
    }
    return judge(madeIn(answer), answer);
  });
}

function madeIn(answer: LaneAnswer): readonly Made[] {
  return answer.rules.flatMap(({ policy, name, generated = [] }) =>
    generated.map((object) => ({ policy, rule: name, object })),
  );
}

/** By `name` or `namespace/name`; kind `object` stands for any. */
function isNamed(object: JsonObject, kind: string, name: string): boolean {
  const isKind = kind === 'object' || object['kind'] === kind;
  return isKind && (objectText(object) === name || nameOf(object) === name);
}

function titleOf(object: JsonObject): string {
  return `${String(object['kind'] ?? 'object')} ${objectText(object)}`;
}

function madeText(made: readonly Made[], answer: LaneAnswer): string {
  const failures = answer.rules.flatMap(({ policy, name, failure }) =>
    failure === undefined ? [] : [`${policy}/${name} cannot generate: ${failure}`],
  );
  const deleted = answer.rules.flatMap((rule) => (rule.deleted ?? []).map((object) => `${titleOf(object)} deleted`));
  const lines = [...made.map((one) => `${titleOf(one.object)} generated by ${ruleText(one)}`), ...deleted, ...failures];
  if (answer.allowed === false) lines.push(`refused with ${answer.code}: ${answer.message.trim()}`);
  return lines.length === 0 ? 'nothing generated' : lines.join('\n');
}

/** Every field of the wanted object that is not so in the other, as `path: wanted, but value`. Lists are compared whole. */
function differencesOf(wanted: Json, got: Json | undefined, path: FieldPath): readonly string[] {
  if (isObject(wanted) && isObject(got)) {
    return Object.keys(wanted).flatMap((key) => {
      return differencesOf(wanted[key] ?? null, Object.hasOwn(got, key) ? got[key] : undefined, [...path, key]);
    });
  }
  if (isArray(wanted) && isArray(got) && wanted.length === got.length) {
    return wanted.flatMap((item, i) => differencesOf(item, got[i], [...path, i]));
  }
  if (deepEqual(wanted, got)) return [];
  const shown = got === undefined ? '(absent)' : yamlText(got).trimEnd();
  return [`${pathText(path)}: ${shown} instead of ${yamlText(wanted).trimEnd()}`];
}
