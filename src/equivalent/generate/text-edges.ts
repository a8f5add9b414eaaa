import { hasWildcard } from '../../language/wildcard.ts';

const OPERATOR = /^(?:>=|<=|[><!])\s*/;
const RANGE = /^([-+]?\d+(?:\.\d+)?[A-Za-z]*)(?:!?-)([-+]?\d+(?:\.\d+)?[A-Za-z]*)$/;
const MEASURE = /^([-+]?\d+)((?:\.\d+)?)([A-Za-z]*)$/;

/** The operands of a text pattern: `>=2 & <5 | !x*` gives `2`, `5`, `x*`; a plain text gives itself. */
export function operandsOf(hint: string): readonly string[] {
  const atoms = hint.split(/[|&]/).map((part) => part.trim().replace(OPERATOR, '').trim());
  const parts = atoms.flatMap((atom) => {
    const range = RANGE.exec(atom);
    return range === null ? [atom] : [range[1] ?? '', range[2] ?? ''];
  });
  return [...new Set(parts)];
}

/** Texts that fit an operand, the plainest first: wildcards are filled in. */
export function fitting(operand: string): readonly string[] {
  if (!hasWildcard(operand)) return [operand];
  const fill = (stars: string) => operand.replaceAll('*', stars).replaceAll('?', 'a');
  return [...new Set([fill('x'), fill(''), fill('x/y')])];
}

/** Texts next to one: other case, something before, behind, less, and another character for a dot. */
export function neighbours(text: string): readonly string[] {
  if (text === '') return ['x', ' '];
  const near = [
    `${text}x`,
    `x${text}`,
    text.toUpperCase(),
    text.toLowerCase(),
    text.slice(0, -1),
    text.slice(1),
    `x${text}x`,
    text.replace('.', 'x'),
    `${text} `,
  ];
  return [...new Set(near)].filter((one) => one !== text);
}

/** Numbers on both sides of one, with its unit: `5Gi` gives `4Gi`, `6Gi`. Empty for a text that is no number. */
export function measuresAround(operand: string): readonly string[] {
  const [, digits, fraction = '', unit = ''] = MEASURE.exec(operand) ?? [];
  if (digits === undefined) return [];
  const whole = BigInt(digits.replace('+', ''));
  return [`${whole}${fraction}${unit}`, `${whole - 1n}${unit}`, `${whole + 1n}${unit}`];
}

/** Texts that a simple regular expression accepts: groups give their first branch, repetitions one turn. */
export function regexSamples(source: string): readonly string[] {
  if (!/[\\^$()[\]+]|\.\*/.test(source)) return [];
  const plain = source
    .replace(/^\^|\$$/g, '')
    .replaceAll(/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)/g, '$1')
    .replaceAll(/\[([^\]^])[^\]]*\]/g, '$1')
    .replaceAll(/\\d/g, '1')
    .replaceAll(/\\w/g, 'a')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/\.[*+?]/g, 'x')
    .replaceAll(/[*+?]|\{\d+(?:,\d*)?\}/g, '');
  return [plain];
}

/** Texts that begin with one text and end with another, or nearly so: for fields that are tested in two ways. */
export function joined(texts: readonly string[]): readonly string[] {
  const [first, ...others] = texts.filter((text) => text !== '');
  const begin = first ?? '';
  return others.slice(0, 2).flatMap((end) => [`${begin}x${end}`, `${begin}x${end.slice(1)}`, `${end}x${begin}`]);
}
