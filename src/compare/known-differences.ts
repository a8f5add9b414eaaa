import { InputError } from '../model/failure.ts';
import { asArray, asString, isObject } from '../model/json.ts';
import { readValues } from '../yaml/index.ts';
import { type AnswerPart, answerParts } from './compare.ts';

/** A difference that is accepted, with the reason. */
export interface KnownDifference {
  /** The scenario's name, or `features/file.feature:Name`. */
  readonly scenario: string;
  readonly part: AnswerPart | 'any';
  readonly reason: string;
  readonly link?: string;
  /** `YYYY-MM-DD`: after this day the entry fails the run. */
  readonly expires?: string;
}

/** The list of known differences, told of each one that is seen. */
export interface KnownDifferences {
  /** The entry that covers a difference, if there is one. */
  readonly cover: (scenario: string, part: AnswerPart) => KnownDifference | undefined;
  /** Entries that no difference needed although their scenario ran: delete them. */
  readonly gone: (ran: (scenario: string) => boolean) => readonly KnownDifference[];
  /** Entries past their date. */
  readonly expired: (today: string) => readonly KnownDifference[];
}

/** Reads `cases/known-differences.yaml`. Throws `InputError` for entries that are not of the form above. */
export function parseKnownDifferences(text: string, file: string): KnownDifferences {
  const entries = readValues(text, file, 'float').flatMap((document) =>
    document === null ? [] : (asArray(document) ?? [document]),
  );
  return createKnownDifferences(entries.map((entry, index) => toEntry(entry, index, file)));
}

/** A list of known differences from its entries. */
export function createKnownDifferences(entries: readonly KnownDifference[]): KnownDifferences {
  const seen = new Set<KnownDifference>();
  return {
    cover: (scenario, part) => {
      const entry = entries.find(
        (known) => known.scenario === scenario && (known.part === 'any' || known.part === part),
      );
      if (entry !== undefined) seen.add(entry);
      return entry;
    },
    gone: (ran) => entries.filter((entry) => !seen.has(entry) && ran(entry.scenario)),
    expired: (today) => entries.filter((entry) => entry.expires !== undefined && entry.expires < today),
  };
}

function toEntry(value: unknown, index: number, file: string): KnownDifference {
  const fail = (message: string, hint: string): never => {
    throw new InputError({
      code: 'bad-known-difference',
      message: `entry ${index + 1}: ${message}`,
      place: { file },
      hint,
    });
  };
  const object = value as Parameters<typeof isObject>[0];
  if (!isObject(object)) return fail('it is no object', 'give scenario, part and reason');
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
    part,
    reason,
    ...(link === undefined ? {} : { link }),
    ...(expires === undefined ? {} : { expires }),
  };
}
