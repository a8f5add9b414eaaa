import { compileRe2Matcher } from '../../../language/regex.ts';
import { EvaluationError } from '../../../model/failure.ts';
import { timestampOfSeconds } from '../arithmetic.ts';
import { type CelExpr, childrenOf } from '../ast.ts';
import { parseDurationValue, parseTimestampValue } from '../convert.ts';
import type { CelIssue } from '../source.ts';
import { type CelType, isEquivalentType, unwrapOptional } from '../types.ts';
import { CelError, type CelValue } from '../values.ts';
import type { CheckedTypes } from './checker.ts';
import { formatIssues } from './format-call.ts';

/**
 * Literals that can never work: bad durations, times and regular expressions, lists and maps of mixed types, and calls
 * of `format` whose arguments do not suit.
 * Upstream: `cel/validator.go` and `ext/formatting.go` of cel-go.
 */
export function literalIssues(root: CelExpr, types: CheckedTypes): readonly CelIssue[] {
  const issues: CelIssue[] = [];
  visit(root, false, types, issues);
  return issues;
}

function visit(expr: CelExpr, insideFormat: boolean, types: CheckedTypes, issues: CelIssue[]): void {
  if (expr.kind === 'call') {
    const [literal] = expr.args;
    if (literal?.kind === 'literal' && isBad(expr.fn, literal.value)) {
      issues.push({ at: literal.at, message: `invalid ${expr.fn} argument` });
    }
    issues.push(...formatIssues(expr, types));
  }
  if (!insideFormat && expr.kind === 'list') {
    const elements = expr.elements.map((element, index) => ({
      at: element.at,
      type: plain(types.typeOf(element), expr.optional.has(index)),
    }));
    const wrong = mixed(elements)[0];
    if (wrong !== undefined) issues.push(wrong);
  }
  if (!insideFormat && expr.kind === 'map') {
    issues.push(...mixed(expr.entries.map(({ key }) => ({ at: key.at, type: types.typeOf(key) }))));
    issues.push(
      ...mixed(
        expr.entries.map(({ value, optional }) => ({ at: value.at, type: plain(types.typeOf(value), optional) })),
      ),
    );
  }
  const inside = insideFormat || (expr.kind === 'call' && expr.fn === 'format');
  for (const child of childrenOf(expr)) visit(child, inside, types, issues);
}

function plain(type: CelType, optional: boolean): CelType {
  return optional ? unwrapOptional(type).type : type;
}

/** Those whose type is not that of the first. */
function mixed(parts: readonly { readonly at: number; readonly type: CelType }[]): readonly CelIssue[] {
  const [first] = parts;
  return parts.flatMap(({ at, type }) => {
    if (first === undefined || isEquivalentType(first.type, type)) return [];
    return [{ at, message: `expected type '${first.type.text}' but found '${type.text}'` }];
  });
}

function isBad(fn: string, argument: CelValue): boolean {
  if (typeof argument === 'bigint') return fn === 'timestamp' && timestampOfSeconds(argument) instanceof CelError;
  if (typeof argument !== 'string') return false;
  if (fn === 'duration') return parseDurationValue(argument) instanceof CelError;
  if (fn === 'timestamp') return parseTimestampValue(argument) instanceof CelError;
  return fn === 'matches' && !isRegex(argument);
}

function isRegex(text: string): boolean {
  try {
    compileRe2Matcher(text);
    return true;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}
