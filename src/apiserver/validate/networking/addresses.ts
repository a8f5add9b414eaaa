import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidEach, invalidText, required, tooLong } from '../field-error.ts';
import { root } from '../field-path.ts';
import { byteLength, obj, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkImmutable } from '../immutable.ts';
import { checkCanonicalCidr, checkCanonicalIp, parseCidr } from '../ip.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { checkDomainPath, dnsSubdomain, pathSegment, subdomainName } from '../names.ts';
import { checkClassParameters } from './ingress.ts';

const SPEC = root('spec');

/** Upstream: `ValidateIngressClass`. */
export function checkIngressClass(object: JsonObject): FieldError[] {
  const spec = obj(object, 'spec');
  const controller = str(spec, 'controller');
  const at = SPEC.child('controller');
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), false, subdomainName),
    ...(byteLength(controller) > 250 ? [tooLong(at, 250)] : []),
    ...checkDomainPath(at, controller),
    ...checkClassParameters(SPEC.child('parameters'), obj(spec, 'parameters')),
  ];
}

/** Upstream: `ValidateIngressClassUpdate`. */
export function checkIngressClassUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const [now, then] = [obj(object, 'spec')?.['controller'], obj(old, 'spec')?.['controller']];
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkImmutable(SPEC.child('controller'), 's', now, then),
    ...checkIngressClass(object),
  ];
}

/** Upstream: `ValidateIPAddress`. */
export function checkIpAddress(object: JsonObject): FieldError[] {
  const named = (name: string): readonly string[] => checkCanonicalIp(root(''), name).map((error) => error.detail);
  const errors = checkCoreMetadata(obj(object, 'metadata'), false, named);
  const parent = obj(obj(object, 'spec'), 'parentRef');
  const at = SPEC.child('parentRef');
  if (parent === undefined) return [...errors, required(at)];
  const group = str(parent, 'group');
  if (group !== '') errors.push(...invalidEach(at.child('group'), group, dnsSubdomain(group)));
  for (const key of ['resource', 'name', 'namespace']) {
    const value = str(parent, key);
    if (value !== '') errors.push(...invalidEach(at.child(key), value, pathSegment(value)));
    else if (key !== 'namespace') errors.push(required(at.child(key)));
  }
  return errors;
}

/** Upstream: `ValidateIPAddress` and `ValidateIPAddressUpdate`. */
export function checkIpAddressUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const [now, then] = [obj(object, 'spec')?.['parentRef'], obj(old, 'spec')?.['parentRef']];
  return [
    ...checkIpAddress(object),
    ...checkCoreMetadataUpdate(object, old),
    ...checkImmutable(SPEC.child('parentRef'), '*networking.ParentReference', now, then),
  ];
}

function checkCidrs(object: JsonObject): FieldError[] {
  const spec = obj(object, 'spec');
  const cidrs = strs(spec, 'cidrs');
  const at = SPEC.child('cidrs');
  if (cidrs.length === 0) return [required(at, 'at least one CIDR required')];
  if (cidrs.length > 2) {
    return [invalidText(at, goText('networking.ServiceCIDRSpec', spec), 'may only hold up to 2 values')];
  }
  const errors = cidrs.flatMap((cidr, i) => checkCanonicalCidr(at.index(i), cidr));
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.address.version);
  if (cidrs.length === 2 && first !== undefined && first === second) {
    const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalidText(at, goText('[s', spec?.['cidrs']), detail));
  }
  return errors;
}

/** Upstream: `ValidateServiceCIDR`. */
export function checkServiceCidr(object: JsonObject): FieldError[] {
  return [...checkCoreMetadata(obj(object, 'metadata'), false, subdomainName), ...checkCidrs(object)];
}

/** Upstream: `ValidateServiceCIDRUpdate`. */
export function checkServiceCidrUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const errors = checkCoreMetadataUpdate(object, old);
  const [now, then] = [strs(obj(object, 'spec'), 'cidrs'), strs(obj(old, 'spec'), 'cidrs')];
  const at = SPEC.child('cidrs');
  const fixed = 'field is immutable';
  const same = now.length === then.length;
  if (same || (then.length === 1 && now.length === 2)) {
    for (const [i, cidr] of then.entries()) {
      if (cidr !== now[i]) errors.push(invalid(at.index(i), now[i], fixed));
    }
    return same ? errors : [...errors, ...checkCidrs(object)];
  }
  return [...errors, invalidText(at, goText('[s', obj(object, 'spec')?.['cidrs']), fixed)];
}
