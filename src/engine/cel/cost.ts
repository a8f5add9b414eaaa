import { goTypeName } from './go-value-text.ts';
import { InternalError } from './internal-error.ts';
import { sizeOf } from './operations.ts';
import { CelError, CelOpaque, CelOptional, type CelValue, entriesOf, isList } from './values.ts';

/** What one expression may cost. Upstream: `PerCallLimit` in `k8s.io/apiserver/pkg/apis/cel/config.go`. */
export const EXPRESSION_LIMIT = 1_000_000;

/** What each access to a variable, field or element costs. */
export const ACCESS_COST = 1;
/** What making a list costs. */
export const LIST_COST = 10;
/** What making a map costs. */
export const MAP_COST = 30;
/** What making a message costs. */
export const STRUCT_COST = 40;

/** The highest cost there is: with any other it makes less than nothing, as in Go. */
export const MOST = 2 ** 64;

const TEXT = 0.1;
const REGEX = 0.25;

/** The expression cost more than it may. */
export class CostExceeded extends Error {}

/**
 * What a call cost, given what it was called with and what it gave. `id` is its overload, `''` when types are only
 * known at run time: then sizes do not count.
 * Upstream: `interpreter/runtimecost.go` of cel-go, `k8s.io/apiserver/pkg/cel/library/cost.go`, `ext/lists.go`.
 */
export function callCost(fn: string, id: string, args: readonly CelValue[], result: CelValue): number {
  return (
    listCost(id, args, result) ??
    kubernetesCost(fn, id, args, result) ??
    kyvernoCost(id, args, result) ??
    standardCost(id, args)
  );
}

/** Some costs are computed of what is no list, when it is an error. */
function listOrPanic(value: CelValue | undefined): CelValue | undefined {
  if (!(value instanceof CelError)) return value;
  throw new InternalError('interface conversion: *types.Err is not traits.Lister: missing method Add');
}

function listCost(id: string, args: readonly CelValue[], result: CelValue): number | undefined {
  const size = (index: number) => actualSize(args[index]);
  switch (id) {
    case 'list_slice':
    case 'lists_range':
    case 'list_reverse':
      return allocating(1, actualSize(result));
    case 'list_distinct':
      return selfCompare(listOrPanic(args[0]));
    case 'list_flatten':
      return allocating(1, size(0));
    case 'list_flatten_int':
      if (typeof args[1] !== 'bigint') {
        throw new InternalError(`interface conversion: ref.Val is ${goTypeName(args[1] ?? null)}, not types.Int`);
      }
      return allocating(Number(args[1]), size(0));
    case 'list_sets_contains_list':
    case 'list_sets_intersects_list':
      return 1 + size(0) * size(1);
    case 'list_sets_equivalent_list':
      return 1 + 2 * size(0) * size(1);
    default:
      if (!id.startsWith('list_')) return undefined;
      if (id.endsWith('_sort')) return selfCompare(listOrPanic(args[0]));
      return id.endsWith('_sortByAssociatedKeys') ? selfCompare(listOrPanic(args[1])) : undefined;
  }
}

function selfCompare(list: CelValue | undefined): number {
  const size = actualSize(list);
  const [first] = list !== undefined && isList(list) ? list : [];
  const isText = typeof first === 'string' || first instanceof Uint8Array;
  return allocating(isText ? 2 + TEXT : 2, size * size);
}

function allocating(factor: number, size: number): number {
  const product = size * (factor < 0 ? 1 : factor);
  // What does not fit is what Go makes of it.
  return (product >= 2 ** 64 ? 2 ** 63 : Math.trunc(product)) + 1 + LIST_COST;
}

function kubernetesCost(fn: string, id: string, args: readonly CelValue[], result: CelValue): number | undefined {
  const scan = (index: number, times = 1) => Math.ceil(actualSize(args[index]) * times * TEXT);
  switch (fn) {
    case 'check':
      return 350_000;
    case 'serviceAccount':
    case 'path':
    case 'group':
    case 'resource':
    case 'subresource':
    case 'namespace':
    case 'name':
    case 'allowed':
    case 'reason':
    case 'error':
    case 'errored':
      return 1;
    case 'fieldSelector':
    case 'labelSelector':
      return LIST_COST + scan(1) + Math.ceil(Math.ceil(actualSize(args[1]) * 0.5) * (LIST_COST + STRUCT_COST));
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
      return traversalCost(args[0]);
    case 'url':
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
    case 'cidr':
    case 'isIP':
    case 'isCIDR':
    case 'quantity':
    case 'isQuantity':
    case 'semver':
    case 'isSemver':
      return scan(0);
    case 'replace':
    case 'split':
    case 'ip.isCanonical':
      return scan(0, 2);
    case 'join':
      return Math.ceil(actualSize(result) * 2 * TEXT);
    case 'find':
    case 'findAll':
      return regexCost(actualSize(args[0]), actualSize(args[1]));
    case 'ip':
      return id === 'cidr_ip' ? 1 : scan(0);
    case 'masked':
    case 'prefixLength':
    case 'family':
    case 'isUnspecified':
    case 'isLoopback':
    case 'isLinkLocalMulticast':
    case 'isLinkLocalUnicast':
    case 'isGlobalUnicast':
    case 'format.named':
    case 'sign':
    case 'asInteger':
    case 'isInteger':
    case 'asApproximateFloat':
    case 'isGreaterThan':
    case 'isLessThan':
    case 'compareTo':
    case 'add':
    case 'sub':
    case 'major':
    case 'minor':
    case 'patch':
    case 'getScheme':
    case 'getHostname':
    case 'getHost':
    case 'getPort':
    case 'getEscapedPath':
    case 'getQuery':
      return 1;
    case 'containsIP':
      return scan(0, 2) + (id === 'cidr_contains_ip_string' ? scan(1) : 0);
    case 'containsCIDR':
      return scan(0, 2) + scan(0) + 1 + (id === 'cidr_contains_cidr_string' ? scan(1) : 0);
    case 'validate':
      return args[0] instanceof CelOpaque ? regexCost(actualSize(args[1]), maxRegexSize(args[0].data)) : undefined;
    case '_==_':
      return isKubernetesValue(args[0]) ? 1 : undefined;
    default:
      return undefined;
  }
}

function maxRegexSize(format: unknown): number {
  const size = typeof format === 'object' && format !== null && 'maxRegexSize' in format ? format.maxRegexSize : 0;
  return typeof size === 'number' ? size : 0;
}

function isKubernetesValue(value: CelValue | undefined): boolean {
  return value instanceof CelOpaque && /^(kubernetes|net)\./.test(value.typeName);
}

/** What the libraries cost that Kyverno adds: upstream's encoding of JSON costs more than anything may. */
function kyvernoCost(id: string, args: readonly CelValue[], result: CelValue): number | undefined {
  const size = (index: number) => actualSize(args[index]);
  const search = () => (size(0) + 1) * TEXT * ((size(1) + 1) * REGEX);
  switch (id) {
    case 'base64_decode_string':
    case 'base64_encode_bytes':
      return Math.ceil(size(0) * TEXT) + 1;
    case 'json_encode_dyn':
      return MOST;
    case 'regex_extract_string_string':
      // The size of an optional value is 1 here.
      return Math.ceil(1 + search() + (result instanceof CelOptional ? 1 : actualSize(result)));
    case 'regex_extractAll_string_string':
      return Math.ceil(1 + search() + actualSize(result) + LIST_COST);
    case 'regex_replace_string_string_string':
    case 'regex_replace_string_string_string_int':
      return Math.trunc(1 + search() + actualSize(result));
    default:
      return /^math_@(?:min|max)_list_/.test(id) ? size(0) + 1 : undefined;
  }
}

function standardCost(id: string, args: readonly CelValue[]): number {
  const size = (index: number) => actualSize(args[index]);
  switch (id) {
    case 'starts_with_string':
    case 'ends_with_string':
      return Math.ceil(size(1) * TEXT);
    case 'string_to_bytes':
    case 'bytes_to_string':
    case 'strings_quote':
    case 'string_format':
      return Math.ceil(size(0) * TEXT);
    case 'in_list':
      return size(1);
    case 'equals':
    case 'not_equals':
    case 'less_string':
    case 'greater_string':
    case 'less_equals_string':
    case 'greater_equals_string':
    case 'less_bytes':
    case 'greater_bytes':
    case 'less_equals_bytes':
    case 'greater_equals_bytes':
      return Math.ceil(Math.min(size(0), size(1)) * TEXT);
    case 'add_string':
    case 'add_bytes':
      return Math.ceil((size(0) + size(1)) * TEXT);
    case 'matches':
    case 'matches_string':
      return regexCost(size(0), size(1));
    case 'contains_string':
      return Math.ceil(size(0) * TEXT) * Math.ceil(size(1) * TEXT);
    default:
      return 1;
  }
}

function regexCost(textSize: number, regexSize: number): number {
  return Math.ceil((1 + textSize) * TEXT) * Math.ceil(regexSize * REGEX);
}

function actualSize(value: CelValue | undefined): number {
  if (value === undefined) return 1;
  if (value instanceof CelOptional) return value.value === undefined ? 1 : actualSize(value.value);
  if (value instanceof CelOpaque) return addressSize(value.data);
  return sizeOf(value) ?? 1;
}

/** Addresses and networks have the size of their bytes, all other values of libraries 1. */
function addressSize(data: unknown): number {
  const size = typeof data === 'object' && data !== null && 'byteSize' in data ? data.byteSize : 1;
  return typeof size === 'number' ? size : 1;
}

function traversalCost(value: CelValue | undefined): number {
  if (value === undefined) return 1;
  if (typeof value === 'string') return Math.trunc(Buffer.byteLength(value) * TEXT);
  if (value instanceof Uint8Array) return Math.trunc(value.length * TEXT);
  if (isList(value)) return value.reduce<number>((cost, one) => cost + traversalCost(one), 0);
  const entries = entriesOf(value);
  return entries?.reduce((cost, [key, one]) => cost + traversalCost(key) + traversalCost(one), 0) ?? 1;
}
