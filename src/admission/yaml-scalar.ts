import { isPrintableInYaml, yamlDoubleQuoted } from '../language/yaml-quote.ts';

/**
 * A text as Go's YAML encoder writes it as a key or as a value of a block mapping.
 * `indent` is the column of the lines of a block scalar; keys (no `indent`) are always on one line.
 * Upstream: `encode.go` and `emitterc.go` of `go.yaml.in/yaml/v3`, indent 2, no line width.
 */
export function yamlScalar(text: string, indent?: number): string {
  const facts = analyse(text);
  if (text.includes('\n')) {
    return facts.block && indent !== undefined ? literal(text, indent) : yamlDoubleQuoted(text);
  }
  if (readsAsOtherType(text)) return yamlDoubleQuoted(text);
  if (facts.plain) return text;
  return facts.singleQuoted ? `'${text.replaceAll("'", "''")}'` : yamlDoubleQuoted(text);
}

interface Facts {
  readonly plain: boolean;
  readonly singleQuoted: boolean;
  readonly block: boolean;
}

function analyse(text: string): Facts {
  const special = hasSpecialCharacter(text);
  const spaceBeforeBreak = / [\r\n\u0085\u2028\u2029]/.test(text);
  const spaceAfterBreak = /[\r\n\u0085\u2028\u2029] /.test(text);
  const tab = text.includes('\t');
  const edge = /^[ \r\n\u0085\u2028\u2029]|[ \r\n\u0085\u2028\u2029]$/.test(text);
  const indicator =
    /^(?:---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[?:-](?:[ \t]|$)/.test(text) ||
    /:(?:[ \t]|$)/.test(text) ||
    /[ \t\r\n\u0085\u2028\u2029]#/.test(text);
  const singleQuoted = !spaceAfterBreak && !spaceBeforeBreak && !tab && !special;
  return {
    plain: singleQuoted && !edge && !indicator && !/[\r\n\u0085\u2028\u2029]/.test(text),
    singleQuoted,
    block: text !== '' && !text.endsWith(' ') && !spaceBeforeBreak && !special,
  };
}

/** Characters that only double quotes can hold: controls other than tab and newline, all beyond U+FFFF, U+FEFF. */
function hasSpecialCharacter(text: string): boolean {
  for (const char of text) if (char !== '\t' && !isPrintableInYaml(char)) return true;
  return false;
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = text.endsWith('\n\n') || text === '\n' ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = text.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
  // The line break that ends the text also ends the block.
  const body = lines.join('\n');
  return `|${hint}${chomp}\n${text.endsWith('\n') ? body.slice(0, -1) : body}`;
}

const WORDS = new Set(
  ['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']
    .flatMap((word) => [word, word.toUpperCase(), `${word.charAt(0).toUpperCase()}${word.slice(1)}`])
    .concat(['', '~', '.nan', '.NaN', '.NAN'])
    .concat(['', '+', '-'].flatMap((sign) => ['.inf', '.Inf', '.INF'].map((word) => sign + word))),
);

/** Would a reader take the plain text for something other than a string? */
function readsAsOtherType(text: string): boolean {
  if (WORDS.has(text)) return true;
  if (text.startsWith('.')) return /^\.\d+(?:[eE][-+]?\d+)?$/.test(text) && Number.isFinite(Number(text));
  if (!/^[-+\d]/.test(text)) return false;
  return (
    /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/.test(text) || isTimestamp(text) || isNumber(text.replaceAll('_', ''))
  );
}

function isNumber(text: string): boolean {
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return Number.isFinite(Number(text));
  const based = /^([-+]?)0(?:([xX])([\da-fA-F]+)|([bB])([01]+)|([oO])([0-7]+))$/.exec(text);
  if (based !== null) {
    const [, sign, x, hex, b, binary, , octal] = based;
    const digits = x !== undefined ? `0x${hex}` : b !== undefined ? `0b${binary}` : `0o${octal}`;
    return BigInt(digits) <= (sign === '-' ? 2n ** 63n : sign === '+' ? 2n ** 63n - 1n : 2n ** 64n - 1n);
  }
  // `0b-1` and `0o-7`: what follows the prefix is read with a sign of its own.
  const signed = /^0(?:b[-+]([01]+)|o[-+]([0-7]+))$/.exec(text);
  return signed !== null && BigInt(signed[1] === undefined ? `0o${signed[2]}` : `0b${signed[1]}`) < 2n ** 63n;
}

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d)))| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const part = (...groups: readonly number[]) => Number(groups.map((group) => match[group]).find(Boolean) ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  const dateIsValid = month >= 1 && month <= 12 && day >= 1 && day <= lastDay;
  return dateIsValid && part(4, 9) < 24 && part(5, 10) < 60 && part(6, 11) < 60 && part(7) <= 24 && part(8) < 60;
}
