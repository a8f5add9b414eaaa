import { parseDuration } from '../../language/duration.ts';
import { formatFloatE, formatFloatF6 } from '../../language/go-text.ts';
import { goTrimSpace } from '../../language/go-text-numbers.ts';
import { compareQuantity, parseQuantity } from '../../language/quantity.ts';
import { compileWildcard } from '../../language/wildcard.ts';
import type { Json } from '../../model/json.ts';

type Test = (value: Json) => boolean;
type Operator = '=' | '!' | '<' | '<=' | '>' | '>=';

const RANGE = /^([-|+]?\d+(?:\.\d+)?[A-Za-z]*)-([-|+]?\d+(?:\.\d+)?[A-Za-z]*)$/;
const OUTSIDE = /^([-|+]?\d+(?:\.\d+)?[A-Za-z]*)!-([-|+]?\d+(?:\.\d+)?[A-Za-z]*)$/;

/** True for texts such as `1-3` or `10Mi-1Gi`. Upstream: `GetOperatorFromStringPattern` gives `InRange`. */
export function isRange(text: string): boolean {
  return rangeOf(text)?.outside === false;
}

function rangeOf(text: string): { readonly low: string; readonly high: string; readonly outside: boolean } | undefined {
  if (prefixOperator(text) !== '') return undefined;
  const outside = OUTSIDE.exec(text);
  const match = outside ?? RANGE.exec(text);
  return match === null ? undefined : { low: match[1] ?? '', high: match[2] ?? '', outside: outside !== null };
}

/** The operator a text begins with; a single character is never one. */
function prefixOperator(text: string): string {
  if (text.length < 2) return '';
  return /^(?:>=|<=|[><!])/.exec(text)?.[0] ?? '';
}

/** One comparison of a string pattern, e.g. `>=2`, `!*:latest`, `1-3`. Upstream: `pkg/engine/pattern/pattern.go`. */
export function compileAtom(text: string): Test {
  const range = rangeOf(text);
  if (range !== undefined) {
    const low = comparison(range.outside ? '<' : '>=', range.low);
    const high = comparison(range.outside ? '>' : '<=', range.high);
    return range.outside ? (value) => low(value) || high(value) : (value) => low(value) && high(value);
  }
  const prefix = prefixOperator(text);
  return comparison(prefix === '' ? '=' : (prefix as Operator), goTrimSpace(text.slice(prefix.length)));
}

/** Compares as durations if both sides are, else as quantities if both sides are, else as text. */
function comparison(operator: Operator, operand: string): Test {
  const asText = textTest(operator, operand);
  const duration = parseDuration(operand);
  const quantity = parseQuantity(operand);
  if (duration === undefined && quantity === undefined) return asText;
  return (value) => {
    const text = numericText(value);
    if (text === undefined) return asText(value);
    if (duration !== undefined) {
      const actual = parseDuration(text);
      if (actual !== undefined) return holds(operator, actual < duration ? -1 : actual > duration ? 1 : 0);
    }
    if (quantity !== undefined) {
      const actual = parseQuantity(text);
      if (actual !== undefined) return holds(operator, compareQuantity(actual, quantity));
    }
    return asText(value);
  };
}

function holds(operator: Operator, order: -1 | 0 | 1): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '!':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Only equality applies to texts; null, maps and lists have none, so both `=` and `!` are false for them. */
function textTest(operator: Operator, operand: string): Test {
  if (operator !== '=' && operator !== '!') return () => false;
  const matches = compileWildcard(operand);
  const expected = operator === '=';
  return (value) => {
    const text = wildcardText(value);
    return text !== undefined && matches(text) === expected;
  };
}

function wildcardText(value: Json): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return formatFloatE(value);
    case 'object':
      return undefined;
    default:
      return String(value);
  }
}

/** The text that is read as a duration or quantity; a missing value is zero. */
function numericText(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return '0';
  if (typeof value === 'number') return formatFloatF6(value);
  return typeof value === 'bigint' ? value.toString() : undefined;
}
