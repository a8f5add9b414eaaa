import { EvaluationError } from '../../model/failure.ts';
import { decodeUtf8 } from './text.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The text in standard base64, as `decodeBase64Bytes` reads it. */
export function decodeBase64(text: string): string {
  return decodeUtf8(decodeBase64Bytes(text));
}

/**
 * The bytes in standard base64: padding is required, line breaks are ignored.
 * Throws `EvaluationError` `illegal base64 data at input byte N`.
 * Upstream: Go encoding/base64, StdEncoding.
 */
export function decodeBase64Bytes(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const out: number[] = [];
  const isBreak = (at: number): boolean => bytes[at] === 0x0a || bytes[at] === 0x0d;
  const skipBreaks = (from: number): number => {
    let at = from;
    while (isBreak(at)) at++;
    return at;
  };
  let at = 0;
  for (;;) {
    let bits = 0;
    let digits = 0;
    while (digits < 4) {
      if (at >= bytes.length) {
        if (digits === 0) return Uint8Array.from(out);
        throw illegal(at - digits);
      }
      const byte = bytes[at] ?? 0;
      if (byte === 0x3d) break;
      at++;
      if (isBreak(at - 1)) continue;
      const digit = ALPHABET.indexOf(String.fromCharCode(byte));
      if (digit < 0) throw illegal(at - 1);
      bits = bits * 64 + digit;
      digits++;
    }
    if (digits === 4) {
      out.push((bits >> 16) & 255, (bits >> 8) & 255, bits & 255);
      continue;
    }
    if (digits < 2) throw illegal(at);
    at++;
    if (digits === 2) {
      at = skipBreaks(at);
      if (at >= bytes.length) throw illegal(bytes.length);
      if (bytes[at] !== 0x3d) throw illegal(at - 1);
      at++;
      out.push((bits >> 4) & 255);
    } else out.push((bits >> 10) & 255, (bits >> 2) & 255);
    at = skipBreaks(at);
    if (at < bytes.length) throw illegal(at);
    return Uint8Array.from(out);
  }
}

function illegal(at: number): EvaluationError {
  return new EvaluationError(`illegal base64 data at input byte ${at}`);
}
