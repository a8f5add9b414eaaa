import type { ValueType } from '../../apiserver/schema/schema.ts';
import { parseQuantity } from '../../language/quantity.ts';
import { deepEqual, isArray, isObject, type Json } from '../../model/json.ts';
import { type FieldPath, pathText } from '../path.ts';
import { sampleOf } from './samples.ts';
import { fitting, joined, measuresAround, neighbours, operandsOf, regexSamples } from './text-edges.ts';

/** What a field may be set to; `undefined` removes it. */
export type Option = Json | undefined;

/** How wrong values may be: `typed` only what the API server could decode, `any` other types as well. */
export type Latitude = 'typed' | 'any';

/**
 * Values for a field, the likeliest to matter first: what policies compare it with, then the edges around that, then
 * the empty ones.
 */
export function optionsFor(
  path: FieldPath,
  type: ValueType,
  hints: readonly Json[],
  latitude: Latitude,
): readonly Option[] {
  const all = [...hints, ...wordsOf(path)];
  const values = unique([...typedOptions(type, all), ...(latitude === 'any' ? otherTypes(type) : [])]);
  const [first, ...rest] = values;
  return first === undefined ? [undefined, null] : [first, undefined, ...rest, null];
}

/** Words that the API server knows for a field, where it knows no others. */
const WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/seccompProfile\.type$/, ['RuntimeDefault', 'Localhost', 'Unconfined']],
  [/appArmorProfile\.type$/, ['RuntimeDefault', 'Localhost', 'Unconfined']],
  [/apparmor\.security\.beta/, ['unconfined', 'runtime/default', 'localhost/x']],
  [/procMount$/, ['Default', 'Unmasked']],
  [/capabilities\.(?:add|drop)(?:\[\*\])?$/, ['ALL', 'NET_ADMIN', 'NET_RAW']],
  [/imagePullPolicy$/, ['Always', 'IfNotPresent', 'Never']],
  [/^spec\.type$/, ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']],
  [/restartPolicy$/, ['Always', 'OnFailure', 'Never']],
  [/dnsPolicy$/, ['ClusterFirst', 'Default', 'None', 'ClusterFirstWithHostNet']],
  [/pathType$/, ['Prefix', 'Exact', 'ImplementationSpecific']],
  [/effect$/, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']],
  [/(?:externalTrafficPolicy|internalTrafficPolicy)$/, ['Cluster', 'Local']],
  [/accessModes(?:\[\*\])?$/, ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany']],
  [/externalIPs(?:\[\*\])?$/, ['192.0.2.1', '10.0.0.1']],
  [/(?:clusterIP|loadBalancerIP)$/, ['None', '10.0.0.1']],
];

function wordsOf(path: FieldPath): readonly string[] {
  const text = pathText(path);
  return WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? [];
}

function typedOptions(type: ValueType, hints: readonly Json[]): readonly Json[] {
  switch (type.kind) {
    case 'bool':
      return [...hints.flatMap(asBoolean), true, false];
    case 'int32':
    case 'int64':
      return [...integers(hints), 1n, 0n, -1n];
    case 'float':
      return [...integers(hints).map(Number), 1, 0, -1];
    case 'int-or-string':
      return [...integers(hints), ...texts(hints), 1n, 0n, '50%', '0%'];
    case 'quantity':
      return [...measures(hints), '1', '0', '100m', '128Mi'];
    case 'list':
      return lists(type.item, hints);
    case 'map':
      return [...hints.filter(isObject), { x: sampleOf(type.item) }, {}];
    case 'struct':
      return [sampleOf(type), ...hints.filter(isObject), {}];
    case 'time':
    case 'micro-time':
      return [...texts(hints), sampleOf(type)];
    case 'any':
      return [...texts(hints), ...integers(hints), ...hints, 'x', '', true, false, 1n, 0n, {}, [], ['x']];
    default:
      return [...texts(hints), 'x', ''];
  }
}

function asBoolean(hint: Json): readonly boolean[] {
  if (typeof hint === 'boolean') return [hint];
  if (typeof hint !== 'string') return [];
  return operandsOf(hint).flatMap((text) => (text === 'true' ? [true] : text === 'false' ? [false] : []));
}

function integers(hints: readonly Json[]): readonly bigint[] {
  const exact = hints.flatMap((hint): readonly bigint[] => {
    if (typeof hint === 'bigint') return [hint];
    if (typeof hint === 'number') return Number.isInteger(hint) ? [BigInt(hint)] : [BigInt(Math.trunc(hint))];
    if (typeof hint !== 'string') return [];
    return operandsOf(hint).flatMap((text) => (/^-?\d{1,18}$/.test(text) ? [BigInt(text)] : []));
  });
  return [...exact, ...exact.flatMap((value) => [value + 1n, value - 1n])];
}

function measures(hints: readonly Json[]): readonly string[] {
  const operands = hints.flatMap((hint) => (typeof hint === 'string' ? operandsOf(hint) : [String(hint)]));
  return operands
    .flatMap((text) => [...measuresAround(text), text])
    .filter((text) => parseQuantity(text) !== undefined);
}

function texts(hints: readonly Json[]): readonly string[] {
  const operands = hints.flatMap((hint) => {
    if (typeof hint !== 'string') return isArray(hint) || isObject(hint) || hint === null ? [] : [String(hint)];
    const split = operandsOf(hint);
    // A text with separators may also be meant as it stands: an expression does not split it.
    return split.length > 1 ? [...split, hint] : split;
  });
  const plain = operands.flatMap((text) => [...regexSamples(text), ...fitting(text)]);
  const around = plain.map((text) => [...measuresAround(text).slice(1), ...neighbours(text)]);
  const longest = Math.max(0, ...around.map((list) => list.length));
  // Round by round, so that a short budget sees something of each.
  const rounds = Array.from({ length: longest }, (_, i) => around.flatMap((list) => list.slice(i, i + 1)));
  return [...plain, 'x', '', ...joined(plain), ...rounds.flat()];
}

function lists(item: ValueType, hints: readonly Json[]): readonly Json[] {
  const sample = sampleOf(item);
  if (item.kind === 'struct') {
    const sizes = integers(hints).filter((size) => size > 1n && size <= 5n);
    return [[sample], [], ...sizes.map((size) => Array.from({ length: Number(size) }, () => sample))];
  }
  const whole = hints.filter(isArray);
  const values = unique(typedOptions(item, hints)).slice(0, 40);
  const [first = sample, second = sample] = values;
  const others = values.slice(2, 14).map((value) => [first, value]);
  return [
    ...values.slice(0, 1).map((value) => [value]),
    [],
    [first, second],
    ...whole,
    ...values.map((value) => [value]),
    ...others,
  ];
}

/** Values that the field's type does not allow: only the command line judges such objects. */
function otherTypes(type: ValueType): readonly Json[] {
  switch (type.kind) {
    case 'bool':
      return ['true', 'false', 'x', 1n];
    case 'int32':
    case 'int64':
    case 'float':
      return ['1', '0', 1.5, true];
    case 'list':
      return [{}, 'x'];
    case 'map':
    case 'struct':
      return [[], 'x'];
    default:
      return [1n, true, {}, []];
  }
}

function unique(values: readonly Json[]): readonly Json[] {
  const kept: Json[] = [];
  for (const value of values) if (!kept.some((other) => deepEqual(other, value))) kept.push(value);
  return kept;
}
