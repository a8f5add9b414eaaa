const DECIMAL = /^[+-]?(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)(e[+-]?\d[\d_]*)?$/i;
const HEXADECIMAL = /^([+-]?)0x([\da-f_]*)(?:\.([\da-f_]*))?p([+-]?\d[\d_]*)$/i;

/**
 * Go's `strconv.ParseFloat(text, 64)`: also `inf`, `Infinity`, `NaN`, `0x1p4` and underscores between digits.
 * `undefined` where Go gives an error, which a number beyond float64 is too.
 * Upstream: Go strconv/atof.go.
 */
export function parseGoFloat(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  if (!underscoresFit(text)) return undefined;
  const hexadecimal = HEXADECIMAL.exec(text);
  const value = hexadecimal === null ? decimal(text) : hexFloat(hexadecimal);
  return value === undefined || Number.isFinite(value) ? value : undefined;
}

function decimal(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}

function hexFloat([, sign = '', whole = '', fraction = '', power = '0']: RegExpExecArray): number | undefined {
  const digits = (whole + fraction).replaceAll('_', '');
  if (digits === '') return undefined;
  const exponent = Number(power.replaceAll('_', '')) - 4 * fraction.replaceAll('_', '').length;
  const mantissa = Number(BigInt(`0x${digits}`));
  if (mantissa === 0) return sign === '-' ? -0 : 0;
  // In two steps, because 2 ** exponent alone may leave the range of float64.
  const half = Math.trunc(exponent / 2);
  const value = mantissa * 2 ** half * 2 ** (exponent - half);
  return sign === '-' ? -value : value;
}

/** Underscores must stand between digits, or between a base prefix and a digit. */
function underscoresFit(text: string): boolean {
  if (!text.includes('_')) return true;
  const body = text.replace(/^[+-]/, '');
  const prefixed = /^0[box]/i.test(body);
  const digit = /^0x/i.test(body) ? '[\\da-f]' : '\\d';
  const rest = prefixed ? `0${body.slice(2)}` : body;
  return !new RegExp(`(^|[^\\d_a-f]|(?!${digit})[^_])_|_(?!${digit})`, 'i').test(rest);
}
