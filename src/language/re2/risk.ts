import type { RegexNode } from './syntax.ts';

/** What a search by backtracking, as JavaScript does it, may cost or get wrong. */
export interface Risk {
  /**
   * Repeats something that can match in several ways, or nothing: backtracking may need exponential time, and
   * JavaScript's rules for groups and empty matches in there are not Go's.
   */
  readonly ambiguous: boolean;
  /** Number of repetitions without a small bound: each multiplies the worst case by the length of the text. */
  readonly repetitions: number;
}

const SMALL_BOUND = 8;

/** Looks at a regular expression for what makes backtracking slow or different. */
export function riskOf(node: RegexNode, repeated = false): Risk {
  switch (node.op) {
    case 'capture': {
      const inner = riskOf(node.node, repeated);
      return { ...inner, ambiguous: inner.ambiguous || (repeated && isVariable(node.node)) };
    }
    case 'concat':
      return merge(node.nodes.map((child) => riskOf(child, repeated)));
    case 'alternate':
      return { ...merge(node.nodes.map((child) => riskOf(child, repeated))), ...(repeated ? { ambiguous: true } : {}) };
    case 'repeat': {
      const isLong = node.max === -1 || node.max > SMALL_BOUND;
      const inner = riskOf(node.node, repeated || node.max !== 1);
      const ambiguous = inner.ambiguous || repeated || mayBeEmpty(node.node);
      return { ambiguous, repetitions: inner.repetitions + (isLong ? 1 : 0) };
    }
    default:
      return { ambiguous: false, repetitions: 0 };
  }
}

function merge(risks: readonly Risk[]): Risk {
  return {
    ambiguous: risks.some((risk) => risk.ambiguous),
    repetitions: risks.reduce((total, risk) => total + risk.repetitions, 0),
  };
}

function isVariable(node: RegexNode): boolean {
  return node.op === 'alternate' || node.op === 'repeat' || (node.op === 'concat' && node.nodes.some(isVariable));
}

function mayBeEmpty(node: RegexNode): boolean {
  switch (node.op) {
    case 'assert':
      return true;
    case 'capture':
      return mayBeEmpty(node.node);
    case 'concat':
      return node.nodes.every(mayBeEmpty);
    case 'alternate':
      return node.nodes.some(mayBeEmpty);
    case 'repeat':
      return node.min === 0 || mayBeEmpty(node.node);
    default:
      return false;
  }
}
