import type { JsonObject } from '../../model/json.ts';
import { columns } from '../../report/columns.ts';
import type { Style } from '../../report/style.ts';
import type { CompareResult } from '../compare-sets.ts';
import type { Judged } from '../difference.ts';
import { type Draft, draftTitle } from '../draft.ts';
import type { Finding } from '../findings.ts';
import type { ReadSet } from '../read-set.ts';
import { shapeOf } from '../shrink.ts';
import { answerLine, findingTitle, judgedWords, telling } from './words.ts';
import { yamlText } from './yaml-text.ts';

/** What the report is about. */
export interface Compared {
  readonly old: ReadSet;
  readonly new: ReadSet;
  readonly result: CompareResult;
}

const WIDTH = 58;
/** Lines of a side's answers that are shown. */
const MAX_LINES = 4;
/** Other forms of a difference that are listed. */
const MAX_OTHERS = 6;

/** The report for a terminal. */
export function textReport({ old, new: other, result }: Compared, style: Style): string {
  const lines = [setLine('old', old, result.rules.old), setLine('new', other, result.rules.new), ''];
  const groups = Map.groupBy(result.findings, ({ group }) => group);
  for (const [group, findings] of groups) lines.push(...groupLines(findings, group + 1, style));
  lines.push(...coverageLines(result, style), ...unsupportedLines(result, style), ...closing(result, style));
  return `${lines.join('\n')}\n`;
}

function setLine(side: string, { title, policies, idle, others, objects }: ReadSet, rules: number): string {
  const more = [
    idle.length === 0 ? '' : `${plural(idle.length, 'policy', 'policies')} without rules that judge left out`,
    others === 0 ? '' : `${plural(others, 'other document')} left out`,
    objects.length === 0 ? '' : plural(objects.length, 'exception'),
  ].filter((text) => text !== '');
  const counts = `${plural(policies.length, 'policy', 'policies')}, ${plural(rules, 'rule')}`;
  return `${side}: ${title} (${[counts, ...more].join('; ')})`;
}

function groupLines(findings: readonly Finding[], number: number, style: Style): readonly string[] {
  const [first, ...others] = findings;
  if (first === undefined) return [];
  const { draft, old, new: other } = first.smallest;
  const sides = columns([sideText('OLD', old), sideText('NEW', other)], [WIDTH, WIDTH]);
  const own = draftTitle(draft);
  const titles = new Set(findings.flatMap((finding) => finding.titles));
  const also = [...titles].filter((title) => title !== own).sort();
  const met = findings.reduce((sum, finding) => sum + finding.count, 0);
  return [
    style.bold(`${number}. ${own}: ${findingTitle(first)}`),
    ...sides.map((line) => `   ${line}`),
    ...requestLines(draft, style),
    ...(others.length === 0 ? [] : [style.dim('   the same rules differ as well with:')]),
    ...others
      .slice(0, MAX_OTHERS)
      .map(({ smallest }) => `     ${draftTitle(smallest.draft)} ${formOf(smallest.draft)}`),
    ...(others.length > MAX_OTHERS ? [`     and ${others.length - MAX_OTHERS} more`] : []),
    style.dim(`   met ${plural(met, 'time')}${also.length === 0 ? '' : `, also on ${also.join(', ')}`}`),
    '',
  ];
}

function requestLines({ user, object, old }: Draft, style: Style): readonly string[] {
  const stored =
    old === undefined
      ? []
      : old === object
        ? [style.dim('   stored: the same object')]
        : [style.dim('   stored:'), ...indented(yamlText(old))];
  return [
    ...(user === undefined ? [] : [style.dim(`   user: ${user.username}, groups: ${(user.groups ?? []).join(', ')}`)]),
    ...indented(yamlText(object)),
    ...stored,
  ];
}

/** The fields of an object that are not in every smallest object of its kind. */
function formOf({ object, old, user }: Draft): string {
  const usual = /^spec\/(?:(?:init|ephemeral)?[cC]ontainers\/\*\/(?:name|image)|selector\/.*)$/;
  const fields = (of: JsonObject) =>
    shapeOf(of)
      .filter((leaf) => !usual.test(leaf))
      .map((leaf) => leaf.replaceAll('/*', '[]').replaceAll('/', '.'))
      .join(', ') || 'the smallest object';
  const before = old === undefined || old === object ? '' : ` (stored: ${fields(old)})`;
  return `${fields(object)}${before}${user === undefined ? '' : ` as ${user.username}`}`;
}

function sideText(head: string, judged: Judged): string {
  const answers = [...new Set(telling(judged).map(answerLine))];
  const more = answers.length > MAX_LINES ? [`and ${answers.length - MAX_LINES} more`] : [];
  const none = answers.length === 0 ? ['no rule answers'] : [];
  return [`${head} ${judgedWords(judged)}`, ...none, ...answers.slice(0, MAX_LINES), ...more].join('\n');
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `     ${line}`);
}

function coverageLines({ unexercised }: CompareResult, style: Style): readonly string[] {
  if (unexercised.length === 0) return [];
  const lines = unexercised.map(({ side, rule, never }) => `  ${side} ${rule}: never seen to ${never.join(' or to ')}`);
  return [style.yellow('Not exercised:'), ...lines, ''];
}

function unsupportedLines({ unsupported }: CompareResult, style: Style): readonly string[] {
  if (unsupported.size === 0) return [];
  const lines = [...unsupported].map(([feature, count]) => `  ${feature} (${plural(count, 'request')})`);
  return [style.yellow('Could not be judged (not supported yet):'), ...lines, ''];
}

function closing(result: CompareResult, style: Style): readonly string[] {
  const { findings, judged, invalid, differing, settled } = result;
  const asked = `${plural(judged, 'request')} judged by both sets, ${invalid} candidates refused by the API server before any policy`;
  const end = settled ? 'stopped because nothing new came' : 'stopped by the budget';
  if (findings.length > 0) {
    const count = (list: readonly Finding[]) => new Set(list.map(({ group }) => group)).size;
    const grave = findings.filter(
      ({ smallest: { difference } }) => difference === 'verdict' || difference === 'status',
    );
    return [
      style.red(
        `The sets differ: ${plural(count(findings), 'difference')} (${count(grave)} in what is refused or reported as wrong), on ${plural(differing, 'request')}.`,
      ),
      `${asked}; ${end}.`,
    ];
  }
  const alike = result.unexercised.length === 0 && result.unsupported.size === 0 && judged > 0;
  const verdict = alike
    ? style.green('No difference found: every rule of both sets was seen to fail and to pass.')
    : style.yellow('No difference found, but not everything was tried.');
  return [verdict, `${asked}; ${end}.`];
}

/** `1 rule`, `2 rules`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}
