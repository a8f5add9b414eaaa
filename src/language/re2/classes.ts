import { type ClassPart, MAX_CODE, type Range } from './syntax.ts';

const DIGIT: Range = [0x30, 0x39];
const UPPER: Range = [0x41, 0x5a];
const LOWER: Range = [0x61, 0x7a];
const UNDERSCORE: Range = [0x5f, 0x5f];

/** `\d`, `\s`, `\w`: ASCII only. */
const PERL: ReadonlyMap<string, readonly Range[]> = new Map([
  ['d', [DIGIT]],
  ['s', [[0x09, 0x0a] as const, [0x0c, 0x0d] as const, [0x20, 0x20] as const]],
  ['w', [DIGIT, UPPER, UNDERSCORE, LOWER]],
]);

const POSIX: ReadonlyMap<string, readonly Range[]> = new Map<string, readonly Range[]>([
  ['alnum', [DIGIT, UPPER, LOWER]],
  ['alpha', [UPPER, LOWER]],
  ['ascii', [[0x00, 0x7f]]],
  [
    'blank',
    [
      [0x09, 0x09],
      [0x20, 0x20],
    ],
  ],
  [
    'cntrl',
    [
      [0x00, 0x1f],
      [0x7f, 0x7f],
    ],
  ],
  ['digit', [DIGIT]],
  ['graph', [[0x21, 0x7e]]],
  ['lower', [LOWER]],
  ['print', [[0x20, 0x7e]]],
  [
    'punct',
    [
      [0x21, 0x2f],
      [0x3a, 0x40],
      [0x5b, 0x60],
      [0x7b, 0x7e],
    ],
  ],
  [
    'space',
    [
      [0x09, 0x0d],
      [0x20, 0x20],
    ],
  ],
  ['upper', [UPPER]],
  ['word', [DIGIT, UPPER, UNDERSCORE, LOWER]],
  ['xdigit', [DIGIT, [0x41, 0x46], [0x61, 0x66]]],
]);

/** The class of `\d`, `\D`, `\s`, `\S`, `\w` or `\W`, given its letter; `undefined` for other letters. */
export function perlClass(letter: string, fold: boolean): readonly ClassPart[] | undefined {
  const ranges = PERL.get(letter.toLowerCase());
  return ranges && group(ranges, letter !== letter.toLowerCase(), fold);
}

/** The class of `[:alpha:]` or `[:^alpha:]`, given what stands between the colons. */
export function posixClass(name: string, fold: boolean): readonly ClassPart[] | undefined {
  const negated = name.startsWith('^');
  const ranges = POSIX.get(negated ? name.slice(1) : name);
  return ranges && group(ranges, negated, fold);
}

function group(ranges: readonly Range[], negated: boolean, fold: boolean): readonly ClassPart[] {
  const all = fold ? cleanRanges(ranges.flatMap(foldedAscii)) : ranges;
  return negated ? negateRanges(all) : all;
}

/** An ASCII range with the letters of the other case, and with the two others that fold to k and s. */
function foldedAscii([low, high]: Range): readonly Range[] {
  const folded: Range[] = [[low, high]];
  for (let code = low; code <= high; code++) {
    const letter = code & ~0x20;
    if (letter < 0x41 || letter > 0x5a) continue;
    folded.push([code ^ 0x20, code ^ 0x20]);
    if (letter === 0x4b) folded.push([0x212a, 0x212a]);
    if (letter === 0x53) folded.push([0x17f, 0x17f]);
  }
  return folded;
}

/** Sorted ranges that neither overlap nor touch. */
export function cleanRanges(ranges: readonly Range[]): readonly Range[] {
  const clean: [number, number][] = [];
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    const last = clean.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else clean.push([low, high]);
  }
  return clean;
}

/** All other code points. */
export function negateRanges(ranges: readonly Range[]): readonly Range[] {
  const others: Range[] = [];
  let next = 0;
  for (const [low, high] of cleanRanges(ranges)) {
    if (next < low) others.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= MAX_CODE) others.push([next, MAX_CODE]);
  return others;
}

const CATEGORY_NAMES: ReadonlyMap<string, string> = new Map([
  ['Lc', 'LC'],
  ['Any', 'Any'],
  ['Assigned', 'Assigned'],
  ['Ascii', 'ASCII'],
  ['Letter', 'L'],
  ['Casedletter', 'LC'],
  ['Uppercaseletter', 'Lu'],
  ['Lowercaseletter', 'Ll'],
  ['Titlecaseletter', 'Lt'],
  ['Modifierletter', 'Lm'],
  ['Otherletter', 'Lo'],
  ['Mark', 'M'],
  ['Combiningmark', 'M'],
  ['Nonspacingmark', 'Mn'],
  ['Spacingmark', 'Mc'],
  ['Enclosingmark', 'Me'],
  ['Number', 'N'],
  ['Decimalnumber', 'Nd'],
  ['Digit', 'Nd'],
  ['Letternumber', 'Nl'],
  ['Othernumber', 'No'],
  ['Punctuation', 'P'],
  ['Punct', 'P'],
  ['Connectorpunctuation', 'Pc'],
  ['Dashpunctuation', 'Pd'],
  ['Openpunctuation', 'Ps'],
  ['Closepunctuation', 'Pe'],
  ['Initialpunctuation', 'Pi'],
  ['Finalpunctuation', 'Pf'],
  ['Otherpunctuation', 'Po'],
  ['Symbol', 'S'],
  ['Mathsymbol', 'Sm'],
  ['Currencysymbol', 'Sc'],
  ['Modifiersymbol', 'Sk'],
  ['Othersymbol', 'So'],
  ['Separator', 'Z'],
  ['Spaceseparator', 'Zs'],
  ['Lineseparator', 'Zl'],
  ['Paragraphseparator', 'Zp'],
  ['Other', 'C'],
  ['Control', 'Cc'],
  ['Cntrl', 'Cc'],
  ['Format', 'Cf'],
  ['Surrogate', 'Cs'],
  ['Privateuse', 'Co'],
  ['Unassigned', 'Cn'],
]);

/**
 * The Unicode class of a category or script name, in JavaScript's spelling; `undefined` for unknown names. Case,
 * blanks, hyphens and underscores do not count, and scripts whose name has several words are unknown upstream.
 */
export function unicodeProperty(name: string): string | undefined {
  const letters = name.replace(/[-_ ]/g, '');
  if (!/^[A-Za-z]+$/.test(letters)) return undefined;
  const canonical = letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase();
  const category = CATEGORY_NAMES.get(canonical);
  if (category !== undefined) return category;
  if (!/^[A-Z][a-z]*$/.test(canonical)) return undefined;
  if (canonical.length <= 2 && isProperty(canonical)) return canonical;
  // JavaScript also takes script codes such as Grek, which always have four letters.
  if (canonical.length === 4 && !FOUR_LETTER_SCRIPTS.includes(canonical)) return undefined;
  return isProperty(`Script=${canonical}`) ? `Script=${canonical}` : undefined;
}

const FOUR_LETTER_SCRIPTS: readonly string[] = ['Ahom', 'Cham', 'Kawi', 'Lisu', 'Miao', 'Modi', 'Newa', 'Thai', 'Toto'];

function isProperty(property: string): boolean {
  try {
    new RegExp(`\\p{${property}}`, 'v');
    return true;
  } catch {
    return false;
  }
}
