import { parseDuration } from '../../language/duration.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asString, getPath, type JsonObject } from '../../model/json.ts';
import { annotationsOf, labelsOf } from '../../model/resource.ts';

const TTL = 'cleanup.kyverno.io/ttl';
const PROPAGATION = 'cleanup.kyverno.io/propagation-policy';

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/** Spellings of units; the last of each also fits what begins with it. */
const SPELLINGS: readonly (readonly [unit: string, ...spellings: readonly string[]])[] = [
  ['ns', 'ns', 'nano'],
  ['us', 'us', 'µs', 'micro'],
  ['ms', 'ms', 'milli'],
  ['s', 's', 'sec'],
  ['m', 'm', 'min'],
  ['h', 'h', 'hr', 'hour'],
  ['d', 'd', 'day'],
  ['w', 'w', 'wk', 'week'],
];

/**
 * When an object with a time to live is deleted (milliseconds since 1970): its creation plus a duration, or a date.
 * `undefined` without the label `cleanup.kyverno.io/ttl`, and where its value cannot be read. Throws `EvaluationError`
 * for a duration when it is not known when the object was made.
 * Upstream: `parseDeletionTime` in `pkg/controllers/ttl/utils.go`.
 */
export function deletionTime(object: JsonObject): number | undefined {
  const labels = labelsOf(object);
  if (!Object.hasOwn(labels, TTL)) return undefined;
  const ttl = labels[TTL] ?? '';
  const duration = parseTtl(ttl);
  if (duration === undefined) return parseDate(ttl);
  const created = Date.parse(asString(getPath(object, 'metadata', 'creationTimestamp')) ?? '');
  if (!Number.isNaN(created)) return created + Number(duration / 1_000_000n);
  throw new EvaluationError('an object with a time to live needs metadata.creationTimestamp');
}

/** How the dependents of an object with a time to live are deleted; `undefined` when it does not say. */
export function ttlPropagation(object: JsonObject): string | undefined {
  const policy = annotationsOf(object)[PROPAGATION];
  return policy === 'Foreground' || policy === 'Background' || policy === 'Orphan' ? policy : undefined;
}

const MAX = 2n ** 63n - 1n;

/** Upstream: `ParseDuration` in `k8s.io/kube-openapi/pkg/validation/strfmt`. */
function parseTtl(text: string): bigint | undefined {
  const plain = parseDuration(text);
  if (plain !== undefined) return plain;
  let total: bigint | undefined;
  for (const [, number = '', unit = ''] of text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)) {
    if (BigInt(number) > MAX) return undefined;
    const known = unitOf(unit.trim().toLowerCase());
    // As int64, which wraps.
    if (known !== undefined) total = BigInt.asIntN(64, (total ?? 0n) + BigInt(number) * known);
  }
  return total;
}

function unitOf(text: string): bigint | undefined {
  const found = SPELLINGS.find(([, ...spellings]) =>
    spellings.some((spelling, i) => text === spelling || (i === spellings.length - 1 && text.startsWith(spelling))),
  );
  return found === undefined ? undefined : UNITS[found[0]];
}

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2})(\d{2})(\d{2})(?:[.,](\d+))?Z$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

function parseDate(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, fraction = ''] = MOMENT.exec(text) ?? [];
  const iso = year === undefined ? text : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  if (year === undefined && !DATE.test(text)) return undefined;
  const time = Date.parse(iso);
  // Days and hours that do not exist are no dates.
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso.replace('Z', ''));
  return exists ? time + Math.floor(Number(`0.${fraction}0`) * 1000) : undefined;
}
