import { stringify } from 'yaml';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';

/** A step with what stands below it. */
export interface Step {
  readonly text: string;
  readonly docString?: string;
  readonly table?: readonly (readonly string[])[];
}

/** A scenario with its steps. */
export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** Everything that a feature file says. */
export interface Feature {
  readonly name: string;
  readonly tags: readonly string[];
  /** Lines below the name. */
  readonly description: readonly string[];
  readonly background: readonly Step[];
  readonly scenarios: readonly Scenario[];
}

/** A feature as Gherkin text. */
export function featureText({ name, tags, description, background, scenarios }: Feature): string {
  const head = [...(tags.length > 0 ? [tags.join(' ')] : []), `Feature: ${name}`, ...description.map(indented(2))];
  const blocks = [
    ...(background.length > 0 ? [['  Background:', ...stepLines('Given', background)]] : []),
    ...scenarios.map((scenario) => [`  Scenario: ${scenario.name}`, ...scenarioLines(scenario.steps)]),
  ];
  return `${[head.join('\n'), ...blocks.map((lines) => lines.join('\n'))].join('\n\n')}\n`;
}

const PREFIX = /^(Given|When|Then) /;

function scenarioLines(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    const keyword = PREFIX.exec(step.text)?.[1] ?? 'And';
    return oneStep(keyword, { ...step, text: step.text.replace(PREFIX, '') });
  });
}

function stepLines(first: string, steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step, index) => oneStep(index === 0 ? first : 'And', step));
}

function oneStep(keyword: string, { text, docString, table }: Step): readonly string[] {
  const lines = [`    ${keyword} ${text}`];
  if (docString !== undefined) lines.push('      """', ...docString.trimEnd().split('\n').map(docLine), '      """');
  if (table !== undefined) lines.push(...tableLines(table));
  return lines;
}

function docLine(line: string): string {
  return line === '' ? '' : `      ${line.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"')}`;
}

function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replace(/[\\|]/g, '\\$&').replaceAll('\n', '\\n')));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => `      | ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
}

function indented(by: number): (line: string) => string {
  return (line) => (line === '' ? '' : ' '.repeat(by) + line);
}

/** A text in the quotes that it does not hold itself. */
export function quoted(text: string): string {
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}

/** `"a", "b" and "c"`. */
export function listed(names: readonly string[]): string {
  const all = names.map(quoted);
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
}

/** Objects as YAML documents. Integers keep their digits. */
export function yamlText(objects: readonly JsonObject[]): string {
  return objects.map((object) => stringify(plain(object), { lineWidth: 0 })).join('---\n');
}

/** Whole floats as integers: a document has no other way to write them. */
function plain(value: Json): Json {
  if (isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item as Json)]));
}
