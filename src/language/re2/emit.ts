import { caseVariants, hasCase } from './fold.ts';
import type { ClassPart, Range, RegexNode } from './syntax.ts';

/**
 * JavaScript's source and flags for a regular expression. Needs flag `v`; `i` is there when case never counts, and
 * where it counts only in parts the other spellings are written out.
 */
export function emitRegex(node: RegexNode): { readonly source: string; readonly flags: string } {
  const folds = foldsOf(node);
  const everywhere = folds.has(true) && !folds.has(false);
  return { source: emit(node, folds.has(true) && !everywhere), flags: everywhere ? 'iv' : 'v' };
}

/** Whether case counts: `true` for parts where it does not, `false` for parts where it does. */
function foldsOf(node: RegexNode, found: Set<boolean> = new Set()): ReadonlySet<boolean> {
  switch (node.op) {
    case 'char':
      if (hasCase(node.code)) found.add(node.fold);
      break;
    case 'class':
      found.add(node.fold);
      break;
    case 'assert':
      // With flag `i` JavaScript counts two letters beyond ASCII as word characters.
      if (node.where.endsWith('word-boundary')) found.add(false);
      break;
    case 'repeat':
    case 'capture':
      foldsOf(node.node, found);
      break;
    case 'concat':
    case 'alternate':
      for (const child of node.nodes) foldsOf(child, found);
      break;
  }
  return found;
}

const ASSERTIONS = {
  'begin-text': '^',
  'end-text': '$',
  'begin-line': '(?<=\\n|^)',
  'end-line': '(?=\\n|$)',
  'word-boundary': '\\b',
  'no-word-boundary': '\\B',
} as const;

function emit(node: RegexNode, spellOut: boolean): string {
  switch (node.op) {
    case 'char':
      if (!spellOut || !node.fold || !hasCase(node.code)) return emitCode(node.code);
      return `[${caseVariants(node.code).map(emitCode).join('')}]`;
    case 'class': {
      const parts = spellOut && node.fold ? node.parts.flatMap(withVariants) : node.parts;
      return `[${node.negated ? '^' : ''}${parts.map(emitPart).join('')}]`;
    }
    case 'any':
      return node.newline ? '[^]' : '[^\\n]';
    case 'assert':
      return ASSERTIONS[node.where];
    case 'capture':
      return `(${emit(node.node, spellOut)})`;
    case 'concat':
      return node.nodes
        .map((child) => (child.op === 'alternate' ? `(?:${emit(child, spellOut)})` : emit(child, spellOut)))
        .join('');
    case 'alternate':
      return node.nodes.map((child) => emit(child, spellOut)).join('|');
    case 'repeat': {
      const inner = emit(node.node, spellOut);
      const atom = ['char', 'class', 'any', 'capture'].includes(node.node.op) ? inner : `(?:${inner})`;
      return atom + quantifier(node.min, node.max) + (node.greedy ? '' : '?');
    }
  }
}

function quantifier(min: number, max: number): string {
  if (max === -1) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function withVariants(part: ClassPart): readonly ClassPart[] {
  if ('property' in part) return [part];
  const [low, high] = part;
  const variants: Range[] = [part];
  for (let code = low; code <= Math.min(high, 0x1e943); code++) {
    if (hasCase(code)) for (const variant of caseVariants(code)) variants.push([variant, variant]);
  }
  return variants;
}

function emitPart(part: ClassPart): string {
  if ('property' in part) return `\\${part.negated ? 'P' : 'p'}{${part.property}}`;
  const [low, high] = part;
  return low === high ? emitCode(low) : `${emitCode(low)}-${emitCode(high)}`;
}

function emitCode(code: number): string {
  const char = String.fromCodePoint(code);
  return /^[A-Za-z0-9]$/.test(char) ? char : `\\u{${code.toString(16)}}`;
}
