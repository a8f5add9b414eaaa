import { createHash } from 'node:crypto';

/** The SHA-256 digest of a text's UTF-8 bytes, in hexadecimal digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
