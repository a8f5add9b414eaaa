/** One block of PEM. */
export interface PemBlock {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const BLOCK =
  /(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n((?:[^\n:]*:[^\n]*\n)*)([\s\S]*?)-----END ([^\n]*?)-----[ \t\r]*(?=\n|$)/g;

/** The first block of a text that is well formed. Upstream: Go encoding/pem, Decode. */
export function decodePem(text: string): PemBlock | undefined {
  for (const [, type = '', , body = '', end] of text.matchAll(BLOCK)) {
    const compact = body.replace(/\s/g, '');
    if (end === type && compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
      return { type, bytes: Buffer.from(compact, 'base64') };
    }
  }
  return undefined;
}
