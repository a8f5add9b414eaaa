import type { Scalar } from 'yaml';

/**
 * Where a character of a scalar's value stands in the text that the scalar was read from. White space may differ between
 * the two (indents, folded lines), everything else is there in the same order, though quotes escape some of it.
 */
export function scalarOffset({ value: given, type, range }: Scalar.Parsed, text: string, index: number): number {
  const value = String(given);
  const isBlock = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
  const isQuoted = type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE';
  let offset = isBlock ? text.indexOf('\n', range[0]) + 1 : range[0] + Number(isQuoted);
  for (const character of value.slice(0, index)) {
    if (BLANK.test(character)) continue;
    offset = skipBlanks(text, offset, type);
    offset +=
      type === 'QUOTE_SINGLE' && character === "'" ? 2 : (escapeAt(text, offset, type)?.length ?? character.length);
  }
  const wanted = value[index];
  return wanted === undefined || BLANK.test(wanted) ? offset : skipBlanks(text, offset, type);
}

const BLANK = /^\s/;
const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/y;
/** Escapes that stand for white space, and the one that joins two lines. */
const BLANK_ESCAPE = /^\\(?:[\s_ntrvfNLP]|x(?:0[9a-d]|20|85|a0)|u00(?:0[9a-d]|20|85|a0))$/i;

function escapeAt(text: string, offset: number, type: Scalar.Type | undefined): string | undefined {
  if (type !== 'QUOTE_DOUBLE') return undefined;
  ESCAPE.lastIndex = offset;
  return ESCAPE.exec(text)?.[0];
}

function skipBlanks(text: string, from: number, type: Scalar.Type | undefined): number {
  let offset = from;
  while (offset < text.length) {
    const found = escapeAt(text, offset, type);
    if (found !== undefined && BLANK_ESCAPE.test(found)) offset += found.length;
    else if (found === undefined && BLANK.test(text[offset] ?? '')) offset++;
    else break;
  }
  return offset;
}
