/** Sixteen bytes of an IPv6 address; IPv4 addresses are mapped into it as ::ffff:0:0/96. */
export type IpAddress = readonly number[];

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Reads an IPv4 or IPv6 address without zone; `undefined` for other texts. Upstream: Go net.ParseIP. */
export function parseIp(text: string): IpAddress | undefined {
  const four = parseFour(text);
  if (four !== undefined) return [...MAPPED, ...four];
  return text.includes(':') ? parseSix(text) : undefined;
}

function parseFour(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.map(Number);
}

function parseSix(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, i) => parseGroups(half, i === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 14) return undefined;
  return [...head, ...Array.from({ length: 16 - head.length - tail.length }, () => 0), ...tail];
}

/** Bytes of groups of hex digits; the last one may be an IPv4 address. */
function parseGroups(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    } else {
      const four = isEnd && i === groups.length - 1 ? parseFour(group) : undefined;
      if (four === undefined) return undefined;
      bytes.push(...four);
    }
  }
  return bytes;
}

/** True for loopback (127/8, ::1) and private (10/8, 172.16/12, 192.168/16, fc00::/7) addresses. */
export function isLocalAddress(address: IpAddress): boolean {
  const [a = 0, b = 0] = address.slice(12);
  if (MAPPED.every((byte, i) => byte === address[i])) {
    return a === 127 || a === 10 || (a === 172 && (b & 0xf0) === 16) || (a === 192 && b === 168);
  }
  const isLoopback = address.every((byte, i) => byte === (i === 15 ? 1 : 0));
  return isLoopback || ((address[0] ?? 0) & 0xfe) === 0xfc;
}
