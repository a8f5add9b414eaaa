import { didYouMean, type Failure, InputError, type Place } from '../model/failure.ts';
import { asString, isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { CannotHappen } from '../report/result.ts';
import { readPlacedValues } from '../yaml/index.ts';
import { declaredRules } from './names.ts';

const OUTCOME_KEYS = ['policy', 'rule', 'what', 'reason'] as const;
const FAULT_KEYS = ['policy', 'rule', 'faults', 'reason'] as const;
const WHAT: readonly CannotHappen['what'][] = ['fail', 'pass', 'skip', 'error', 'act', 'no match'];

/** Faults planted in a policy that no request can show: the faulty policy answers as the good one does. */
export interface UnseenFaults {
  readonly policy: string;
  /** `""`: faults of the policy itself. */
  readonly rule: string;
  readonly faults: readonly string[];
  readonly reason: string;
  readonly place: Place;
}

/** What `cases/cannot-happen.yaml` declares. */
export interface Declared {
  readonly outcomes: readonly CannotHappen[];
  readonly faults: readonly UnseenFaults[];
}

/**
 * Reads the outcomes of `cases/cannot-happen.yaml`: entries `{ policy, rule, what, reason }`. Throws `InputError` for
 * entries that are neither this nor faults, and for policies and rules that are not in the suite.
 */
export function readCannotHappen(text: string, file: string, suite: readonly Policy[]): readonly CannotHappen[] {
  return readDeclared(text, file, suite).outcomes;
}

/** Reads all of `cases/cannot-happen.yaml`, with its entries `{ policy, rule, faults, reason }`. Throws `InputError`. */
export function readDeclared(text: string, file: string, suite: readonly Policy[]): Declared {
  const [document] = readPlacedValues(text, file, 'int');
  const list = document?.value ?? [];
  if (!isArray(list)) {
    throw new InputError({
      code: 'bad-cannot-happen',
      message: 'the file is no list',
      place: { file, line: 1 },
      hint: 'write entries as `- policy: …`, with rule, what and reason',
    });
  }
  const failures: Failure[] = [];
  const outcomes: CannotHappen[] = [];
  const faults: UnseenFaults[] = [];
  for (const [i, entry] of list.entries()) {
    const place = document?.placeOf([i]) ?? { file, line: 1 };
    const problem = problemOf(entry, suite);
    if (problem !== undefined) failures.push({ ...problem, place });
    if (problem !== undefined || !isObject(entry)) continue;
    const [policy = '', rule = '', what = '', reason = ''] = OUTCOME_KEYS.map((key) => asString(entry[key]));
    if (entry['faults'] === undefined) {
      outcomes.push({ policy, rule, what: what as CannotHappen['what'], reason, place });
    } else faults.push({ policy, rule, faults: texts(entry['faults']), reason, place });
  }
  if (failures.length > 0) throw new InputError(...failures);
  return { outcomes, faults };
}

function texts(value: Json): readonly string[] {
  return isArray(value) ? value.flatMap((item) => asString(item) ?? []) : [];
}

type Problem = Omit<Failure, 'place'>;

function problemOf(entry: Json, suite: readonly Policy[]): Problem | undefined {
  if (!isObject(entry)) return bad('the entry is no map');
  const wrong = entry['faults'] === undefined ? wrongOutcome(entry) : wrongFaults(entry);
  if (wrong !== undefined) return wrong;
  const name = asString(entry['policy']) ?? '';
  const policy = suite.find((one) => one.name === name);
  if (policy === undefined) {
    const names = suite.map((one) => one.name);
    return { code: 'unknown-policy', message: `there is no policy \`${name}\``, ...hinted(name, names) };
  }
  const rule = asString(entry['rule']) ?? '';
  if (rule === '' || declaredRules(policy).includes(rule)) return undefined;
  const message = `policy \`${name}\` has no rule \`${rule}\``;
  return { code: 'unknown-rule', message, ...hinted(rule, declaredRules(policy)) };
}

function wrongOutcome(entry: JsonObject): Problem | undefined {
  const wrong = wrongKeys(entry, OUTCOME_KEYS, OUTCOME_KEYS);
  if (wrong !== undefined) return wrong;
  const what = asString(entry['what']) ?? '';
  if ((WHAT as readonly string[]).includes(what)) return undefined;
  return { ...bad(`\`what: ${what}\` is not one of ${WHAT.join(', ')}`), ...hinted(what, WHAT) };
}

function wrongFaults(entry: JsonObject): Problem | undefined {
  const { faults = null } = entry;
  if (!isArray(faults) || faults.length === 0 || texts(faults).length !== faults.length) {
    return { ...bad('`faults` is no list of names'), hint: 'the test of planted faults prints the names' };
  }
  return wrongKeys(entry, ['policy', 'reason'], FAULT_KEYS);
}

function wrongKeys(entry: JsonObject, needed: readonly string[], known: readonly string[]): Problem | undefined {
  const missing = needed.find((key) => (asString(entry[key]) ?? '') === '');
  if (missing !== undefined) return { ...bad(`the entry has no \`${missing}\``), hint: `add \`${missing}: …\`` };
  const extra = Object.keys(entry).find((key) => !known.includes(key));
  return extra === undefined ? undefined : { ...bad(`unknown key \`${extra}\``), ...hinted(extra, known) };
}

function bad(message: string): Problem {
  return { code: 'bad-cannot-happen', message };
}

function hinted(word: string, words: readonly string[]): { readonly hint?: string } {
  const meant = didYouMean(word, words);
  if (meant !== undefined) return { hint: `did you mean \`${meant}\`?` };
  return words.length === 0 ? {} : { hint: `write one of ${words.join(', ')}` };
}
