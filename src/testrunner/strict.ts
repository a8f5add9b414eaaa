import { didYouMean } from '../model/failure.ts';
import { policyNameOf, ruleMatches, type TableLine } from './judge.ts';
import type { TestRun } from './responses.ts';
import { explicitKeys, nameSelects } from './select-keys.ts';
import type { ResultRow } from './test-document.ts';

/** Something that makes a row worthless although the real command lets it pass. */
export interface StrictFinding {
  readonly rowIndex: number;
  readonly code:
    | 'no-answer'
    | 'unknown-policy'
    | 'unknown-rule'
    | 'unknown-resource'
    | 'refused-policy'
    | 'dropped-row'
    | 'unknown-result'
    | 'ignored-field'
    | 'no-rows';
  readonly message: string;
  readonly hint?: string;
}

/** What strict judging knows of the test besides its answers. */
export interface StrictContext {
  /** Names of the policies that were loaded, refused ones included. */
  readonly policyNames: readonly string[];
  /** Rule names of a policy, autogen copies included; `undefined` for kinds without rules. */
  readonly ruleNames: (policy: string) => readonly string[] | undefined;
  readonly refused: ReadonlyMap<string, string>;
}

const results = ['pass', 'fail', 'warn', 'error', 'skip'];

/** Everything that the lines of one row hide. */
export function strictFindings(
  row: ResultRow,
  rowIndex: number,
  lines: readonly TableLine[],
  run: TestRun,
  context: StrictContext,
): readonly StrictFinding[] {
  const findings: StrictFinding[] = [];
  const add = (code: StrictFinding['code'], message: string, hint?: string): void => {
    findings.push({ rowIndex, code, message, ...(hint === undefined ? {} : { hint }) });
  };
  const policy = policyNameOf(row);
  if (row.result !== undefined && !results.includes(row.result)) {
    add('unknown-result', `\`${row.result}\` is no result`, `write one of ${results.join(', ')}`);
  }
  const refusal = context.refused.get(policy);
  if (refusal !== undefined)
    add('refused-policy', `the policy \`${policy}\` is refused, so nothing was tested: ${refusal}`);
  else if (!context.policyNames.includes(policy)) {
    add('unknown-policy', `no policy of this test is called \`${policy}\``, suggestion(policy, context.policyNames));
  } else if (row.rule !== undefined && row.rule !== '') {
    const known = context.ruleNames(policy);
    const { rule } = row;
    if (
      known !== undefined &&
      !known.some((name) => name === rule || name === `autogen-${rule}` || name === `autogen-cronjob-${rule}`)
    ) {
      add('unknown-rule', `the policy \`${policy}\` has no rule \`${rule}\``, suggestion(rule, known));
    }
  }
  findings.push(...unknownResources(row, rowIndex, run));
  if (row.resources === undefined && (row.resourceSpecs?.length ?? 0) > 0) {
    add('ignored-field', '`resourceSpecs` is ignored without `resources`', 'add `resources: []`');
  }
  if (findings.length === 0) {
    for (const line of lines) {
      if (line.reason !== 'Excluded' || answeredElsewhere(line, lines)) continue;
      add(
        'no-answer',
        `no rule answered for ${line.resource}: \`result: ${row.result ?? ''}\` was never compared`,
        whyNoAnswer(row, run),
      );
    }
    if (lines.length === 0)
      add(
        'dropped-row',
        'nothing was compared: the expected object is not in the manifest',
        'set `failOnMissingResources: true` to see which',
      );
  }
  return findings;
}

/** A policy with several phases gives an `Excluded` line beside its real ones; that one is harmless. */
function answeredElsewhere(line: TableLine, lines: readonly TableLine[]): boolean {
  return lines.some((other) => other.resource === line.resource && other.answer !== undefined);
}

function unknownResources(row: ResultRow, rowIndex: number, run: TestRun): readonly StrictFinding[] {
  const trigger =
    row.operation === undefined || row.operation === ''
      ? run.trigger
      : (run.byOperation.get(row.operation) ?? new Map());
  const keys = [...run.targets.keys(), ...trigger.keys()];
  const findings: StrictFinding[] = [];
  for (const name of row.resources ?? []) {
    if (keys.some((key) => nameSelects(name, key))) continue;
    const names = keys.map((key) => key.split(',').at(-1) ?? '');
    const hint = suggestion(name.slice(name.lastIndexOf('/') + 1), names);
    const widened =
      explicitKeys(row, run.targets, trigger).length === 0 ? ', so the row was applied to every resource' : '';
    findings.push({
      rowIndex,
      code: 'unknown-resource',
      message: `no resource is called \`${name}\`${widened}`,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return findings;
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
  return candidates.length > 0 && candidates.length <= 8 ? `there are: ${candidates.join(', ')}` : undefined;
}
