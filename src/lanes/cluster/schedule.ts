import { goJson } from '../../language/go-text.ts';
import type { ClientRequest } from '../../model/admission.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Premise } from '../../model/lane.ts';
import { requestKey } from '../recorded/request-key.ts';

/** A request that will be asked, with what holds then. */
export interface PlannedRequest {
  readonly premise: Premise;
  readonly request: ClientRequest;
  /** The feature file that it belongs to. */
  readonly feature?: string;
  /** The name of the scenario that sends it. */
  readonly scenario?: string;
}

/** Requests under the same premise, each once: they do not meet and can be asked side by side. */
export interface Group {
  readonly premise: Premise;
  readonly requests: ReadonlyMap<string, ClientRequest>;
  /** What the premise consists of, as texts: what two groups share need not be made again. */
  readonly policies: ReadonlySet<string>;
  readonly objects: ReadonlySet<string>;
}

/** Keys of premises and of what they hold; equal for equal contents. */
export interface Keys {
  readonly policies: (premise: Premise) => string;
  readonly objects: (premise: Premise) => string;
  readonly premise: (premise: Premise) => string;
  readonly item: (item: JsonObject) => string;
}

/** Keys that are computed once for each list and object. */
export function createKeys(): Keys {
  const items = new WeakMap<JsonObject, string>();
  const lists = new WeakMap<object, string>();
  const item = (object: JsonObject): string => {
    const known = items.get(object) ?? goJson(object);
    items.set(object, known);
    return known;
  };
  const list = (owner: object, objects: readonly JsonObject[]): string => {
    const known = lists.get(owner) ?? objects.map(item).join('\n');
    lists.set(owner, known);
    return known;
  };
  const policies = (premise: Premise): string =>
    list(
      premise.policies,
      premise.policies.map((policy) => policy.document),
    );
  const objects = (premise: Premise): string => list(premise.objects, premise.objects);
  return { policies, objects, item, premise: (premise) => `${policies(premise)}\n\n${objects(premise)}` };
}

// Installing a policy and proving it takes longer than making an object.
const POLICY_COST = 4;
const OBJECT_COST = 1;

/**
 * Puts requests of the same premise together, and premises that have much in common one after the other: each next one is
 * the one that needs the fewest changes.
 */
export function schedule(planned: readonly PlannedRequest[], keys: Keys): readonly Group[] {
  const byPremise = Map.groupBy(planned, ({ premise }) => keys.premise(premise));
  const rest = new Set([...byPremise.values()].flatMap((requests) => groupOf(requests, keys) ?? []));
  const ordered: Group[] = [];
  let last: Group | undefined;
  while (rest.size > 0) {
    let best: Group | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const group of rest) {
      const cost =
        changes(last?.policies, group.policies) * POLICY_COST + changes(last?.objects, group.objects) * OBJECT_COST;
      if (cost < bestCost) [best, bestCost] = [group, cost];
    }
    if (best === undefined) break;
    rest.delete(best);
    ordered.push(best);
    last = best;
  }
  return ordered;
}

function groupOf(planned: readonly PlannedRequest[], keys: Keys): Group | undefined {
  const [first] = planned;
  if (first === undefined) return undefined;
  const { premise } = first;
  return {
    premise,
    requests: new Map(planned.map(({ request }) => [requestKey(request), request])),
    policies: new Set(premise.policies.map((policy) => keys.item(policy.document))),
    objects: new Set(premise.objects.map(keys.item)),
  };
}

function changes(from: ReadonlySet<string> | undefined, to: ReadonlySet<string>): number {
  if (from === undefined) return to.size;
  let shared = 0;
  for (const item of to) if (from.has(item)) shared++;
  return from.size + to.size - 2 * shared;
}
