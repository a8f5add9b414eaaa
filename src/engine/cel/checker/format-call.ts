import type { CallExpr, CelExpr } from '../ast.ts';
import { CLAUSE_ERRORS, parseFormat } from '../functions/format.ts';
import type { CelIssue } from '../source.ts';
import type { CheckedTypes } from './checker.ts';

const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  s: 'list map int uint double bool string timestamp bytes duration type null'.split(' '),
  d: ['int', 'uint'],
  f: ['double', 'string'],
  e: ['double', 'string'],
  b: ['int', 'uint', 'bool'],
  x: ['int', 'uint', 'string', 'bytes'],
  X: ['int', 'uint', 'string', 'bytes'],
  o: ['int', 'uint'],
};

/** What is wrong with `'text'.format([…])` as far as its literals tell. Upstream: `ext/formatting.go` of cel-go. */
export function formatIssues(expr: CallExpr, types: CheckedTypes): readonly CelIssue[] {
  const { fn, target, args } = expr;
  const [list] = args;
  if (fn !== 'format' || target?.kind !== 'literal' || typeof target.value !== 'string') return [];
  if (list?.kind !== 'list' || args.length !== 1) return [];
  const { clauses, problem } = parseFormat(target.value, list.elements.length);
  for (const [index, { verb }] of clauses.entries()) {
    const bad = wrongPart(list.elements[index] as CelExpr, verb, types);
    if (bad === undefined) continue;
    const message = `error during formatting: ${CLAUSE_ERRORS[verb] ?? ''}${types.typeOf(bad).name}`;
    return [{ at: bad.at, message }];
  }
  if (problem !== undefined) return [{ at: expr.at, message: problem }];
  if (list.elements.length <= clauses.length) return [];
  const counts = `(expected ${clauses.length}, got ${list.elements.length})`;
  return [{ at: expr.at, message: `too many arguments supplied to string.format ${counts}` }];
}

function wrongPart(expr: CelExpr, verb: string, types: CheckedTypes): CelExpr | undefined {
  const { kind } = types.typeOf(expr);
  if (kind !== 'dyn' && ACCEPTED[verb]?.includes(kind) !== true) return expr;
  if (verb !== 's') return undefined;
  const parts =
    expr.kind === 'list'
      ? expr.elements
      : expr.kind === 'map'
        ? expr.entries.flatMap(({ key, value }) => [key, value])
        : [];
  return parts.map((part) => wrongPart(part, verb, types)).find((bad) => bad !== undefined);
}
