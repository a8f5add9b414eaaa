/** Number of code points. */
export function codePointCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(i + 1);
    if (next >= 0xdc00 && next <= 0xdfff) {
      count--;
      i++;
    }
  }
  return count;
}

/** Go's `strings.ToUpper`: every code point by itself, to exactly one code point. */
export function simpleUpper(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  return Array.from(text, (char) => {
    const upper = char.toUpperCase();
    if (upper.length === char.length && codePointCount(upper) === codePointCount(char)) return upper;
    if (codePointCount(upper) === 1) return upper;
    return iotaUpper(char);
  }).join('');
}

/** Go's `strings.ToLower`: every code point by itself, to exactly one code point. */
export function simpleLower(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return Array.from(text, (char) => (char === '\u0130' ? 'i' : char.toLowerCase())).join('');
}

/** Greek letters with an iota below are the only ones whose single-letter capital differs from the full one. */
function iotaUpper(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const row = code & ~7;
  if (row === 0x1f80 || row === 0x1f90 || row === 0x1fa0) return String.fromCodePoint(code + 8);
  return code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3 ? String.fromCodePoint(code + 9) : char;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** Go's `strings.EqualFold`: equality under simple Unicode case folding. */
export function equalFold(a: string, b: string): boolean {
  if (a === b) return true;
  if (isAscii(a) && isAscii(b)) return a.toLowerCase() === b.toLowerCase();
  const codes = Array.from(a.toWellFormed(), (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return new RegExp(`^${codes.join('')}$`, 'iu').test(b);
}

/** UTF-8 bytes as text. Every byte that belongs to no character becomes one U+FFFD, as where Go prints them. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

function decodeBroken(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at] ?? 0);
    const end = at + length;
    let char = '\ufffd';
    if (length > 0 && end <= bytes.length) {
      try {
        char = decoder.decode(bytes.subarray(at, end));
      } catch {
        // stays U+FFFD
      }
    }
    text += char;
    at += char === '\ufffd' && !isReplacement(bytes, at) ? 1 : length;
  }
  return text;
}

function isReplacement(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc2 ? 2 : 0;
}
