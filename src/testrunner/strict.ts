import { didYouMean } from '../model/failure.ts';
import { policyNameOf, ruleMatches, type TableLine } from './judge.ts';
import type { TestRun } from './responses.ts';
import { explicitKeys, nameSelects } from './select-keys.ts';
import type { ResultRow } from './test-document.ts';

/** Something that makes a row worthless although the real command lets it pass. */
export interface StrictFinding {
  /** -1 for the test as a whole. */
  readonly rowIndex: number;
  readonly code: FindingCode;
  readonly message: string;
  readonly hint?: string;
  /** The resource it is about, as the table writes it, when it is about one. */
  readonly resource?: string;
}

/** The kinds of findings. */
export type FindingCode = keyof typeof FINDING_TITLES;

/** The word for each kind of finding in the REASON column. */
export const FINDING_TITLES = {
  'no-answer': 'No answer',
  'unknown-policy': 'Unknown policy',
  'unknown-rule': 'Unknown rule',
  'unknown-resource': 'Unknown resource',
  'refused-policy': 'Refused policy',
  'dropped-row': 'Nothing compared',
  'unknown-result': 'Unknown result',
  'ignored-field': 'Ignored field',
  'hidden-error': 'Hidden error',
  'no-rows': 'No rows',
} as const;

/** What the names in a row are checked against. */
export interface NamesOfTest {
  /** Names of the policies that were loaded. */
  readonly policies: readonly string[];
  /** True when some policy document did not load. */
  readonly hasLost: boolean;
  /** Rule names of a policy, autogen copies included; `undefined` for kinds without rules. */
  readonly rules: (policy: string) => readonly string[] | undefined;
  /** Refusal text by name of the policies that were dropped as invalid. */
  readonly refused: ReadonlyMap<string, string>;
  /** Keys of the targets and of the resources that a row may name; `undefined` when they cannot be told. */
  readonly keys: (row: ResultRow) => { readonly targets: KeySet; readonly triggers: KeySet } | undefined;
}

/** Resource keys, as those of a map of responses. */
export type KeySet = Pick<ReadonlyMap<string, unknown>, 'keys'>;

const RESULTS = ['pass', 'fail', 'warn', 'error', 'skip'];

/** What is wrong with the names in a row, with nothing evaluated. */
export function nameFindings(row: ResultRow, rowIndex: number, names: NamesOfTest): readonly StrictFinding[] {
  const findings: StrictFinding[] = [];
  const add = (code: FindingCode, message: string, hint?: string): void => {
    findings.push({ rowIndex, code, message, ...(hint === undefined ? {} : { hint }) });
  };
  const policy = policyNameOf(row);
  if (row.result !== undefined && !RESULTS.includes(row.result)) {
    add('unknown-result', `\`${row.result}\` is no result`, `write one of ${RESULTS.join(', ')}`);
  }
  const refusal = names.refused.get(policy);
  if (refusal !== undefined) {
    add('refused-policy', `Kyverno refuses the policy \`${policy}\`, so nothing is tested: ${refusal.trim()}`);
  } else if (!names.policies.includes(policy)) {
    const hint = names.hasLost ? 'some policy did not load' : suggestion(policy, names.policies);
    add('unknown-policy', `no policy of this test is called \`${policy}\``, hint);
  } else if (row.rule !== undefined && row.rule !== '') {
    const known = names.rules(policy);
    const { rule } = row;
    const meant = [rule, `autogen-${rule}`, `autogen-cronjob-${rule}`];
    if (known !== undefined && !known.some((name) => meant.includes(name))) {
      add('unknown-rule', `the policy \`${policy}\` has no rule \`${rule}\``, suggestion(rule, known));
    }
  }
  findings.push(...unknownResources(row, rowIndex, names));
  if (row.resources === undefined && (row.resourceSpecs?.length ?? 0) > 0) {
    add('ignored-field', '`resourceSpecs` is ignored without `resources`', 'add `resources: []`');
  }
  return findings;
}

/** What the lines of a row hide although all its names are right. */
export function answerFindings(
  row: ResultRow,
  rowIndex: number,
  lines: readonly TableLine[],
  run: TestRun,
): readonly StrictFinding[] {
  if (lines.length === 0) {
    const message = 'nothing was compared: the expected object is not in the manifest';
    return [
      { rowIndex, code: 'dropped-row', message, hint: 'set `failOnMissingResources: true` to see which is missing' },
    ];
  }
  return lines.flatMap((line): readonly StrictFinding[] => {
    const { resource } = line;
    if (line.reason === 'Excluded' && !answeredElsewhere(line, lines)) {
      const message = `no rule answered for ${resource}: \`result: ${row.result ?? ''}\` is compared with nothing`;
      return [{ rowIndex, code: 'no-answer', resource, message, hint: whyNoAnswer(row, run) }];
    }
    if (line.hiddenError === undefined || line.answer?.status === 'error') return [];
    const message = `an error counts as "does not apply" for ${resource}: ${line.hiddenError}`;
    return [{ rowIndex, code: 'hidden-error', resource, message }];
  });
}

/** A policy with several phases gives an `Excluded` line beside its real ones; that one is harmless. */
function answeredElsewhere(line: TableLine, lines: readonly TableLine[]): boolean {
  return lines.some((other) => other.resource === line.resource && other.answer !== undefined);
}

function unknownResources(row: ResultRow, rowIndex: number, names: NamesOfTest): readonly StrictFinding[] {
  const known = names.keys(row);
  if (known === undefined) return [];
  const { targets, triggers } = known;
  const keys = [...targets.keys(), ...triggers.keys()];
  return (row.resources ?? []).flatMap((name) => {
    if (keys.some((key) => nameSelects(name, key))) return [];
    const candidates = keys.map((key) => key.split(',').at(-1) ?? '');
    const hint = suggestion(name.slice(name.lastIndexOf('/') + 1), candidates);
    const widened = explicitKeys(row, targets, triggers).length === 0;
    const message = `no resource is called \`${name}\`${widened ? ', so the row means every resource' : ''}`;
    return [{ rowIndex, code: 'unknown-resource' as const, message, ...(hint === undefined ? {} : { hint }) }];
  });
}

function whyNoAnswer(row: ResultRow, run: TestRun): string {
  const name = policyNameOf(row);
  const answered = [...run.trigger.values()]
    .flat()
    .some(
      (response) =>
        response.policy.name === name && response.rules.some((rule) => ruleMatches(row, response, rule.name)),
    );
  return answered ? 'the rule does not match this resource' : 'the rule matches none of the resources';
}

function suggestion(name: string, candidates: readonly string[]): string | undefined {
  const best = didYouMean(name, candidates);
  if (best !== undefined) return `did you mean \`${best}\`?`;
  const unique = [...new Set(candidates)];
  return unique.length > 0 && unique.length <= 8 ? `there are: ${unique.join(', ')}` : undefined;
}
