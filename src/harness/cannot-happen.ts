import { didYouMean, type Failure, InputError, type Place } from '../model/failure.ts';
import { asString, isObject, type Json } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { CannotHappen } from '../report/result.ts';
import { readValues } from '../yaml/index.ts';
import { declaredRules } from './names.ts';

const KEYS = ['policy', 'rule', 'what', 'reason'] as const;
const WHAT: readonly CannotHappen['what'][] = ['fail', 'pass', 'skip', 'error', 'act', 'no match'];

/**
 * Reads `cases/cannot-happen.yaml`: a list of `{ policy, rule, what, reason }`. Throws `InputError` for anything else,
 * and for policies and rules that are not in the suite.
 */
export function readCannotHappen(text: string, file: string, suite: readonly Policy[]): readonly CannotHappen[] {
  const list = readValues(text, file, 'int')[0] ?? [];
  if (!Array.isArray(list)) {
    throw new InputError({
      code: 'bad-cannot-happen',
      message: 'the file is no list',
      place: { file, line: 1 },
      hint: 'write entries as `- policy: …`, with rule, what and reason',
    });
  }
  const lines = entryLines(text);
  const failures: Failure[] = [];
  const entries = (list as readonly Json[]).flatMap((entry, i) => {
    const place: Place = { file, line: lines[i] ?? 1 };
    const problem = problemOf(entry, suite);
    if (problem !== undefined) failures.push({ ...problem, place });
    if (problem !== undefined || !isObject(entry)) return [];
    const [policy = '', rule = '', what = '', reason = ''] = KEYS.map((key) => asString(entry[key]));
    return [{ policy, rule, what: what as CannotHappen['what'], reason, place }];
  });
  if (failures.length > 0) throw new InputError(...failures);
  return entries;
}

function problemOf(entry: Json, suite: readonly Policy[]): Omit<Failure, 'place'> | undefined {
  if (!isObject(entry)) return { code: 'bad-cannot-happen', message: 'the entry is no map' };
  for (const key of KEYS) {
    if ((asString(entry[key]) ?? '') === '')
      return { code: 'bad-cannot-happen', message: `the entry has no \`${key}\`` };
  }
  const extra = Object.keys(entry).find((key) => !(KEYS as readonly string[]).includes(key));
  if (extra !== undefined) {
    return { code: 'bad-cannot-happen', message: `unknown key \`${extra}\``, ...hinted(extra, KEYS) };
  }
  const what = asString(entry['what']) ?? '';
  if (!(WHAT as readonly string[]).includes(what)) {
    return {
      code: 'bad-cannot-happen',
      message: `\`what: ${what}\` is not one of ${WHAT.join(', ')}`,
      ...hinted(what, WHAT),
    };
  }
  const name = asString(entry['policy']) ?? '';
  const policy = suite.find((one) => one.name === name);
  if (policy === undefined) {
    const names = suite.map((one) => one.name);
    return { code: 'unknown-policy', message: `there is no policy \`${name}\``, ...hinted(name, names) };
  }
  const rule = asString(entry['rule']) ?? '';
  if (declaredRules(policy).includes(rule)) return undefined;
  const message = `policy \`${name}\` has no rule \`${rule}\``;
  return { code: 'unknown-rule', message, ...hinted(rule, declaredRules(policy)) };
}

function hinted(word: string, words: readonly string[]): { readonly hint?: string } {
  const meant = didYouMean(word, words);
  return meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` };
}

function entryLines(text: string): readonly number[] {
  return text.split('\n').flatMap((line, i) => (line.startsWith('- ') ? [i + 1] : []));
}
