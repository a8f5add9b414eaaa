import { goQuote } from '../../../language/go-text.ts';
import { addressBits } from './address-bits.ts';

/** An address: 4 or 6 and its bits. */
export interface Address {
  readonly version: 4 | 6;
  readonly bits: bigint;
  /** An IPv4 address written as IPv6. */
  readonly mapped: boolean;
  readonly zone: string;
  /** Size in bytes, which the cost of a call depends on. */
  readonly byteSize: number;
}

/** A network: the address as it was written, and how many of its bits count. */
export interface Network {
  readonly address: Address;
  readonly length: number;
  readonly byteSize: number;
}

/** Reads an address; a text is Go's error. */
export function parseAddress(text: string): Address | string {
  const read = addressBits(text);
  if (typeof read === 'string') return read;
  const { version, bits, zone } = read;
  const mapped = version === 6 && bits >> 32n === 0xffffn;
  return { version, bits, mapped, zone, byteSize: version === 4 ? 4 : 16 };
}

/** Reads `address/length`; a text is Go's error. */
export function parseNetwork(text: string): Network | string {
  const failed = (problem: string) => `netip.ParsePrefix(${goQuote(text)}): ${problem}`;
  const slash = text.lastIndexOf('/');
  if (slash < 0) return failed("no '/'");
  const parsed = parseAddress(text.slice(0, slash));
  if (typeof parsed === 'string') return failed(parsed);
  if (parsed.zone !== '') return failed('IPv6 zones cannot be present in a prefix');
  const digits = text.slice(slash + 1);
  if (!/^([1-9][0-9]*|0)$/.test(digits)) return failed(`bad bits after slash: ${goQuote(digits)}`);
  const length = Number(digits);
  if (length > widthOf(parsed)) return failed('prefix length out of range');
  return networkOf(parsed, length);
}

function networkOf(of: Address, length: number): Network {
  return { address: of, length, byteSize: Math.ceil(length / 8) };
}

function widthOf({ version }: Address): number {
  return version === 4 ? 32 : 128;
}

/** The network with the bits beyond its length cleared. */
export function maskedNetwork({ address: of, length }: Network): Network {
  const host = BigInt(widthOf(of) - length);
  return networkOf({ ...of, bits: (of.bits >> host) << host }, length);
}

/** Whether an address lies in a network. */
export function networkHolds(network: Network, other: Address): boolean {
  if (network.address.version !== other.version) return false;
  const host = BigInt(widthOf(other) - network.length);
  return network.address.bits >> host === other.bits >> host;
}

/** An address in canonical form. */
export function addressText({ version, bits, mapped }: Address): string {
  if (version === 4 || mapped) {
    const four = [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
    return version === 4 ? four : `::ffff:${four}`;
  }
  const groups = Array.from({ length: 8 }, (_, index) => (bits >> BigInt(112 - 16 * index)) & 0xffffn);
  let [start, end] = [0, 0];
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === 0n) to++;
    if (to - from > 1 && to - from > end - start) [start, end] = [from, to];
  }
  const hex = (part: readonly bigint[]) => part.map((group) => group.toString(16)).join(':');
  return end === 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(end))}`;
}

/** The first bits of an address, as many as `prefix` says, compared with those of another. */
function startsWith({ bits, version }: Address, prefix: bigint, length: number): boolean {
  return bits >> BigInt((version === 4 ? 32 : 128) - length) === prefix;
}

/** What an address is for. Upstream: methods of `netip.Addr`. */
export function isKind(
  of: Address,
  kind: 'unspecified' | 'loopback' | 'linkLocalMulticast' | 'linkLocalUnicast',
): boolean {
  const four = of.version === 4;
  switch (kind) {
    case 'unspecified':
      return of.bits === 0n;
    case 'loopback':
      return four ? startsWith(of, 127n, 8) : of.bits === 1n;
    case 'linkLocalMulticast':
      return four ? startsWith(of, 0xe00000n, 24) : ((of.bits >> 112n) & 0xff0fn) === 0xff02n;
    case 'linkLocalUnicast':
      return four ? startsWith(of, 0xa9fen, 16) : startsWith(of, 0x3fan, 10);
  }
}

/** Neither unspecified, loopback, multicast, link-local nor the broadcast address. */
export function isGlobalUnicast(of: Address): boolean {
  const isMulticast = of.version === 4 ? startsWith(of, 0xen, 4) : startsWith(of, 0xffn, 8);
  if (isMulticast || (of.version === 4 && of.bits === 0xffffffffn)) return false;
  return !isKind(of, 'unspecified') && !isKind(of, 'loopback') && !isKind(of, 'linkLocalUnicast');
}
