/** The pieces of a quantity's text. `whole` has no leading zeros and is never empty. */
export interface QuantityParts {
  readonly negative: boolean;
  /** Sign, digits and point as they were written; may lack digits altogether. */
  readonly value: string;
  readonly whole: string;
  readonly fraction: string;
  readonly suffix: string;
}

const SHAPE = /^([-+]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

/**
 * Splits a quantity's text; `undefined` when it does not have the shape. Like upstream it lets a text without any
 * digit pass (`m`, `+`, `.`). Upstream: `parseQuantityString`.
 */
export function parseQuantityParts(text: string): QuantityParts | undefined {
  if (text === '') return undefined;
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = '', fraction = '', suffix = ''] = match;
  const whole = digits.replace(/^0+/, '');
  return {
    negative: sign === '-',
    value: text.slice(0, text.length - suffix.length),
    whole: whole === '' ? '0' : whole,
    fraction,
    suffix,
  };
}
