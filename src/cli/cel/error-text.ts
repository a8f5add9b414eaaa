import { type CelEnvironment, type CelIssue, celHint, type NamedValue, positionOf } from '../../engine/cel/index.ts';
import { errorSourceText } from '../../report/error-source.ts';
import { excerptAt } from '../../yaml/index.ts';

/** An expression as a command was given it: its text, and the file or words that say which one it is. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Problems of an expression that does not compile, each with the line and a pointer below it. */
export function compileErrors(named: NamedText, issues: readonly CelIssue[], env: CelEnvironment): string {
  return issues.map((issue) => errorText(named, issue, celHint(issue, named.text, env), [])).join('');
}

/** An error at a place of an expression (-1: all of it), with the values that led to it. */
export function errorText(
  { name, text }: NamedText,
  { at, message }: CelIssue,
  hint: string | undefined,
  values: readonly NamedValue[],
): string {
  const { line, column } = positionOf(text, Math.max(at, 0));
  const place = { file: name, line, column: column + 1 };
  const excerpt = excerptAt(text, line, column + 1);
  return `Error: ${errorSourceText({ message, place, excerpt, values, ...(hint === undefined ? {} : { hint }) })}`;
}
