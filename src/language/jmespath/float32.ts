/**
 * A number as Go's `strconv.FormatFloat(n, 'f', -1, 32)` writes it: rounded to a 32-bit float, shortest digits that
 * read back as the same 32-bit float, never an exponent.
 */
export function formatFloat32(value: number): string {
  const float = Math.fround(value);
  if (Number.isNaN(float)) return 'NaN';
  if (!Number.isFinite(float)) return float > 0 ? '+Inf' : '-Inf';
  if (float === 0) return Object.is(float, -0) ? '-0' : '0';
  for (let digits = 1; digits < 9; digits++) {
    const text = float.toExponential(digits - 1);
    if (Math.fround(Number(text)) === float) return plain(text);
  }
  return plain(float.toExponential(8));
}

/** `-1.25e+3` as `-1250`. */
function plain(exponential: string): string {
  const [, sign = '', first = '', rest = '', exponent = '0'] = /^(-?)(\d)\.?(\d*)e(.*)$/.exec(exponential) ?? [];
  const digits = (first + rest).replace(/0+$/, '');
  const point = Number(exponent) + 1;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, '0');
  const fraction = digits.slice(point);
  return sign + whole + (fraction === '' ? '' : `.${fraction}`);
}
