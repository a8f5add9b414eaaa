import type { JsonObject } from '../../../model/json.ts';
import { duplicate, type FieldError, invalid, invalidText, notSupported, required } from '../field-error.ts';
import { root } from '../field-path.ts';
import { optStr, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { jsonString } from '../go-value.ts';
import { checkIp, isDualStack, parseIp } from '../ip.ts';

const IPS = root('spec', 'clusterIPs');
const FAMILIES = root('spec', 'ipFamilies');
const POLICY = root('spec', 'ipFamilyPolicy');
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** Whether the service has no address of its own. */
export function isHeadless(spec: JsonObject | undefined): boolean {
  const ips = strs(spec, 'clusterIPs');
  return ips.length === 1 && ips[0] === 'None';
}

/** Upstream: `ValidateServiceClusterIPsRelatedFields`. */
export function checkClusterIps(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  if (str(spec, 'type') === 'ExternalName') return [];
  const errors: FieldError[] = [];
  const [ip, ips] = [str(spec, 'clusterIP'), strs(spec, 'clusterIPs')];
  const shown = goText('[s', spec['clusterIPs']);
  const refuse = (detail: string): void => {
    errors.push(invalidText(IPS, shown, detail));
  };
  if (ip === '') {
    if (ips.length > 0) refuse('must be empty when `clusterIP` is not specified');
  } else if (ips.length === 0) errors.push(required(IPS));
  else if (ips[0] !== ip) refuse('first value must match `clusterIP`');
  errors.push(...checkFamilies(spec));
  const known = strs(old, 'clusterIPs');
  let wrong = false;
  for (const [i, address] of ips.entries()) {
    if (i === 0 && address === 'None') {
      if (ips.length === 1) continue;
      wrong = true;
      refuse("'None' must be the first and only value");
      continue;
    }
    const own = checkIp(IPS.index(i), address, known);
    wrong ||= own.length > 0;
    errors.push(...own);
  }
  if (ips.length > 2) refuse('may only hold up to 2 values');
  if (wrong) return errors;
  if (ips.length > 1 && !isDualStack(ips)) refuse('may specify no more than one IP for each IP family');
  return isHeadless(spec) ? errors : [...errors, ...checkFamilyOfIps(spec)];
}

function checkFamilies(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, family] of strs(spec, 'ipFamilies').entries()) {
    const at = FAMILIES.index(i);
    if (family !== 'IPv4' && family !== 'IPv6') errors.push(notSupported(at, family, ['IPv4', 'IPv6']));
    if (seen.has(family)) errors.push({ ...duplicate(at, family), value: jsonString(family) });
    seen.add(family);
  }
  const policy = optStr(spec, 'ipFamilyPolicy');
  if (policy !== undefined && !POLICIES.includes(policy)) errors.push(notSupported(POLICY, policy, POLICIES));
  return errors;
}

function checkFamilyOfIps(spec: JsonObject): FieldError[] {
  const families = strs(spec, 'ipFamilies');
  return strs(spec, 'clusterIPs').flatMap((ip, i) => {
    const family = families[i];
    const isV6 = parseIp(ip)?.version === 6;
    if ((family === 'IPv4' && isV6) || (family === 'IPv6' && !isV6)) {
      return [invalid(IPS.index(i), ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``)];
    }
    return [];
  });
}

const FIXED = 'may not change once set';

/** Upstream: `validateUpgradeDowngradeClusterIPs`, then `validateUpgradeDowngradeIPFamilies`. */
export function checkClusterIpsUpdate(spec: JsonObject, old: JsonObject): FieldError[] {
  if (str(spec, 'type') === 'ExternalName' || str(old, 'type') === 'ExternalName') return [];
  const [headless, wasHeadless] = [isHeadless(spec), isHeadless(old)];
  const errors: FieldError[] = [];
  if (!headless || !wasHeadless) errors.push(...checkIpsChange(spec, old));
  if (headless || wasHeadless) return errors;
  return [...errors, ...checkFamiliesChange(spec, old)];
}

function checkIpsChange(spec: JsonObject, old: JsonObject): FieldError[] {
  const [now, then] = [strs(spec, 'clusterIPs'), strs(old, 'clusterIPs')];
  const shown = goText('[s', spec['clusterIPs']);
  if (now.length === then.length) {
    return then.flatMap((ip, i) => (ip === now[i] ? [] : [invalidText(IPS.index(i), shown, FIXED)]));
  }
  const errors: FieldError[] = [];
  if (then.length > now.length && now.length === 0) {
    errors.push(invalidText(IPS.index(0), shown, 'primary clusterIP can not be unset'));
  }
  if (then.length > 0 && now.length > 0 && now[0] !== then[0]) errors.push(invalidText(IPS.index(0), shown, FIXED));
  if (then.length > now.length && now.length === 1) errors.push(...checkReleases(spec, 'clusterIP'));
  return errors;
}

function checkFamiliesChange(spec: JsonObject, old: JsonObject): FieldError[] {
  const [now, then] = [strs(spec, 'ipFamilies'), strs(old, 'ipFamilies')];
  const shown = goText('[s', spec['ipFamilies']);
  const ips = goText('[s', spec['clusterIPs']);
  const at = FAMILIES.index(0);
  if (now.length === then.length) {
    return then.flatMap((family, i) => (family === now[i] ? [] : [invalidText(at, shown, FIXED)]));
  }
  const errors: FieldError[] = [];
  if (then.length > now.length && strs(spec, 'clusterIPs').length === 0) {
    errors.push(invalidText(at, shown, 'primary ipFamily can not be unset'));
  }
  if (then.length > 0 && now.length > 0 && now[0] !== then[0]) errors.push(invalidText(at, ips, FIXED));
  if (then.length > now.length && now.length === 1) errors.push(...checkReleases(spec, 'ipFamily'));
  return errors;
}

function checkReleases(spec: JsonObject, what: string): FieldError[] {
  const policy = optStr(spec, 'ipFamilyPolicy');
  if (policy === 'SingleStack') return [];
  return [
    invalidText(POLICY, goText('*s', policy), `must be set to 'SingleStack' when releasing the secondary ${what}`),
  ];
}
