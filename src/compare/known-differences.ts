import { didYouMean, type Failure, InputError, type Place } from '../model/failure.ts';
import { asString, isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { readPlacedValues } from '../yaml/index.ts';
import { type AnswerPart, answerParts } from './compare.ts';

/** A difference that is accepted, with the reason. */
export interface KnownDifference {
  /** The scenario's name, or `features/file.feature:Name`. */
  readonly scenario: string;
  /** Where the name stands. */
  readonly place: Place;
  readonly part: AnswerPart | 'any';
  readonly reason: string;
  readonly link?: string;
  /** `YYYY-MM-DD`: after this day the entry fails the run. */
  readonly expiry?: string;
}

/** The list of known differences, told of each one that is seen. */
export interface KnownDifferences {
  readonly entries: readonly KnownDifference[];
  /** The entry that covers a difference of a scenario (by its names), if there is one that is not past its date. */
  readonly cover: (scenarios: readonly string[], part: AnswerPart) => KnownDifference | undefined;
  /**
   * Entries that fail the run. `compared`: the lanes' answers to all requests of the scenario were compared; `isMeant`: the
   * run was to look at the scenario.
   */
  readonly problems: (run: {
    readonly compared: (scenario: string) => boolean;
    readonly isMeant: (scenario: string) => boolean;
  }) => readonly KnownProblem[];
}

/**
 * An entry of the list that fails the run: `gone`, no difference needed it although its scenario ran; `expired`, it is
 * past its date.
 */
export interface KnownProblem {
  readonly entry: KnownDifference;
  readonly problem: 'gone' | 'expired';
}

const FIELDS = ['scenario', 'part', 'reason', 'link', 'expiry'] as const;

/**
 * Reads `cases/known-differences.yaml`, a list of entries; `today` as `YYYY-MM-DD`. Throws `InputError` with every entry
 * that is not of that form.
 */
export function parseKnownDifferences(text: string, file: string, today: string): KnownDifferences {
  const entries: KnownDifference[] = [];
  const failures: Failure[] = [];
  for (const { value, placeOf } of readPlacedValues(text, file, 'float')) {
    if (value === null) continue;
    if (!isArray(value)) {
      const hint = 'write entries as `- scenario: …`, with part, reason, link and expiry';
      failures.push({ code: CODE, message: 'the file is no list', place: placeOf([]), hint });
      continue;
    }
    for (const [i, item] of value.entries()) {
      const wrong = problemOf(item);
      if (wrong !== undefined) {
        const { field, ...problem } = wrong;
        failures.push({ ...problem, place: placeOf(field === undefined ? [i] : [i, field]) });
      } else if (isObject(item)) entries.push(entryOf(item, valuePlace(text, placeOf([i, 'scenario']))));
    }
  }
  failures.push(...repeated(entries));
  if (failures.length > 0) throw new InputError(...failures);
  return createKnownDifferences(entries, today);
}

/** A list of known differences from its entries. */
export function createKnownDifferences(entries: readonly KnownDifference[], today: string): KnownDifferences {
  const seen = new Set<KnownDifference>();
  const isExpired = ({ expiry }: KnownDifference): boolean => expiry !== undefined && expiry < today;
  return {
    entries,
    cover: (scenarios, part) => {
      const fitting = entries.filter(
        (known) => scenarios.includes(known.scenario) && (known.part === 'any' || known.part === part),
      );
      for (const entry of fitting) seen.add(entry);
      return fitting.find((entry) => !isExpired(entry));
    },
    problems: ({ compared, isMeant }) =>
      entries.flatMap((entry): readonly KnownProblem[] => {
        if (!seen.has(entry) && compared(entry.scenario)) return [{ entry, problem: 'gone' }];
        return isExpired(entry) && isMeant(entry.scenario) ? [{ entry, problem: 'expired' }] : [];
      }),
  };
}

const CODE = 'bad-known-difference';

type Problem = Omit<Failure, 'place'> & { readonly field?: string };

function problemOf(entry: Json): Problem | undefined {
  const bad = (message: string, hint: string, field?: string): Problem => ({
    code: CODE,
    message,
    hint,
    ...(field === undefined ? {} : { field }),
  });
  if (!isObject(entry)) return bad('the entry is no map', 'write it as `- scenario: …`, with part and reason');
  const unknown = Object.keys(entry).find((key) => !FIELDS.some((field) => field === key));
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, FIELDS);
    const hint = meant === undefined ? `fields are ${FIELDS.join(', ')}` : `did you mean \`${meant}\`?`;
    return bad(`unknown field \`${unknown}\``, hint, unknown);
  }
  const noText = ['scenario', 'reason', 'link'].find(
    (field) => Object.hasOwn(entry, field) && typeof entry[field] !== 'string',
  );
  if (noText !== undefined) return bad(`\`${noText}\` is no text`, 'put it in quotes', noText);
  const missing = ['scenario', 'reason'].find((field) => (asString(entry[field]) ?? '').trim() === '');
  if (missing !== undefined) {
    const hint = missing === 'scenario' ? "give the scenario's name" : 'say why the lanes differ';
    return bad(`the entry has no \`${missing}\``, hint, Object.hasOwn(entry, missing) ? missing : undefined);
  }
  const parts = ['any', ...answerParts];
  const part = entry['part'] ?? 'any';
  if (typeof part !== 'string' || !parts.includes(part)) {
    const meant = didYouMean(String(part), parts);
    const hint = meant === undefined ? `parts are ${parts.join(', ')}` : `did you mean \`${meant}\`?`;
    return bad(`there is no part \`${String(part)}\``, hint, 'part');
  }
  const { expiry } = entry;
  if (expiry === undefined || isDay(expiry)) return undefined;
  return bad('`expiry` is no day', 'write it as 2027-01-31', 'expiry');
}

function isDay(value: Json): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

function entryOf(entry: JsonObject, place: Place): KnownDifference {
  const [link, expiry] = [asString(entry['link']), asString(entry['expiry'])];
  return {
    scenario: asString(entry['scenario']) ?? '',
    place,
    part: ['any' as const, ...answerParts].find((part) => part === (entry['part'] ?? 'any')) ?? 'any',
    reason: asString(entry['reason']) ?? '',
    ...(link === undefined ? {} : { link }),
    ...(expiry === undefined ? {} : { expiry }),
  };
}

/** A field's place is that of its key; what is wrong with a name is wrong with the value behind it. */
function valuePlace(text: string, { file, line = 1, column = 1 }: Place): Place {
  const rest = text.split('\n')[line - 1]?.slice(column - 1) ?? '';
  const key = /^["']?scenario["']?\s*:\s*(?=\S)/.exec(rest)?.[0].length ?? 0;
  return { file, line, column: column + key };
}

function repeated(entries: readonly KnownDifference[]): readonly Failure[] {
  return entries.flatMap(({ scenario, part, place }, i): readonly Failure[] => {
    const first = entries.slice(0, i).find((other) => other.scenario === scenario && other.part === part);
    if (first === undefined) return [];
    const message = `the scenario \`${scenario}\` is listed twice with part \`${part}\``;
    return [
      { code: CODE, message, place, hint: `delete one of the two: the first is in line ${first.place.line ?? 1}` },
    ];
  });
}
