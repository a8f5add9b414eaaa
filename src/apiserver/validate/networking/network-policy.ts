import type { JsonObject } from '../../../model/json.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupported,
  required,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { has, obj, objs, optInt, optStr, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkCidr, contains, parseCidr } from '../ip.ts';
import { checkSelector } from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { portName, portNumber, subdomainName } from '../names.ts';

const SPEC = root('spec');

interface PolicyOptions {
  readonly anySelectorValue: boolean;
  readonly knownRanges: readonly string[];
}

function checkPort(path: FieldPath, item: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const protocol = optStr(item, 'protocol');
  const protocols = ['TCP', 'UDP', 'SCTP'];
  if (protocol !== undefined && !protocols.includes(protocol)) {
    errors.push(notSupported(path.child('protocol'), protocol, protocols));
  }
  const port = item['port'];
  const end = optInt(item, 'endPort');
  const at = path.child('port');
  const endAt = path.child('endPort');
  if (port === undefined || port === null) {
    if (end !== undefined) errors.push(invalid(endAt, end, 'may not be specified when `port` is not specified'));
  } else if (typeof port === 'string') {
    if (end !== undefined) errors.push(invalid(endAt, end, 'may not be specified when `port` is non-numeric'));
    errors.push(...invalidEach(at, port, portName(port)));
  } else {
    const number = optInt(item, 'port') ?? 0n;
    errors.push(...invalidEach(at, number, portNumber(number)));
    if (end === undefined) return errors;
    if (end < number) errors.push(invalid(endAt, number, 'must be greater than or equal to `port`'));
    errors.push(...invalidEach(endAt, end, portNumber(end)));
  }
  return errors;
}

function checkPeer(path: FieldPath, peer: JsonObject, options: PolicyOptions): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['podSelector', 'namespaceSelector']) {
    const lenient = { allowInvalidValues: options.anySelectorValue };
    errors.push(...checkSelector(path.child(key), obj(peer, key), lenient));
  }
  const block = obj(peer, 'ipBlock');
  const selects = has(peer, 'podSelector') || has(peer, 'namespaceSelector');
  if (block !== undefined) errors.push(...checkBlock(path.child('ipBlock'), block, options.knownRanges));
  if (block === undefined && !selects) errors.push(required(path, 'must specify a peer'));
  if (block !== undefined && selects) errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

/** Upstream: `ValidateIPBlock`. */
function checkBlock(path: FieldPath, block: JsonObject, known: readonly string[]): FieldError[] {
  const text = str(block, 'cidr');
  if (text === '') return [required(path.child('cidr'))];
  const errors = checkCidr(path.child('cidr'), text, known);
  const range = parseCidr(text);
  if (range === undefined) return errors;
  for (const [i, except] of strs(block, 'except').entries()) {
    const at = path.child('except').index(i);
    errors.push(...checkCidr(at, except, known));
    const inner = parseCidr(except);
    if (inner === undefined) continue;
    if (!contains(range, inner.base) || range.length >= inner.length) {
      errors.push(invalid(at, except, 'must be a strict subset of `cidr`'));
    }
  }
  return errors;
}

/** Upstream: `ValidateNetworkPolicySpec`. */
function checkSpec(spec: JsonObject, options: PolicyOptions): FieldError[] {
  const lenient = { allowInvalidValues: options.anySelectorValue };
  const errors = checkSelector(SPEC.child('podSelector'), obj(spec, 'podSelector'), lenient);
  for (const [direction, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    for (const [i, rule] of objs(spec, direction).entries()) {
      const at = SPEC.child(direction).index(i);
      errors.push(...objs(rule, 'ports').flatMap((port, j) => checkPort(at.child('ports').index(j), port)));
      errors.push(...objs(rule, peers).flatMap((peer, j) => checkPeer(at.child(peers).index(j), peer, options)));
    }
  }
  const types = strs(spec, 'policyTypes');
  const at = SPEC.child('policyTypes');
  if (types.length > 2) {
    errors.push(invalidText(at, goText('[s', spec['policyTypes']), 'may not specify more than two policyTypes'));
    return errors;
  }
  for (const [i, type] of types.entries()) {
    if (type === 'Ingress' || type === 'Egress') continue;
    errors.push(notSupported(at.index(i), type, ['Ingress', 'Egress']));
  }
  return errors;
}

/** Upstream: `ValidateNetworkPolicy`. */
export function checkNetworkPolicy(policy: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(policy, 'metadata'), true, subdomainName),
    ...checkSpec(obj(policy, 'spec') ?? {}, { anySelectorValue: false, knownRanges: [] }),
  ];
}

/** Upstream: `ValidateNetworkPolicyUpdate`. */
export function checkNetworkPolicyUpdate(policy: JsonObject, old: JsonObject): FieldError[] {
  const before = obj(old, 'spec');
  const peers = [
    ...objs(before, 'ingress').flatMap((rule) => objs(rule, 'from')),
    ...objs(before, 'egress').flatMap((rule) => objs(rule, 'to')),
  ];
  const blocks = peers.map((peer) => obj(peer, 'ipBlock')).filter((block) => block !== undefined);
  const options: PolicyOptions = {
    anySelectorValue: checkSelector(root(''), obj(before, 'podSelector')).length > 0,
    knownRanges: blocks.flatMap((block) => [str(block, 'cidr'), ...strs(block, 'except')]),
  };
  return [...checkCoreMetadataUpdate(policy, old), ...checkSpec(obj(policy, 'spec') ?? {}, options)];
}
