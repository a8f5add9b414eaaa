import { lineExcerpt } from '../language/excerpt.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../model/json.ts';
import type { Located, Policy } from '../model/policy.ts';
import type { ErrorSource } from '../model/response.ts';
import { type Explained, positionOf } from './cel-validation/index.ts';
import type { RulePath } from './observe.ts';

/**
 * Where in a policy an expression failed. `paths` say where expressions stand in the policy's document: the one that was
 * evaluated, and the list of variables. The expression of a copy for pod controllers is found in what it was made of.
 */
export function errorSource(
  policy: Policy,
  explained: Explained,
  paths: { readonly expression: RulePath; readonly variables: RulePath },
): ErrorSource {
  const { variable, text, at, message, hint, values } = explained;
  const path = variable === undefined ? paths.expression : variablePath(policy.document, paths.variables, variable);
  const written = asString(valueAt(policy.document, path)) ?? text;
  const index = alignedIndex(text, written, at);
  const { place, lineText } = policy.locate?.(path, index) ?? inExpression(policy.name, written, index);
  return {
    message,
    ...(hint === undefined ? {} : { hint }),
    place,
    excerpt: lineExcerpt(lineText, place.line ?? 1, place.column ?? 1),
    values,
  };
}

/** A policy that was read from no file has no lines but those of its expressions. */
function inExpression(policy: string, text: string, index: number): Located {
  const { line, column } = positionOf(text, index);
  return { place: { file: policy, line, column: column + 1 }, lineText: text.split('\n')[line - 1] ?? '' };
}

/** Path of the declared rule that a computed one was made of. */
export function declaredRulePath({ rules }: Policy, computedName: string): RulePath {
  const names = [computedName, computedName.replace(/^autogen-(?:cronjob-)?/, '')];
  const index = rules.findIndex(({ name }) => names.includes(asString(name) ?? ''));
  return ['spec', 'rules', Math.max(index, 0)];
}

/** A later variable of the same name takes the place of an earlier one. */
function variablePath(document: JsonObject, list: RulePath, name: string): RulePath {
  const index = (asArray(valueAt(document, list)) ?? []).findLastIndex((one) => asObject(one)?.['name'] === name);
  return [...list, Math.max(index, 0), 'expression'];
}

function valueAt(document: Json | undefined, path: RulePath): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, key) => (typeof key === 'number' ? asArray(value)?.[key] : asObject(value)?.[key]),
    document,
  );
}

/** The index in the text that a copy was made of, where the copy differs only by words that were put in. */
function alignedIndex(copy: string, written: string, at: number): number {
  if (at <= 0 || copy === written) return Math.max(at, 0);
  const words = written.match(WORD) ?? [];
  let done = 0;
  let [inCopy, inWritten] = [0, 0];
  for (const word of copy.match(WORD) ?? []) {
    const isKept = word === words[done];
    if (inCopy + word.length > at) return isKept ? inWritten + at - inCopy : inWritten;
    inCopy += word.length;
    if (!isKept) continue;
    inWritten += word.length;
    done++;
  }
  return inWritten;
}

const WORD = /\w+|\W/gu;
