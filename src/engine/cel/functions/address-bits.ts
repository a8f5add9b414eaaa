import { goQuote } from '../../../language/go-text.ts';

/** What the text of an address says. */
export interface AddressBits {
  readonly version: 4 | 6;
  readonly bits: bigint;
  readonly zone: string;
}

class AddressProblem extends Error {}

/** Reads an address; a text is Go's error, with the rest of the text where it stopped. Upstream: `net/netip`. */
export function addressBits(text: string): AddressBits | string {
  const fail = (problem: string, rest = ''): never => {
    throw new AddressProblem(`ParseAddr(${goQuote(text)}): ${problem}${rest === '' ? '' : ` (at ${goQuote(rest)})`}`);
  };
  try {
    switch (/[.:%]/.exec(text)?.[0]) {
      case '.':
        return { version: 4, bits: fourBits(text, fail), zone: '' };
      case ':':
        return sixBits(text, fail);
      case '%':
        return fail('missing IPv6 address');
      default:
        return fail('unable to parse IP');
    }
  } catch (problem) {
    if (problem instanceof AddressProblem) return problem.message;
    throw problem;
  }
}

type Fail = (problem: string, rest?: string) => never;

function fourBits(text: string, fail: Fail): bigint {
  let bits = 0n;
  let [value, digits, fields] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character >= '0' && character <= '9') {
      if (digits === 1 && value === 0) fail('IPv4 field has octet with leading zero');
      value = value * 10 + Number(character);
      digits++;
      if (value > 255) fail('IPv4 field has value >255');
    } else if (character === '.') {
      if (at === 0 || at === text.length - 1 || text[at - 1] === '.') {
        fail('IPv4 field must have at least one digit', text.slice(at));
      }
      if (fields === 3) fail('IPv4 address too long');
      bits = (bits << 8n) | BigInt(value);
      [value, digits, fields] = [0, 0, fields + 1];
    } else fail('unexpected character', text.slice(at));
  }
  if (fields < 3) fail('IPv4 address too short');
  return (bits << 8n) | BigInt(value);
}

function sixBits(text: string, fail: Fail): AddressBits {
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') fail('zone must be a non-empty string');
  let rest = percent < 0 ? text : text.slice(0, percent);
  const groups: bigint[] = [];
  // Where `::` stands among the groups.
  let ellipsis = -1;
  if (rest.startsWith('::')) {
    ellipsis = 0;
    rest = rest.slice(2);
  }
  let isAtEnd = rest === '';
  while (!isAtEnd && groups.length < 8) {
    const digits = groupDigits(rest, fail);
    if (rest[digits.length] === '.') {
      groups.push(...embedded(rest, groups.length, ellipsis, fail));
      rest = '';
      break;
    }
    groups.push(BigInt(`0x${digits}`));
    rest = rest.slice(digits.length);
    if (rest === '') break;
    if (rest[0] !== ':') fail('unexpected character, want colon', rest);
    if (rest.length === 1) fail('colon must be followed by more characters', rest);
    rest = rest.slice(1);
    if (rest[0] !== ':') continue;
    if (ellipsis >= 0) fail('multiple :: in address', rest);
    ellipsis = groups.length;
    rest = rest.slice(1);
    isAtEnd = rest === '';
  }
  if (rest !== '') fail('trailing garbage after address', rest);
  if (groups.length < 8 && ellipsis < 0) fail('address string too short');
  if (groups.length === 8 && ellipsis >= 0) fail('the :: must expand to at least one field of zeros');
  const zeros = Array.from({ length: 8 - groups.length }, () => 0n);
  const all = ellipsis < 0 ? groups : [...groups.slice(0, ellipsis), ...zeros, ...groups.slice(ellipsis)];
  return { version: 6, bits: all.reduce((sum, group) => (sum << 16n) | group, 0n), zone };
}

function groupDigits(rest: string, fail: Fail): string {
  const [digits = ''] = /^[0-9a-fA-F]*/.exec(rest) ?? [];
  if (digits === '') fail('each colon-separated field must have at least one digit', rest);
  return digits.length > 4 ? fail('each group must have 4 or less digits', rest) : digits;
}

/** An IPv4 address as the last two groups. */
function embedded(rest: string, groups: number, ellipsis: number, fail: Fail): readonly bigint[] {
  if (ellipsis < 0 && groups !== 6) {
    fail('embedded IPv4 address must replace the final 2 fields of the address', rest);
  }
  if (groups > 6) fail('too many hex fields to fit an embedded IPv4 at the end of the address', rest);
  const four = fourBits(rest, fail);
  return [four >> 16n, four & 0xffffn];
}
