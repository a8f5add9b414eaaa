import type { Json } from '../../../model/json.ts';
import { type Der, elements, malformed } from './der.ts';

/** Alternative names, each kind in a list. */
export interface GeneralNames {
  readonly dns: readonly string[];
  readonly email: readonly string[];
  readonly ip: readonly string[];
  readonly uris: readonly Json[];
}

/** Sorts general names by kind. Upstream: Go crypto/x509/parser.go, parseSANExtension. */
export function decodeGeneralNames(content: Uint8Array): GeneralNames {
  const names = { dns: [] as string[], email: [] as string[], ip: [] as string[], uris: [] as Json[] };
  for (const name of elements(content, 'invalid subject alternative names')) {
    if (name.tag === 0x81) names.email.push(ascii(name));
    else if (name.tag === 0x82) names.dns.push(ascii(name));
    else if (name.tag === 0x86) names.uris.push(decodeUri(ascii(name)));
    else if (name.tag === 0x87) names.ip.push(ipText(name.content));
  }
  return names;
}

/** The text of an IA5 string. */
export function ascii({ content }: Der): string {
  return Buffer.from(content).toString('latin1');
}

/** Go's text of an address of 4 or 16 bytes. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw malformed(`cannot parse IP address of length ${bytes.length}`);
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  return compress(groups);
}

/** The longest run of zero groups, the first of equal ones, becomes `::`. */
function compress(groups: readonly string[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}

/** A URI as Go's `url.URL` in JSON. */
function decodeUri(text: string): Json {
  const match = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text);
  const [, scheme = '', host, path = '', query, fragment = ''] = match ?? [];
  const opaque = scheme !== '' && host === undefined && !path.startsWith('/');
  return {
    Scheme: scheme.toLowerCase(),
    Opaque: opaque ? path : '',
    User: host?.includes('@') ? {} : null,
    Host: host?.slice(host.lastIndexOf('@') + 1) ?? '',
    Path: opaque ? '' : decodePath(path),
    Fragment: decodePath(fragment),
    RawQuery: query ?? '',
    RawPath: '',
    RawFragment: '',
    ForceQuery: query === '',
    OmitHost: scheme !== '' && host === undefined && path.startsWith('/'),
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
