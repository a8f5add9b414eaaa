/** A literal that cannot be read, with cel-go's text. */
export class LiteralProblem {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
};
const ESCAPE = /\\(?:([0-3][0-7]{2})|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs;

/**
 * The text of a string token, quotes and escapes taken away.
 * Upstream: `parser/unescape.go` of cel-go.
 */
export function unquoteString(token: string): string | LiteralProblem {
  const { body, raw } = bodyOf(token);
  if (raw || !body.includes('\\')) return body;
  let problem: LiteralProblem | undefined;
  const text = body.replaceAll(ESCAPE, (_, octal, hex, short, long, simple) => {
    if (simple !== undefined) return SIMPLE[simple] ?? '';
    const code = octal === undefined ? Number.parseInt(hex ?? short ?? long, 16) : Number.parseInt(octal, 8);
    if (code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) return String.fromCodePoint(code);
    problem = new LiteralProblem('invalid unicode code point');
    return '';
  });
  return problem ?? text;
}

/** The bytes of a bytes token; escapes of numbers are bytes, not characters. */
export function unquoteBytes(token: string): Uint8Array | LiteralProblem {
  const { body, raw } = bodyOf(token.slice(1));
  const encoder = new TextEncoder();
  if (raw || !body.includes('\\')) return encoder.encode(body);
  const bytes: number[] = [];
  let at = 0;
  for (const match of body.matchAll(ESCAPE)) {
    const [whole, octal, hex, short, long, simple] = match;
    bytes.push(...encoder.encode(body.slice(at, match.index)));
    at = match.index + whole.length;
    if (short !== undefined || long !== undefined) return new LiteralProblem('unable to unescape string');
    if (simple !== undefined) bytes.push(...encoder.encode(SIMPLE[simple] ?? ''));
    else bytes.push(octal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(octal, 8));
  }
  bytes.push(...encoder.encode(body.slice(at)));
  return Uint8Array.from(bytes);
}

function bodyOf(token: string): { readonly body: string; readonly raw: boolean } {
  const text = token.replaceAll(/\r\n?/g, '\n');
  const raw = /^[rR]/.test(text);
  const quoted = raw ? text.slice(1) : text;
  const width = quoted.length >= 6 && (quoted.startsWith('"""') || quoted.startsWith("'''")) ? 3 : 1;
  return { body: quoted.slice(width, -width), raw };
}
