import type { Json, JsonObject } from '../../../model/json.ts';
import { base64, DerReader, elements, TAG } from './der.ts';
import { ascii, ipText } from './general-names.ts';

/** Tags of general names, and the end of the fields that hold constraints on them. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [0x81, 'EmailAddresses'],
  [0x82, 'DNSDomains'],
  [0x86, 'URIDomains'],
  [0x87, 'IPRanges'],
]);

/**
 * The fields of a name constraints extension; `undefined` when it constrains names of kinds that Go does not know.
 * Upstream: Go crypto/x509/parser.go, parseNameConstraintsExtension.
 */
export function decodeNameConstraints({
  critical,
  value,
}: {
  readonly critical: boolean;
  readonly value: Uint8Array;
}): JsonObject | undefined {
  const reader = new DerReader(value).enter('invalid NameConstraints extension', TAG.sequence);
  const fields: Record<string, Json> = {};
  let known = true;
  for (const [tag, prefix] of [
    [0xa0, 'Permitted'],
    [0xa1, 'Excluded'],
  ] as const) {
    const subtrees = reader.optional('invalid NameConstraints extension', tag);
    if (subtrees === undefined) continue;
    for (const subtree of elements(subtrees.content, 'invalid NameConstraints extension', TAG.sequence)) {
      const base = new DerReader(subtree.content).read('invalid NameConstraints extension');
      const kind = KINDS.get(base.tag);
      if (kind === undefined) known = false;
      else {
        const name = prefix + kind;
        const list = fields[name];
        fields[name] = [...(Array.isArray(list) ? list : []), kind === 'IPRanges' ? range(base.content) : ascii(base)];
      }
    }
  }
  return known ? { ...fields, PermittedDNSDomainsCritical: critical } : undefined;
}

function range(content: Uint8Array): Json {
  const half = content.length / 2;
  return { IP: ipText(content.subarray(0, half)), Mask: base64(content.subarray(half)) };
}
