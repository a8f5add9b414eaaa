import { parse, stringify } from 'yaml';
import { InputError } from '../model/failure.ts';
import type { StrictFinding } from './strict.ts';
import type { ResultRow } from './test-document.ts';

/** A strict finding that a team accepts for now. */
interface BaselineEntry {
  readonly test: string;
  readonly policy: string;
  readonly rule: string;
  readonly code: string;
  readonly message: string;
}

/** A list of accepted findings; what is no longer found is `gone` and should be deleted from the file. */
export interface Baseline {
  readonly accepts: (test: string, row: ResultRow | undefined, finding: StrictFinding) => boolean;
  /** Entries that nothing matched so far. */
  readonly gone: () => readonly string[];
}

/** Reads a baseline file. Throws `InputError` when it is no list of findings. */
export function parseBaseline(text: string, file: string): Baseline {
  let entries: unknown;
  try {
    entries = parse(text) ?? [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new InputError({ code: 'bad-baseline', message, place: { file } });
  }
  if (!Array.isArray(entries) || !entries.every(isEntry)) {
    const hint = 'make the file with --update-baseline';
    throw new InputError({
      code: 'bad-baseline',
      message: 'the baseline is not a list of findings',
      place: { file },
      hint,
    });
  }
  const open = new Map<string, string>(entries.map((entry) => [keyOf(entry), `${entry.test}: ${entry.message}`]));
  const known = new Set(open.keys());
  return {
    accepts(test, row, finding) {
      const key = keyOf(entryOf(test, row, finding));
      open.delete(key);
      return known.has(key);
    },
    gone: () => [...open.values()],
  };
}

/** The text of a baseline that accepts these findings. */
export function formatBaseline(
  findings: readonly { readonly test: string; readonly row: ResultRow | undefined; readonly finding: StrictFinding }[],
): string {
  const entries = findings.map(({ test, row, finding }) => entryOf(test, row, finding));
  const header =
    '# Strict findings that are accepted for now. Delete an entry when it is mended; new findings fail the run.\n';
  return header + stringify(entries, { lineWidth: 0 });
}

function entryOf(test: string, row: ResultRow | undefined, finding: StrictFinding): BaselineEntry {
  return { test, policy: row?.policy ?? '', rule: row?.rule ?? '', code: finding.code, message: finding.message };
}

function keyOf(entry: BaselineEntry): string {
  return JSON.stringify([entry.test, entry.policy, entry.rule, entry.code, entry.message]);
}

function isEntry(value: unknown): value is BaselineEntry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Readonly<Record<string, unknown>>;
  return ['test', 'policy', 'rule', 'code', 'message'].every((field) => typeof entry[field] === 'string');
}
