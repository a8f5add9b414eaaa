import { type Cause, causeOf, type Evidence } from '../compare/index.ts';
import type { ClientRequest } from '../model/admission.ts';
import type { Clock, RandomSource } from '../model/environment.ts';
import { InputError, NotSupportedError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { LaneAnswer, Premise } from '../model/lane.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';
import { createEngineLane } from './engine-lane.ts';

/** What the cluster showed about a request, beyond its answer. */
export interface ClusterEvidence {
  /** The object as the cluster stored or judged it, when it is known. */
  readonly judged?: JsonObject;
  /** The objects that context entries really read. */
  readonly objects?: readonly JsonObject[];
  readonly settings: ClusterSettings;
  readonly otherVersion: boolean;
}

/** What asking the engine again needs. */
export interface ExplainTools {
  readonly clock: Clock;
  readonly random: RandomSource;
}

/**
 * Finds why the engine and the cluster differ on a request, by asking the engine again with one thing after the other
 * taken from the cluster.
 */
export async function explainDifference(
  premise: Premise,
  request: ClientRequest,
  answers: { readonly engine: LaneAnswer; readonly cluster: LaneAnswer },
  evidence: ClusterEvidence,
  tools: ExplainTools,
): Promise<Cause> {
  const again = (
    settings: ClusterSettings,
    objects: readonly JsonObject[],
    asked: ClientRequest,
  ): Promise<LaneAnswer | undefined> => askEngine(settings, { policies: premise.policies, objects }, asked, tools);
  const { settings, judged, objects } = evidence;
  const results = {
    withClusterObject:
      judged === undefined || request.operation !== 'CREATE' || request.subresource !== undefined
        ? undefined
        : await again(settings, premise.objects, { ...request, object: judged }),
    withDefaultFilters: await again({ ...settings, kyverno: DEFAULT_SETTINGS.kyverno }, premise.objects, request),
    withoutFilters: await again(withoutFilters(settings), premise.objects, request),
    withLiveData: objects === undefined ? undefined : await again(settings, objects, request),
  };
  const found: Evidence = {
    otherVersion: evidence.otherVersion,
    ...Object.fromEntries(Object.entries(results).filter(([, answer]) => answer !== undefined)),
  };
  return causeOf(answers.engine, answers.cluster, found);
}

function withoutFilters(settings: ClusterSettings): ClusterSettings {
  const { resourceFilters: _filters, webhooks: _webhooks, excludeGroups: _groups, ...config } = settings.kyverno.config;
  return { ...settings, kyverno: { ...settings.kyverno, config } };
}

async function askEngine(
  settings: ClusterSettings,
  premise: Premise,
  request: ClientRequest,
  tools: ExplainTools,
): Promise<LaneAnswer | undefined> {
  try {
    return await createEngineLane({ settings, ...tools }).ask(premise, request);
  } catch (error) {
    if (error instanceof InputError || error instanceof NotSupportedError) return undefined;
    throw error;
  }
}
