import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { checkIngressPoint } from '../core/service.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupported,
  notSupportedText,
  required,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { int, obj, objs, optStr, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { parseIp } from '../ip.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import {
  checkSubdomain,
  dnsSubdomain,
  labelName,
  pathSegment,
  portName,
  portNumber,
  subdomainName,
  wildcardSubdomain,
} from '../names.ts';

const SPEC = root('spec');

/** Where an Ingress is checked less strictly because the stored one was wrong before. */
interface IngressOptions {
  readonly anySecretName: boolean;
  readonly anyWildcardRule: boolean;
}

function isBadSecretName(name: string): boolean {
  return name !== '' && subdomainName(name, false).length > 0;
}

function checkHost(path: FieldPath, host: string): FieldError[] {
  return host.includes('*') ? invalidEach(path, host, wildcardSubdomain(host)) : checkSubdomain(path, host);
}

/** Upstream: `ValidateIngressSpec`. */
function checkSpec(spec: JsonObject, options: IngressOptions): FieldError[] {
  const errors: FieldError[] = [];
  const backend = obj(spec, 'defaultBackend');
  const rules = objs(spec, 'rules');
  if (rules.length === 0 && backend === undefined) {
    const shown = goText('[networking.IngressRule', spec['rules']);
    errors.push(invalidText(SPEC, shown, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (backend !== undefined) errors.push(...checkBackend(SPEC.child('defaultBackend'), backend));
  for (const [i, rule] of rules.entries()) errors.push(...checkRule(SPEC.child('rules').index(i), rule, options));
  for (const [i, tls] of objs(spec, 'tls').entries()) {
    const at = SPEC.child('tls').index(i);
    errors.push(...strs(tls, 'hosts').flatMap((host, j) => checkHost(at.child('hosts').index(j), host)));
    const secret = str(tls, 'secretName');
    if (options.anySecretName || secret === '') continue;
    errors.push(...invalidEach(at.child('secretName'), secret, subdomainName(secret, false)));
  }
  const name = optStr(spec, 'ingressClassName');
  if (name !== undefined) {
    errors.push(...invalidEach(SPEC.child('ingressClassName'), name, subdomainName(name, false)));
  }
  return errors;
}

function checkRule(path: FieldPath, rule: JsonObject, options: IngressOptions): FieldError[] {
  const host = str(rule, 'host');
  const errors: FieldError[] = [];
  if (host !== '') {
    if (parseIp(host) !== undefined) {
      errors.push(invalid(path.child('host'), host, 'must be a DNS name, not an IP address'));
    }
    errors.push(...checkHost(path.child('host'), host));
  }
  return host.includes('*') && options.anyWildcardRule ? errors : [...errors, ...checkHttp(path, rule)];
}

function checkHttp(path: FieldPath, rule: JsonObject): FieldError[] {
  const http = obj(rule, 'http');
  if (http === undefined) return [];
  const at = path.child('http', 'paths');
  const paths = objs(http, 'paths');
  if (paths.length === 0) return [required(at)];
  return paths.flatMap((item, i) => checkPath(at.index(i), item));
}

const BAD_PARTS = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

function checkPath(path: FieldPath, item: JsonObject): FieldError[] {
  const type = optStr(item, 'pathType');
  if (type === undefined) return [required(path.child('pathType'), 'pathType must be specified')];
  const at = path.child('path');
  const text = str(item, 'path');
  const errors: FieldError[] = [];
  const isAbsolute = text.startsWith('/');
  if (type === 'Exact' || type === 'Prefix') {
    if (!isAbsolute) errors.push(invalid(at, text, 'must be an absolute path'));
    for (const part of BAD_PARTS) if (text.includes(part)) errors.push(invalid(at, text, `must not contain '${part}'`));
    for (const end of BAD_ENDS) if (text.endsWith(end)) errors.push(invalid(at, text, `cannot end with '${end}'`));
  } else if (type === 'ImplementationSpecific') {
    if (text !== '' && !isAbsolute) errors.push(invalid(at, text, 'must be an absolute path'));
  } else errors.push(notSupported(path.child('pathType'), type, PATH_TYPES));
  return [...errors, ...checkBackend(path.child('backend'), obj(item, 'backend') ?? {})];
}

/** Upstream: `validateIngressBackend`. */
function checkBackend(path: FieldPath, backend: JsonObject): FieldError[] {
  const [resource, service] = [obj(backend, 'resource'), obj(backend, 'service')];
  if (resource !== undefined && service !== undefined) {
    return [invalid(path, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) return checkReference(path.child('resource'), resource);
  if (service === undefined) return [invalid(path, '', 'resource or service backend is required')];
  const name = str(service, 'name');
  const at = path.child('service', 'name');
  const errors = name === '' ? [required(at)] : invalidEach(at, name, labelName(name, false));
  const port = obj(service, 'port');
  const [byName, number] = [str(port, 'name'), int(port, 'number')];
  const portAt = path.child('service', 'port');
  if (byName !== '' && number !== 0n) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (byName !== '') errors.push(...invalidEach(portAt.child('name'), byName, portName(byName)));
  else if (number !== 0n) errors.push(...invalidEach(portAt.child('number'), number, portNumber(number)));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
}

function checkReference(path: FieldPath, reference: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const group = optStr(reference, 'apiGroup');
  if (group !== undefined) errors.push(...invalidEach(path.child('apiGroup'), group, dnsSubdomain(group)));
  for (const key of ['kind', 'name']) {
    const value = str(reference, key);
    const at = path.child(key);
    errors.push(...(value === '' ? [required(at)] : invalidEach(at, value, pathSegment(value))));
  }
  return errors;
}

function checkWhole(ingress: JsonObject, options: IngressOptions): FieldError[] {
  return [
    ...checkCoreMetadata(obj(ingress, 'metadata'), true, subdomainName),
    ...checkSpec(obj(ingress, 'spec') ?? {}, options),
  ];
}

/** Upstream: `ValidateIngressCreate`. */
export function checkIngress(ingress: JsonObject): FieldError[] {
  const errors = checkWhole(ingress, { anySecretName: false, anyWildcardRule: false });
  const key = 'kubernetes.io/ingress.class';
  const annotation = optStr(obj(obj(ingress, 'metadata'), 'annotations'), key);
  const name = optStr(obj(ingress, 'spec'), 'ingressClassName');
  if (annotation !== undefined && name !== undefined && annotation !== name) {
    const detail = 'must match `ingressClassName` when both are specified';
    errors.push(invalid(root('annotations', key), annotation, detail));
  }
  return errors;
}

/** Upstream: `ValidateIngressUpdate`. */
export function checkIngressUpdate(ingress: JsonObject, old: JsonObject): FieldError[] {
  const before = obj(old, 'spec');
  const options: IngressOptions = {
    anySecretName: objs(before, 'tls').some((tls) => isBadSecretName(str(tls, 'secretName'))),
    anyWildcardRule: objs(before, 'rules').some(
      (rule) => str(rule, 'host').includes('*') && checkHttp(root(''), rule).length > 0,
    ),
  };
  return [...checkCoreMetadataUpdate(ingress, old), ...checkWhole(ingress, options)];
}

/** Upstream: `ValidateIngressStatusUpdate`. */
export function checkIngressStatus(ingress: JsonObject, old: JsonObject): FieldError[] {
  const points = (object: JsonObject): readonly JsonObject[] =>
    objs(obj(obj(object, 'status'), 'loadBalancer'), 'ingress');
  const known = points(old).map((item) => str(item, 'ip'));
  const at = root('status', 'loadBalancer', 'ingress');
  return [
    ...checkCoreMetadataUpdate(ingress, old),
    ...points(ingress).flatMap((item, i) => checkIngressPoint(at.index(i), item, known, false)),
  ];
}

const SCOPES = ['Cluster', 'Namespace'];

/** The parameters of an IngressClass. Upstream: `validateIngressClassParametersReference`. */
export function checkClassParameters(path: FieldPath, parameters: JsonObject | undefined): FieldError[] {
  if (parameters === undefined) return [];
  const errors = checkReference(path, parameters);
  const scope = optStr(parameters, 'scope');
  if (scope === undefined) errors.push(required(path.child('scope')));
  const namespace = optStr(parameters, 'namespace');
  const at = path.child('namespace');
  if (scope === undefined || !SCOPES.includes(scope)) {
    errors.push(notSupportedText(path.child('scope'), goQuote(scope ?? ''), SCOPES));
  } else if (scope === 'Namespace') {
    if (namespace === undefined) errors.push(required(at, "`parameters.scope` is set to 'Namespace'"));
    else errors.push(...invalidEach(at, namespace, labelName(namespace, false)));
  } else if (namespace !== undefined) {
    errors.push(forbidden(at, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}
