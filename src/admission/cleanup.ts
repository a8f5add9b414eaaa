import {
  type CleanupRun,
  cleanupProblems,
  compileCleanup,
  deletionTime,
  isCleanupPolicy,
  parseSchedule,
  ttlPropagation,
} from '../engine/index.ts';
import type { CleanedUp, CleanupReport } from '../model/cleanup.ts';
import { EvaluationError, InputError } from '../model/failure.ts';
import { asString, getPath, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { gvkOf, labelsOf, nameOf, namespaceOf } from '../model/resource.ts';
import { type Cluster, openCluster } from './cluster.ts';
import type { World } from './world.ts';

/**
 * What Kyverno's cleanup controllers would delete at a time (milliseconds since 1970): by each cleanup policy that is due,
 * and by times to live. A policy is due when its schedule has come round since it last ran or was made
 * (`status.lastExecutionTime`, `metadata.creationTimestamp`); without both, when its schedule names the minute.
 * Throws `InputError` for a policy that Kyverno would refuse or could never run.
 * Upstream: `pkg/controllers/cleanup/controller.go`, `pkg/controllers/ttl/controller.go`.
 */
export function cleanUp(world: World, at: number): CleanupReport {
  const policies = world.policies.filter(isCleanupPolicy);
  refuseFaulty(policies);
  const cluster = openCluster({ ...world, clock: { now: () => at } });
  const deleted: CleanedUp[] = [];
  const errors: { by: string; object?: JsonObject; error: string }[] = [];
  const gone = new Set<JsonObject>();
  const take = (object: JsonObject, by: string, propagation: string | undefined): void => {
    if (gone.has(object)) return;
    gone.add(object);
    deleted.push({ object, by, ...(propagation === undefined ? {} : { propagation }) });
  };
  const due = policies.filter((policy) => isDue(policy, at));
  for (const policy of due) runPolicy(policy, cluster, take, errors);
  for (const object of givenObjects(cluster, world)) {
    try {
      const end = deletionTime(object);
      if (end !== undefined && at > end) take(object, TTL, ttlPropagation(object));
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      errors.push({ by: TTL, object, error: error.message });
    }
  }
  return { ran: due.map(({ name }) => name), deleted, errors };
}

/** What deletes objects whose time to live is over. */
export const TTL = 'time to live';

function refuseFaulty(policies: readonly Policy[]): void {
  const failures = policies.flatMap((policy) =>
    cleanupProblems(policy).map((problem) => ({
      code: 'refused-policy',
      message: `Kyverno refuses the policy \`${policy.name}\`: ${problem}`,
      ...(policy.place === undefined ? {} : { place: policy.place }),
    })),
  );
  if (failures.length > 0) throw new InputError(...failures);
}

function isDue({ spec, document }: Policy, at: number): boolean {
  const schedule = parseSchedule(asString(spec['schedule']) ?? '');
  const since = [getPath(document, 'status', 'lastExecutionTime'), getPath(document, 'metadata', 'creationTimestamp')]
    .map((time) => Date.parse(asString(time) ?? ''))
    .find((time) => !Number.isNaN(time));
  const minute = Math.floor(at / 60_000) * 60_000;
  const next = schedule.next(since ?? minute - 1);
  // A time that never comes is the year 1 upstream, which is over: such a policy runs all the time.
  return next === undefined || (since === undefined ? next === minute : next <= at);
}

type Take = (object: JsonObject, by: string, propagation: string | undefined) => void;

function runPolicy(
  policy: Policy,
  cluster: Cluster,
  take: Take,
  errors: { by: string; object?: JsonObject; error: string }[],
): void {
  const { state, config, environment } = cluster;
  const compiled = compileCleanup(policy);
  const propagation = asString(policy.spec['deletionPropagationPolicy']);
  let run: CleanupRun;
  try {
    run = compiled.begin(environment, false);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    errors.push({ by: policy.name, error: error.message });
    return;
  }
  for (const entry of compiled.kinds) {
    for (const object of objectsOf(entry, policy, cluster)) {
      const namespace = namespaceOf(object);
      const gvk = gvkOf(object);
      // Upstream passes the kind where the subresource belongs.
      if (config.filters(gvk, gvk.kind, namespace, nameOf(object))) continue;
      if (namespace !== '' && state.namespaceLabels(namespace) === undefined) {
        errors.push({ by: policy.name, object, error: `namespace "${namespace}" not found` });
        continue;
      }
      const answer = run(object);
      if (answer.outcome === 'delete') take(object, policy.name, propagation);
      else if (answer.outcome === 'error') errors.push({ by: policy.name, object, error: answer.error });
    }
  }
}

/** The objects of one entry of `kinds`: the kind must be served under that very name, wildcards find nothing. */
function objectsOf(entry: string, policy: Policy, { resources, state }: Cluster): readonly JsonObject[] {
  if (entry.includes('*')) return [];
  const [served] = resources.select(entry).filter(({ subresource }) => subresource === '');
  if (served === undefined) return [];
  return state.list(served.group, served.kind, policy.namespace === '' ? undefined : policy.namespace);
}

/** The objects that the world was given with a time to live, in their stored form. */
function givenObjects({ state }: Cluster, world: World): readonly JsonObject[] {
  return world.objects
    .filter((object) => labelsOf(object)['cleanup.kyverno.io/ttl'] !== undefined)
    .flatMap((object) => {
      const { group, kind } = gvkOf(object);
      const namespace = namespaceOf(object);
      return state
        .list(group, kind)
        .filter((one) => nameOf(one) === nameOf(object) && (namespace === '' || namespaceOf(one) === namespace));
    });
}
