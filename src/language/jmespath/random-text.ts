import type { RandomSource } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import { cleanRanges, negateRanges } from '../re2/classes.ts';
import { parseRegex } from '../re2/parse.ts';
import type { Range, RegexNode } from '../re2/syntax.ts';

/** How often an unbounded repetition repeats at most. */
const UNBOUNDED = 4096;
/** Upstream has no limit and runs out of memory on nested repetitions. */
const MAX_LENGTH = 1_000_000;

/**
 * A random text that matches a regular expression of POSIX syntax (no `\d`, nothing lazy). Anchors add nothing.
 * Throws `EvaluationError` for a bad pattern. Upstream: github.com/zach-klippenstein/goregen.
 */
export function randomText(pattern: string, random: RandomSource): string {
  if (pattern === '') throw new EvaluationError('no pattern provided');
  const out: string[] = [];
  generate(parseRegex(pattern.toWellFormed(), 'posix').node, random, out);
  return out.join('');
}

/** A whole number from 0 up to, but not with, `limit`. */
function below(limit: number, random: RandomSource): number {
  return Math.min(limit - 1, Math.floor(random.next() * limit));
}

function generate(node: RegexNode, random: RandomSource, out: string[]): void {
  switch (node.op) {
    case 'char':
      add(node.code, out);
      break;
    case 'any':
      // Upstream draws from all positive 32-bit numbers; what is no code point becomes U+FFFD.
      add(1 + below(2 ** 31 - 1, random), out);
      break;
    case 'class':
      add(pick(rangesOf(node), random), out);
      break;
    case 'assert':
      break;
    case 'capture':
      generate(node.node, random, out);
      break;
    case 'concat':
      for (const child of node.nodes) generate(child, random, out);
      break;
    case 'alternate': {
      const chosen = node.nodes[below(node.nodes.length, random)];
      if (chosen !== undefined) generate(chosen, random, out);
      break;
    }
    case 'repeat':
      for (let left = repetitions(node.min, node.max, random); left > 0; left--) generate(node.node, random, out);
  }
}

/** `x{2,}` is `x` and then `x+`; `x{2,5}` is `xx` and three times "one more, or stop". */
function repetitions(min: number, max: number, random: RandomSource): number {
  if (max === -1) return min === 0 ? below(UNBOUNDED + 1, random) : min + below(UNBOUNDED, random);
  let count = min;
  while (count < max && below(2, random) === 1) count++;
  return count;
}

function rangesOf(node: Extract<RegexNode, { op: 'class' }>): readonly Range[] {
  const ranges = node.parts.filter((part) => !('property' in part)) as readonly Range[];
  return node.negated ? negateRanges(ranges) : cleanRanges(ranges);
}

function pick(ranges: readonly Range[], random: RandomSource): number {
  // No class gives U+0000.
  const usable = ranges.map(([low, high]) => [Math.max(1, low), high] as const).filter(([low, high]) => low <= high);
  let left = below(
    usable.reduce((total, [low, high]) => total + high - low + 1, 0),
    random,
  );
  for (const [low, high] of usable) {
    if (left <= high - low) return low + left;
    left -= high - low + 1;
  }
  throw new EvaluationError('invalid generator pattern');
}

function add(code: number, out: string[]): void {
  if (out.length >= MAX_LENGTH) throw new EvaluationError(`the random text is longer than ${MAX_LENGTH} characters`);
  const valid = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  out.push(valid ? String.fromCodePoint(code) : '\ufffd');
}
