import { EvaluationError } from '../../../model/failure.ts';

/** One element of DER: its tag byte, its content, and all of its bytes. */
export interface Der {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Tag bytes of universal types. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Thrown for bytes that are no DER, or not the DER of a certificate. */
export function malformed(what: string): EvaluationError {
  return new EvaluationError(`x509: ${what}`);
}

/** Reads elements one after the other. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** True when nothing is left. */
  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** True when the next element has this tag. */
  next(tag: number): boolean {
    return this.#bytes[this.#at] === tag;
  }

  /** The next element; throws unless it has one of these tags (any, when none is given). */
  read(what: string, ...tags: readonly number[]): Der {
    const start = this.#at;
    const tag = this.#bytes[start];
    const first = this.#bytes[start + 1];
    if (tag === undefined || first === undefined || (tags.length > 0 && !tags.includes(tag))) throw malformed(what);
    let at = start + 2;
    let length = first;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0 || count > 4) throw malformed(what);
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (this.#bytes[at++] ?? 0);
    }
    const end = at + length;
    if (end > this.#bytes.length) throw malformed(what);
    this.#at = end;
    return { tag, content: this.#bytes.subarray(at, end), bytes: this.#bytes.subarray(start, end) };
  }

  /** The next element when it has this tag, else `undefined`. */
  optional(what: string, tag: number): Der | undefined {
    return this.next(tag) ? this.read(what, tag) : undefined;
  }

  /** A reader of the content of the next element. */
  enter(what: string, tag: number): DerReader {
    return new DerReader(this.read(what, tag).content);
  }
}

/** All elements of some content. */
export function elements(content: Uint8Array, what: string, tag?: number): readonly Der[] {
  const reader = new DerReader(content);
  const found: Der[] = [];
  while (!reader.done) found.push(tag === undefined ? reader.read(what) : reader.read(what, tag));
  return found;
}

/** A signed whole number. */
export function derInteger(content: Uint8Array): bigint {
  let value = 0n;
  for (const byte of content) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(content.length * 8, value);
}

/** The numbers of an object identifier. */
export function derOid(content: Uint8Array): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (numbers.length > 0) numbers.push(value);
    else numbers.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    value = 0;
  }
  return numbers;
}

/** The bytes of a bit string without the count of unused bits in front. */
export function derBits(content: Uint8Array): Uint8Array {
  return content.subarray(1);
}

/** RFC 3339 text of a time. Two-digit years from 50 on lie in the twentieth century. */
export function derTime({ tag, content }: Der): string {
  const text = Buffer.from(content).toString('latin1');
  const short = tag === TAG.utcTime;
  const match = (
    short ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z$/ : /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
  ).exec(text);
  if (match === null) throw malformed('malformed UTCTime');
  const [, year = '', month, day, hour, minute, second = '00'] = match;
  const century = short ? (Number(year) >= 50 ? '19' : '20') : '';
  return `${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** Bytes as the JSON encoder writes them: base64 text, or null when there are none. */
export function base64(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString('base64');
}

/** Text of bytes in one of the string types. */
export function derText({ tag, content }: Der): string {
  if (tag === 0x1e) {
    const swapped = Buffer.from(content).swap16();
    return swapped.toString('utf16le');
  }
  return Buffer.from(content).toString(tag === 0x14 ? 'latin1' : 'utf8');
}
