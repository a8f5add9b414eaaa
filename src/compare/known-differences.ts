import { InputError, type Place } from '../model/failure.ts';
import { asArray, asString, isObject, type Json } from '../model/json.ts';
import { readValues } from '../yaml/index.ts';
import { type AnswerPart, answerParts } from './compare.ts';

/** A difference that is accepted, with the reason. */
export interface KnownDifference {
  /** The scenario's name, or `features/file.feature:Name`. */
  readonly scenario: string;
  /** Where the entry stands. */
  readonly place: Place;
  readonly part: AnswerPart | 'any';
  readonly reason: string;
  readonly link?: string;
  /** `YYYY-MM-DD`: after this day the entry fails the run. */
  readonly expires?: string;
}

/** The list of known differences, told of each one that is seen. */
export interface KnownDifferences {
  readonly entries: readonly KnownDifference[];
  /** The entry that covers a difference of a scenario (by its names), if there is one that is not past its date. */
  readonly cover: (scenarios: readonly string[], part: AnswerPart) => KnownDifference | undefined;
  /** Entries that fail the run; `ran` tells whether a scenario was compared. */
  readonly problems: (ran: (scenario: string) => boolean) => readonly KnownProblem[];
}

/**
 * An entry of the list that fails the run: `gone`, no difference needed it although its scenario ran; `expired`, it is
 * past its date.
 */
export interface KnownProblem {
  readonly entry: KnownDifference;
  readonly problem: 'gone' | 'expired';
}

/**
 * Reads `cases/known-differences.yaml`; `today` as `YYYY-MM-DD`. Throws `InputError` for entries that are not of the form
 * above.
 */
export function parseKnownDifferences(text: string, file: string, today: string): KnownDifferences {
  const entries = readValues(text, file, 'float').flatMap((document) =>
    document === null ? [] : (asArray(document) ?? [document]),
  );
  const lines = text.split('\n').flatMap((line, i) => (line.startsWith('- ') ? [i + 1] : []));
  return createKnownDifferences(
    entries.map((entry, index) => toEntry(entry, { file, line: lines[index] ?? 1 })),
    today,
  );
}

/** A list of known differences from its entries. */
export function createKnownDifferences(entries: readonly KnownDifference[], today: string): KnownDifferences {
  const seen = new Set<KnownDifference>();
  const isExpired = ({ expires }: KnownDifference): boolean => expires !== undefined && expires < today;
  return {
    entries,
    cover: (scenarios, part) => {
      const fitting = entries.filter(
        (known) => scenarios.includes(known.scenario) && (known.part === 'any' || known.part === part),
      );
      for (const entry of fitting) seen.add(entry);
      return fitting.find((entry) => !isExpired(entry));
    },
    problems: (ran) =>
      entries.flatMap((entry): readonly KnownProblem[] => {
        if (!seen.has(entry) && ran(entry.scenario)) return [{ entry, problem: 'gone' }];
        return isExpired(entry) ? [{ entry, problem: 'expired' }] : [];
      }),
  };
}

function toEntry(object: Json, place: Place): KnownDifference {
  const fail = (message: string, hint: string): never => {
    throw new InputError({
      code: 'bad-known-difference',
      message,
      place,
      hint,
    });
  };
  if (!isObject(object)) return fail('the entry is no object', 'give scenario, part and reason');
  const fields = ['scenario', 'part', 'reason', 'link', 'expires'];
  const unknown = Object.keys(object).find((key) => !fields.includes(key));
  if (unknown !== undefined) return fail(`unknown field \`${unknown}\``, `fields are ${fields.join(', ')}`);
  const scenario = asString(object['scenario']);
  const reason = asString(object['reason']);
  if (scenario === undefined || scenario === '') return fail('`scenario` is missing', "give the scenario's name");
  if (reason === undefined || reason === '') return fail('`reason` is missing', 'say why the lanes differ');
  const part = ['any', ...answerParts].find((word): word is AnswerPart | 'any' => word === (object['part'] ?? 'any'));
  if (part === undefined) return fail('`part` is unknown', `write any, ${answerParts.join(', ')}`);
  const expires = asString(object['expires']);
  if (expires !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(expires))
    return fail('`expires` is no date', 'write it as 2027-01-31');
  const link = asString(object['link']);
  return {
    scenario,
    place,
    part,
    reason,
    ...(link === undefined ? {} : { link }),
    ...(expires === undefined ? {} : { expires }),
  };
}
