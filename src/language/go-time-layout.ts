/** An element of a Go time layout, named by its own spelling; fractions are `.0` and `.9`. */
export type LayoutElement =
  | 'January'
  | 'Jan'
  | '1'
  | '01'
  | 'Monday'
  | 'Mon'
  | '2'
  | '_2'
  | '02'
  | '__2'
  | '002'
  | '15'
  | '3'
  | '03'
  | '4'
  | '04'
  | '5'
  | '05'
  | '2006'
  | '06'
  | 'PM'
  | 'pm'
  | 'MST'
  | Zone
  | '.0'
  | '.9';

/** The elements for a numeric zone; those with `Z` also accept a `Z`. */
export type Zone = `${'Z' | '-'}${'070000' | '07:00:00' | '0700' | '07:00' | '07'}`;

/** Literal text and the element behind it; the last chunk of a layout has no element. */
export interface LayoutChunk {
  readonly prefix: string;
  readonly element: LayoutElement | undefined;
  /** The element as the layout writes it. */
  readonly text: string;
}

// The leftmost element counts, and of several at one place the one named first here.
const ELEMENT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm|[-Z](?:070000|07:00:00|0700|07:00|07)|[.,](?:0+|9+)(?![0-9])/g;

/**
 * Splits a Go time layout into its elements and the text between them.
 * Upstream: Go time/format.go, nextStdChunk.
 */
export function layoutChunks(layout: string): readonly LayoutChunk[] {
  const chunks: LayoutChunk[] = [];
  let end = 0;
  for (const match of layout.matchAll(ELEMENT)) {
    const [text] = match;
    chunks.push({ prefix: layout.slice(end, match.index), element: elementOf(text), text });
    end = match.index + text.length;
  }
  chunks.push({ prefix: layout.slice(end), element: undefined, text: '' });
  return chunks;
}

function elementOf(text: string): LayoutElement {
  // The pattern matches nothing but elements.
  return (/^[.,]/.test(text) ? `.${text.charAt(1)}` : text) as LayoutElement;
}
