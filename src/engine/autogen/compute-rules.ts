import { compareBytes } from '../../language/go-text.ts';
import { asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { controllersOf } from './controllers.ts';
import { cronJobCopy, podControllerCopy } from './rule-copy.ts';

/**
 * The rules that apply to objects of a kind: as written, or followed by copies for that kind when it runs pods.
 * Kind `""` gives the copies for all controllers (what mutation, status and listings use). `controllers` may be passed
 * in where they are known.
 * Upstream: `computeRules`, `generateRules` in `pkg/autogen/v1/autogen.go`.
 */
export function computeRules(
  policy: Policy,
  kind: string,
  controllers: readonly string[] = controllersOf(policy),
): readonly JsonObject[] {
  if (kind !== '' && !controllers.includes(kind)) return policy.rules;
  if (kind !== '') return withCopies(policy, controllers, kind);
  const known = ALL_COPIES.get(policy) ?? withCopies(policy, controllers, kind);
  ALL_COPIES.set(policy, known);
  return known;
}

/** The rules with the copies for all controllers, which checks and listings ask for again and again. */
const ALL_COPIES = new WeakMap<Policy, readonly JsonObject[]>();

function withCopies(policy: Policy, controllers: readonly string[], kind: string): readonly JsonObject[] {
  const chosen = kind === '' ? controllers : [kind];
  if (chosen.length === 0 || chosen.join(',') === 'none') return policy.rules;
  const copies = policy.rules.flatMap((rule) => copiesOf(rule, chosen));
  if (copies.length === 0) return policy.rules;
  return [...policy.rules.filter((rule) => !isAutogenName(asString(rule['name']) ?? '')), ...copies];
}

/** True for rule names that autogen reserves. */
function isAutogenName(name: string): boolean {
  return name.startsWith('autogen-');
}

function copiesOf(rule: JsonObject, controllers: readonly string[]): readonly JsonObject[] {
  if (isAutogenName(asString(rule['name']) ?? '')) return [];
  const sorted = [...controllers].sort(compareBytes);
  const others = sorted.filter((controller) => controller !== 'CronJob');
  const copy = others.length === 0 ? undefined : podControllerCopy(rule, others);
  const text = controllers.join(',');
  const cronJob = text.includes('CronJob') || text.includes('all') ? cronJobCopy(rule, sorted) : undefined;
  return [copy, cronJob].filter((made) => made !== undefined);
}
