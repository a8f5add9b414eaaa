import { createHash } from 'node:crypto';
import { goJson } from '../../language/go-text.ts';
import type { Json } from '../../model/json.ts';

const LENGTH = 12;

/** A short fingerprint of a value, the same for the same content whatever the order of its keys. */
export function fingerprint(value: Json): string {
  return createHash('sha256').update(goJson(value)).digest('hex').slice(0, LENGTH);
}
