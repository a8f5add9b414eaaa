import {
  agreesIn,
  aspectOf,
  causeOf,
  compareAnswers,
  type ExplainedDifference,
  forRequest,
  isRefused,
  type Trial,
  verdictText,
} from '../compare/index.ts';
import type { ClientRequest } from '../model/admission.ts';
import type { Clock, RandomSource } from '../model/environment.ts';
import { InputError, NotSupportedError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Lane, LaneAnswer, Premise } from '../model/lane.ts';
import { type ClusterSettings, DEFAULT_SETTINGS, type KyvernoSettings } from '../model/settings.ts';
import { createEngineLane } from './engine-lane.ts';
import { type LiveData, withLiveData } from './live-data.ts';
import { withoutValidation } from './without-validation.ts';

/** What explaining differences needs. */
export interface ExplainOptions {
  /** The engine as it was asked. */
  readonly engine: Lane;
  /** The settings of the cluster, with which it was asked. */
  readonly settings: ClusterSettings;
  /** The cluster is of another release than those whose behaviour the engine has. */
  readonly otherVersion: boolean;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** What the cluster really held when it was asked, where that was looked at. */
  readonly liveData: (premise: Premise, request: ClientRequest) => LiveData | undefined;
}

/** Gives the parts in which the engine and another lane differ on a request, each with its cause. */
export type Explain = (
  premise: Premise,
  request: ClientRequest,
  answers: { readonly engine: LaneAnswer; readonly cluster: LaneAnswer },
) => Promise<readonly ExplainedDifference[]>;

type Question = Omit<Trial, 'answer'> & {
  readonly lane: Lane;
  readonly premise: Premise;
  readonly request: ClientRequest;
};

/**
 * Compares answers and finds why they differ: the engine is asked again with one thing after the other taken from the
 * cluster (its data, its object, other filters), until it answers as the cluster did.
 */
export function createExplain(options: ExplainOptions): Explain {
  const bare = withoutValidation();
  const others = otherSettings(options.settings.kyverno).map(({ cause, taken, kyverno }) => ({
    cause,
    taken,
    lane: createEngineLane({ ...options, settings: { ...options.settings, kyverno } }),
  }));

  /** The answer with all that the cluster's can be compared with: of a denied request also what would have been stored. */
  const withStored = async (
    { lane, premise, request }: Omit<Question, 'cause' | 'taken'>,
    answer: LaneAnswer,
    cluster: LaneAnswer,
  ) => {
    if (cluster.judged === undefined || cluster.allowed !== false) return answer;
    const { judged: _judged, ...rest } = answer;
    const { object } = await lane.ask(bare(premise), request);
    return object === undefined ? rest : { ...rest, judged: object };
  };

  const askAgain = async (question: Question, cluster: LaneAnswer): Promise<Trial> => {
    const { cause, taken } = question;
    try {
      const answer = await question.lane.ask(question.premise, question.request);
      return { cause, taken, answer: await withStored(question, answer, cluster) };
    } catch (error) {
      if (error instanceof InputError || error instanceof NotSupportedError) return { cause, taken };
      throw error;
    }
  };

  return async (premise, request, { engine, cluster }) => {
    const asked = await withStored({ lane: options.engine, premise, request }, engine, cluster);
    const found = compareAnswers(asked, cluster);
    if (found.length === 0) return [];
    const aspects = [...new Set(found.map(({ part }) => aspectOf(part)))];
    const trials: Trial[] = [];
    const isExplained = (): boolean =>
      aspects.every((aspect) => trials.some(({ answer }) => answer !== undefined && agreesIn(aspect, answer, cluster)));
    for (const question of questions(options, others, premise, request, { engine, cluster })) {
      trials.push(await askAgain(question, cluster));
      if (isExplained()) break;
    }
    return found.map((difference) => {
      const aspect = aspectOf(difference.part);
      const cause = causeOf(aspect, { engine: asked, cluster }, trials, options.otherVersion);
      return { ...difference, cause, tried: trials.map((trial) => triedText(trial, agrees(aspect, trial, cluster))) };
    });
  };
}

function agrees(aspect: Parameters<typeof agreesIn>[0], { answer }: Trial, cluster: LaneAnswer): boolean {
  return answer !== undefined && agreesIn(aspect, answer, cluster);
}

function triedText({ taken, answer }: Trial, isSame: boolean): string {
  if (answer === undefined) return `with ${taken} the engine has no answer`;
  return `with ${taken} the engine answers ${isSame ? 'as the cluster does' : `otherwise than the cluster: ${verdictText(answer)}`}`;
}

type OtherLane = Pick<Question, 'cause' | 'taken' | 'lane'>;

function* questions(
  { engine: lane, liveData }: ExplainOptions,
  others: readonly OtherLane[],
  premise: Premise,
  request: ClientRequest,
  { engine, cluster }: { readonly engine: LaneAnswer; readonly cluster: LaneAnswer },
): Generator<Question> {
  const live = liveData(premise, request);
  const withLive = live === undefined ? undefined : { ...premise, objects: withLiveData(premise.objects, live) };
  const taken = 'the objects that the cluster held';
  if (withLive !== undefined) yield { cause: 'live-data', taken, lane, premise: withLive, request };
  // Nothing that follows turns a refusal by the API server into an answer of the policies.
  if (isRefused(engine) !== isRefused(cluster)) return;
  const object = requestWith(request, clusterObject(premise, cluster));
  const its = "the cluster's own object";
  if (object !== undefined) yield { cause: 'defaulting', taken: its, lane, premise, request: object };
  for (const other of others) yield { ...other, premise, request };
  if (withLive === undefined || object === undefined) return;
  yield { cause: 'live-data', taken: `${taken} and ${its}`, lane, premise: withLive, request: object };
}

/** What the cluster made of the object before any policy changed it, when that is known. */
function clusterObject({ policies }: Premise, { unmutated, judged, object }: LaneAnswer): JsonObject | undefined {
  if (unmutated !== undefined) return unmutated;
  const isChanged = policies.some(({ rules }) =>
    rules.some((rule) => rule['mutate'] !== undefined || rule['verifyImages'] !== undefined),
  );
  return isChanged ? undefined : (judged ?? object);
}

/** The request with the object that a cluster made of it. A patch is done already then. */
function requestWith(request: ClientRequest, object: JsonObject | undefined): ClientRequest | undefined {
  const { operation, subresource = '', patch: _done, ...rest } = request;
  if (object === undefined || subresource !== '' || (operation !== 'CREATE' && operation !== 'UPDATE'))
    return undefined;
  return { ...rest, operation, object: forRequest(object) };
}

/** What of Kyverno's ConfigMap keeps requests from the rules. */
const FILTERS = [
  'resourceFilters',
  'webhooks',
  'matchConditions',
  'excludeGroups',
  'excludeUsernames',
  'excludeRoles',
  'excludeClusterRoles',
];

/** Other ways in which Kyverno may be set up. */
function otherSettings(
  kyverno: KyvernoSettings,
): readonly (Pick<Question, 'cause' | 'taken'> & { readonly kyverno: KyvernoSettings })[] {
  const part = (config: KyvernoSettings['config'], wanted: boolean): KyvernoSettings['config'] =>
    Object.fromEntries(Object.entries(config).filter(([key]) => FILTERS.includes(key) === wanted));
  const unfiltered = part(kyverno.config, false);
  const { exceptions, forceFailurePolicyIgnore } = kyverno;
  return [
    {
      cause: 'filtered',
      taken: "the filters of Kyverno's chart",
      kyverno: { ...kyverno, config: { ...unfiltered, ...part(DEFAULT_SETTINGS.kyverno.config, true) } },
    },
    { cause: 'filtered', taken: 'no filters', kyverno: { ...kyverno, config: unfiltered } },
    {
      cause: 'configuration',
      taken: `policy exceptions switched ${exceptions.enabled ? 'off' : 'on'}`,
      kyverno: { ...kyverno, exceptions: { enabled: !exceptions.enabled, namespace: '*' } },
    },
    {
      cause: 'configuration',
      taken: `failurePolicy ${forceFailurePolicyIgnore ? 'as the policies say' : 'Ignore everywhere'}`,
      kyverno: { ...kyverno, forceFailurePolicyIgnore: !forceFailurePolicyIgnore },
    },
  ];
}
