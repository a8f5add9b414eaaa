import { goQuote } from '../../../language/go-text.ts';
import { CelError, CelOpaque, type CelValue } from '../values.ts';
import {
  type Address,
  addressText,
  isGlobalUnicast,
  isKind,
  maskedNetwork,
  type Network,
  networkHolds,
  parseAddress,
  parseNetwork,
} from './address.ts';
import { dataAt, textAt } from './arguments.ts';
import type { FunctionBody, FunctionTable } from './function.ts';

const ADDRESS = 'net.IP';
const NETWORK = 'net.CIDR';

/** IP addresses and networks, by overload. Upstream: `ip.go` and `cidr.go` in `k8s.io/apiserver/pkg/cel/library`. */
export const NETWORK_FUNCTIONS: FunctionTable = {
  string_to_ip: (args) => addressValue(readAddress(textAt(args, 0))),
  is_ip: (args) => typeof readAddress(textAt(args, 0)) !== 'string',
  ip_is_canonical: (args) => {
    const address = readAddress(textAt(args, 0));
    return typeof address === 'string' ? new CelError(address) : addressText(address) === args[0];
  },
  ip_family: (args) => BigInt(dataAt<Address>(args, 0).version),
  ip_is_unspecified: (args) => isKind(dataAt(args, 0), 'unspecified'),
  ip_is_loopback: (args) => isKind(dataAt(args, 0), 'loopback'),
  ip_is_link_local_multicast: (args) => isKind(dataAt(args, 0), 'linkLocalMulticast'),
  ip_is_link_local_unicast: (args) => isKind(dataAt(args, 0), 'linkLocalUnicast'),
  ip_is_global_unicast: (args) => isGlobalUnicast(dataAt(args, 0)),
  ip_to_string: (args) => addressText(dataAt(args, 0)),
  string_to_cidr: (args) => networkValue(readNetwork(textAt(args, 0))),
  is_cidr: (args) => typeof readNetwork(textAt(args, 0)) !== 'string',
  cidr_ip: (args) => addressValue(dataAt<Network>(args, 0).address),
  cidr_prefix_length: (args) => BigInt(dataAt<Network>(args, 0).length),
  cidr_masked: (args) => networkValue(maskedNetwork(dataAt(args, 0))),
  cidr_to_string: (args) => networkText(dataAt(args, 0)),
  cidr_contains_ip_ip: (args) => networkHolds(dataAt(args, 0), dataAt(args, 1)),
  cidr_contains_ip_string: withRead(readAddress, networkHolds),
  cidr_contains_cidr: (args) => holdsNetwork(dataAt(args, 0), dataAt(args, 1)),
  cidr_contains_cidr_string: withRead(readNetwork, holdsNetwork, networkProblem),
};

/** Upstream says this twice: once where it reads a network, once where it makes a value of it. */
function networkProblem(problem: string): string {
  return `network address parse error during conversion from string: ${problem}`;
}

function addressValue(address: Address | string): CelValue {
  if (typeof address === 'string') return new CelError(address);
  return new CelOpaque(ADDRESS, address, (other) => other.version === address.version && other.bits === address.bits);
}

function networkValue(network: Network | string): CelValue {
  if (typeof network === 'string') return new CelError(networkProblem(network));
  return new CelOpaque(NETWORK, network, (other) => networkText(other) === networkText(network));
}

function networkText({ address, length }: Network): string {
  return `${addressText(address)}/${length}`;
}

function readAddress(text: string): Address | string {
  const address = parseAddress(text);
  if (typeof address === 'string') {
    return `IP Address ${goQuote(text)} parse error during conversion from string: ${address}`;
  }
  if (address.zone !== '') return `IP address ${goQuote(text)} with zone value is not allowed`;
  return address.mapped ? `IPv4-mapped IPv6 address ${goQuote(text)} is not allowed` : address;
}

function readNetwork(text: string): Network | string {
  const network = parseNetwork(text);
  if (typeof network === 'string') return networkProblem(network);
  return network.address.mapped ? `IPv4-mapped IPv6 address ${goQuote(text)} is not allowed` : network;
}

function holdsNetwork(network: Network, other: Network): boolean {
  const overlap = networkHolds(network, other.address) || networkHolds(other, network.address);
  return overlap && network.length <= other.length;
}

/** A test whose second operand is read from a text first. */
function withRead<T>(
  read: (text: string) => T | string,
  test: (network: Network, other: T) => boolean,
  word: (problem: string) => string = (problem) => problem,
): FunctionBody {
  return (args) => {
    const other = read(textAt(args, 1));
    return typeof other === 'string' ? new CelError(word(other)) : test(dataAt(args, 0), other);
  };
}
