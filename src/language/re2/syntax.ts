/** A run of code points, both ends included. */
export type Range = readonly [low: number, high: number];

/** A part of a character class: code points, or a Unicode property in JavaScript's spelling, e.g. `Script=Greek`. */
export type ClassPart = Range | { readonly property: string; readonly negated: boolean };

/** A place in the text that takes no characters. */
export type Assertion = 'begin-text' | 'end-text' | 'begin-line' | 'end-line' | 'word-boundary' | 'no-word-boundary';

/** A parsed regular expression. `fold` means: letter case does not count. */
export type RegexNode =
  | { readonly op: 'char'; readonly code: number; readonly fold: boolean }
  | { readonly op: 'class'; readonly parts: readonly ClassPart[]; readonly negated: boolean; readonly fold: boolean }
  | { readonly op: 'any'; readonly newline: boolean }
  | { readonly op: 'assert'; readonly where: Assertion }
  /** `max` is -1 when there is no upper bound. */
  | {
      readonly op: 'repeat';
      readonly min: number;
      readonly max: number;
      readonly greedy: boolean;
      readonly node: RegexNode;
      /** Written as `{min,max}`, not as `*`, `+` or `?`. */
      readonly counted: boolean;
    }
  | { readonly op: 'capture'; readonly index: number; readonly node: RegexNode }
  | { readonly op: 'concat'; readonly nodes: readonly RegexNode[] }
  | { readonly op: 'alternate'; readonly nodes: readonly RegexNode[] };

/** A regular expression with the names of its groups; group 0 is the whole match. */
export interface ParsedRegex {
  readonly node: RegexNode;
  /** Name of each group, `''` for one without. */
  readonly names: readonly string[];
}

/** The highest code point. */
export const MAX_CODE = 0x10ffff;
