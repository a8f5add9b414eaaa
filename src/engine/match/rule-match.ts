import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import { namespaceOf } from '../../model/resource.ts';
import type { FilterOutcome } from '../observe.ts';
import { type CompiledFilter, compileFilter, type FilterTest, OPERATION } from './filter.ts';
import type { MatchSubject } from './subject.ts';

/** The `match` and `exclude` blocks of a rule. */
export interface RuleMatch {
  readonly matches: (subject: MatchSubject) => boolean;
  /** Why the rule does not apply, in the words of upstream's log; `undefined` when it does. */
  readonly reason: (subject: MatchSubject) => string | undefined;
  /** How every filter of both blocks does, whether it was needed or not. */
  readonly outcomes: (subject: MatchSubject) => readonly FilterOutcome[];
}

/** How the filters of a `match` or `exclude` block are combined. */
type Block =
  | { readonly how: 'any' | 'all'; readonly filters: readonly CompiledFilter[] }
  | { readonly how: 'legacy'; readonly filters: readonly [CompiledFilter] };

/**
 * Compiles the `match` and `exclude` blocks of a rule.
 * Upstream: `MatchesResourceDescription` in `pkg/engine/utils/match.go`.
 */
export function compileMatch(rule: JsonObject, policyNamespace: string): RuleMatch {
  const match = compileBlock(rule['match']);
  const exclude = isEmpty(rule['exclude']) ? undefined : compileBlock(rule['exclude']);
  const name = asString(rule['name']) ?? '';
  const elsewhere = ({ object }: MatchSubject) => policyNamespace !== '' && policyNamespace !== namespaceOf(object);
  const excluded = (subject: MatchSubject) => exclude !== undefined && isExcluded(exclude, subject);
  return {
    matches: (subject) => !elsewhere(subject) && isMatched(match, subject) && !excluded(subject),
    reason: (subject) => {
      if (elsewhere(subject)) return 'policy and resource namespaces mismatch';
      if (!isMatched(match, subject)) return reasonText(name, matchReasons(match, subject));
      return exclude !== undefined && excluded(subject) ? reasonText(name, [excludeReason(exclude)]) : undefined;
    },
    outcomes: (subject) => [
      ...outcomesOf('match', match, (filter) => filterReasons(filter, subject, !subject.user.unknown)),
      ...(exclude === undefined
        ? []
        : outcomesOf('exclude', exclude, (filter) => filterReasons(filter, subject, true))),
    ],
  };
}

function outcomesOf(
  block: 'match' | 'exclude',
  { how, filters }: Block,
  reasonsOf: (filter: CompiledFilter) => readonly string[],
): readonly FilterOutcome[] {
  return filters.map((filter, index) => {
    const reasons = reasonsOf(filter);
    return { block, how, index, applies: reasons.length === 0, reasons };
  });
}

function compileBlock(block: Json | undefined): Block {
  const source = asObject(block) ?? {};
  for (const how of ['any', 'all'] as const) {
    const filters = asArray(source[how]) ?? [];
    if (filters.length > 0) return { how, filters: filters.map((filter) => compileFilter(asObject(filter) ?? {})) };
  }
  return { how: 'legacy', filters: [compileFilter(source)] };
}

function isEmpty(block: Json | undefined): boolean {
  const { how, filters } = compileBlock(block);
  return how === 'legacy' && !filters[0].describesResource && !filters[0].describesUser;
}

/** Every test of a list holds. */
export function allHold(tests: readonly FilterTest[], subject: MatchSubject): boolean {
  return tests.every(({ test }) => test(subject) === true);
}

function matchesFilter(filter: CompiledFilter, subject: MatchSubject): boolean {
  const withUser = !subject.user.unknown;
  if (!filter.describesResource && !(withUser && filter.describesUser)) return false;
  return allHold(filter.resource, subject) && (!withUser || allHold(filter.user, subject));
}

function isMatched({ how, filters }: Block, subject: MatchSubject): boolean {
  const matches = (filter: CompiledFilter) => matchesFilter(filter, subject);
  return how === 'any' ? filters.some(matches) : filters.every(matches);
}

function isExcluded({ how, filters }: Block, subject: MatchSubject): boolean {
  const excludes = (filter: CompiledFilter) =>
    (filter.describesResource || filter.describesUser) &&
    allHold(filter.resource, subject) &&
    allHold(filter.user, subject);
  return how === 'any' ? filters.some(excludes) : filters.every(excludes);
}

function matchReasons({ how, filters }: Block, subject: MatchSubject): readonly string[] {
  return how === 'any'
    ? ['no resource matched']
    : filters.flatMap((filter) => filterReasons(filter, subject, !subject.user.unknown));
}

function filterReasons(filter: CompiledFilter, subject: MatchSubject, withUser: boolean): readonly string[] {
  if (!filter.describesResource && !(withUser && filter.describesUser)) return ['match cannot be empty'];
  const reasons = [...filter.resource, ...(withUser ? filter.user : [])].flatMap(({ test, reason }) => {
    const result = test(subject);
    return result === true ? [] : [result === false ? reason : result];
  });
  return reasons.includes(OPERATION) ? [OPERATION] : reasons;
}

function excludeReason({ how }: Block): string {
  return how === 'all'
    ? 'resource excluded since the combination of all criteria exclude it'
    : 'resource excluded since one of the criteria excluded it';
}

function reasonText(rule: string, reasons: readonly string[]): string {
  return `rule ${rule} not matched:${reasons.map((reason, i) => `\n ${i + 1}. ${reason}`).join('')}`;
}
