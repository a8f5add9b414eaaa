/**
 * Simple case folding by single code points, as Unicode's CaseFolding.txt (C and S) and Go's `unicode.SimpleFold`
 * have it.
 */

/** Letters that belong together though neither is the other's upper or lower case. */
const EXTRA: readonly string[] = [
  'kK\u212a',
  'sS\u017f',
  '\u00e5\u00c5\u212b',
  '\u00df\u1e9e',
  '\u00b5\u03bc\u039c',
  '\u0345\u03b9\u0399\u1fbe',
  '\u03b2\u0392\u03d0',
  '\u03b5\u0395\u03f5',
  '\u03b8\u0398\u03d1\u03f4',
  '\u03ba\u039a\u03f0',
  '\u03c0\u03a0\u03d6',
  '\u03c1\u03a1\u03f1',
  '\u03c2\u03c3\u03a3',
  '\u03c6\u03a6\u03d5',
  '\u03c9\u03a9\u2126',
  '\u1e61\u1e60\u1e9b',
  '\u0432\u0412\u1c80',
  '\u0434\u0414\u1c81',
  '\u043e\u041e\u1c82',
  '\u0441\u0421\u1c83',
  '\u0442\u0422\u1c84\u1c85',
  '\u044a\u042a\u1c86',
  '\u0463\u0462\u1c87',
  '\ua64b\ua64a\u1c88',
];

/** True for code points that have other spellings. */
export function hasCase(code: number): boolean {
  return caseVariants(code).length > 1;
}

/** All code points that are equal to this one when case does not count, with itself. */
export function caseVariants(code: number): readonly number[] {
  const char = String.fromCodePoint(code);
  if (code < 0x41 || (code < 0x80 && !/[A-Za-z]/.test(char))) return [code];
  const found = new Set([char]);
  for (const seed of [char, char.toLowerCase(), char.toUpperCase()]) {
    for (const variant of [seed, seed.toLowerCase(), seed.toUpperCase()]) {
      if (isSingle(variant) && folds(char, variant)) found.add(variant);
    }
  }
  const extra = EXTRA.find((group) => group.includes(char));
  if (extra !== undefined) for (const variant of extra) found.add(variant);
  return Array.from(found, (variant) => variant.codePointAt(0) ?? 0);
}

function isSingle(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}

function folds(a: string, b: string): boolean {
  const hex = (a.codePointAt(0) ?? 0).toString(16);
  return a === b || new RegExp(`^\\u{${hex}}$`, 'iu').test(b);
}
