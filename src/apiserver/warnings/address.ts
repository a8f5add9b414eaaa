import { cidrText, ipText, parseCidr, parseIp } from '../validate/ip.ts';

/** Addresses in forms that readers disagree on. Upstream: `validation.GetWarningsForIP` (apimachinery). */
export function warnOnIp(path: string, value: string): readonly string[] {
  const ip = parseIp(value);
  if (ip === undefined) return [];
  const text = ipText(ip);
  if (ip.leadingZeros || ip.mapped) return [`${path}: non-standard IP address "${value}" is invalid: use "${text}"`];
  if (ip.version === 4 || text === value) return [];
  return [`${path}: IPv6 address "${value}" should be in RFC 5952 canonical format ("${text}")`];
}

/** Networks in such forms, or with host bits. Upstream: `validation.GetWarningsForCIDR`. */
export function warnOnCidr(path: string, value: string): readonly string[] {
  const network = parseCidr(value);
  if (network === undefined) return [];
  const warnings: string[] = [];
  const text = cidrText(network);
  if (network.address.bits !== network.base.bits) {
    const single = `${ipText(network.address)}/${network.address.version === 4 ? 32 : 128}`;
    warnings.push(`${path}: CIDR value "${value}" is ambiguous in this context (should be "${text}" or "${single}"?)`);
  }
  if (network.leadingZeros || network.address.mapped) {
    warnings.push(`${path}: non-standard CIDR value "${value}" is invalid: use "${text}"`);
  }
  if (warnings.length === 0 && network.address.version === 6 && text !== value) {
    warnings.push(`${path}: IPv6 CIDR value "${value}" should be in RFC 5952 canonical format ("${text}")`);
  }
  return warnings;
}
