import { EvaluationError } from '../model/failure.ts';
import { goQuote } from './go-text.ts';
import { compareSemver, parseSemverOrThrow, type Semver } from './semver-version.ts';

type Term = (version: Semver) => boolean;

const COMPARATORS: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['', (order) => order === 0],
  ['=', (order) => order === 0],
  ['==', (order) => order === 0],
  ['!', (order) => order !== 0],
  ['!=', (order) => order !== 0],
  ['<', (order) => order < 0],
  ['<=', (order) => order <= 0],
  ['>', (order) => order > 0],
  ['>=', (order) => order >= 0],
]);

/**
 * Compiles a version range: terms apart by blanks must all hold, `||` separates alternatives. Oddities of the
 * upstream splitter and of its wildcard expansion are kept. Throws `EvaluationError` with Go's text.
 * Upstream: `ParseRange` of `github.com/blang/semver/v4`.
 */
export function parseSemverRange(text: string): (version: Semver) => boolean {
  const alternatives = splitAlternatives(splitTerms(text)).map((terms) => terms.flatMap(expandWildcard));
  const compiled = alternatives.map((terms) => terms.map(compileTerm));
  return (version) =>
    compiled.some((terms) => {
      // Upstream calls a nil function for the nothing between two `||`.
      if (terms.length === 0) throw new EvaluationError('invalid memory address or nil pointer dereference');
      return terms.every((term) => term(version));
    });
}

/** Splits at blanks, except those after `<`, `>` and `=`. Single characters between blanks get lost. */
function splitTerms(text: string): readonly string[] {
  const terms: string[] = [];
  let start = 0;
  let previous = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === ' ' && previous !== '>' && previous !== '<' && previous !== '=') {
      if (start < i - 1) terms.push(text.slice(start, i));
      start = i + 1;
    } else if (char !== ' ') previous = char;
  }
  if (start < text.length - 1) terms.push(text.slice(start));
  return terms.map((term) => term.replaceAll(' ', ''));
}

function splitAlternatives(terms: readonly string[]): readonly (readonly string[])[] {
  const alternatives: (readonly string[])[] = [];
  let start = 0;
  for (const [i, term] of terms.entries()) {
    if (term !== '||') continue;
    if (i === 0) throw new EvaluationError("First element in range is '||'");
    alternatives.push(terms.slice(start, i));
    start = i + 1;
  }
  if (start === terms.length) throw new EvaluationError("Last element in range is '||'");
  return [...alternatives, terms.slice(start)];
}

/** `1.2.x` becomes `>=1.2.0` and `<1.3.0`, and so on. Any term with the letter x goes through here. */
function expandWildcard(term: string): readonly string[] {
  if (!term.includes('x')) return [term];
  const [operator, version] = splitOperator(term);
  const parts = version.split('.');
  const position = parts.at(-1) === 'x' ? parts.length : 0;
  const zeroed = version.replace('.x.x', '.x').replace('.x', '.0');
  const flat = zeroed.split('.').length === 2 ? `${zeroed}.0` : zeroed;
  const next = position === 3 ? increment(flat, 1) : position === 2 ? increment(flat, 0) : '';
  switch (operator) {
    case '>':
      return [`>=${next}`];
    case '>=':
      return [`>=${flat}`];
    case '<':
      return [`<${flat}`];
    case '<=':
      return [`<${next}`];
    case '':
    case '=':
    case '==':
      return [`>=${flat}`, `<${next}`];
    case '!':
    case '!=':
      return [`<${flat}`, `>=${next}`];
    default:
      return [flat];
  }
}

function increment(version: string, index: number): string {
  const parts = version.split('.');
  const part = parts[index] ?? '';
  if (!/^[-+]?\d+$/.test(part)) return '';
  parts[index] = String(BigInt(part) + 1n);
  return parts.join('.');
}

function splitOperator(term: string): readonly [operator: string, version: string] {
  const at = term.search(/\p{Nd}/u);
  if (at < 0) throw new EvaluationError(`Could not get version from string: ${goQuote(term)}`);
  return [term.slice(0, at), term.slice(at)];
}

function compileTerm(term: string): Term {
  const [operator, text] = splitOperator(term);
  const holds = COMPARATORS.get(operator);
  const prefix = `Could not parse Range ${goQuote(term)}: Could not parse`;
  if (holds === undefined) throw new EvaluationError(`${prefix} comparator ${goQuote(operator)} in ${goQuote(term)}`);
  const bound = parseBound(text, `${prefix} version ${goQuote(text)} in ${goQuote(term)}`);
  return (version) => holds(compareSemver(version, bound));
}

function parseBound(text: string, prefix: string): Semver {
  try {
    return parseSemverOrThrow(text);
  } catch (error) {
    throw error instanceof EvaluationError ? new EvaluationError(`${prefix}: ${error.message}`) : error;
  }
}
