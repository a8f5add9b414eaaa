import { isKyvernoConfigMap } from '../admission/settings-file.ts';
import { compareAnswers, type ExplainedDifference } from '../compare/index.ts';
import type { ClientRequest } from '../model/admission.ts';
import type { Clock, RandomSource } from '../model/environment.ts';
import { didYouMean, InputError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Lane, LaneAnswer, LaneName, Premise } from '../model/lane.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';
import type { LaneFacts } from '../report/result.ts';
import type { ClusterChoice } from './cluster/connection.ts';
import { readLiveData, withLiveData } from './cluster/live-data.ts';
import { type OpenCluster, openCluster } from './cluster/open.ts';
import { isOtherVersion } from './cluster/read-settings.ts';
import { createKeys, type PlannedRequest } from './cluster/schedule.ts';
import { ClusterTroubleError } from './cluster/trouble.ts';
import { createEngineLane } from './engine-lane.ts';
import { explainDifference } from './explain.ts';
import { type LaneSet, type OpenLanes, openedLanes } from './lane-set.ts';
import { createRecordedLane } from './recorded/recorded-lane.ts';
import { requestKey } from './recorded/recording.ts';
import { type Observed, readRecordings, writeRecordings } from './recorded/recordings.ts';
import { withoutValidation } from './without-validation.ts';

/** A cluster to ask, and how to let go of it. */
export interface ClusterSource extends AsyncDisposable {
  readonly choice: ClusterChoice;
}

/** What lanes are made from. */
export interface LaneSetOptions {
  /** `engine`, `cluster`, `both` or `recorded`. */
  readonly lane: string;
  /** What the engine is judged with where no cluster says it. */
  readonly settings: ClusterSettings;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Gives the cluster; called once, when it is needed. */
  readonly cluster: () => Promise<ClusterSource>;
  /** Folder of the recordings. */
  readonly recordings: string;
  /** Keep what the cluster answers. */
  readonly record: boolean;
  /** Only some scenarios are run. */
  readonly partial: () => boolean;
  /** Tells the user what is being done. */
  readonly say: (text: string) => void;
  /** A word that no other run has; letters, digits and dashes. */
  readonly runId: string;
}

/** The values of `--lane`. */
export const LANE_CHOICES = ['engine', 'cluster', 'both', 'recorded'] as const;

const NAMES: Readonly<Record<(typeof LANE_CHOICES)[number], readonly LaneName[]>> = {
  engine: ['engine'],
  cluster: ['cluster'],
  both: ['engine', 'cluster'],
  recorded: ['engine', 'recorded'],
};

/** The lanes that `--lane NAME` stands for. Throws `InputError` for an unknown name. */
export function createLaneSet(options: LaneSetOptions): LaneSet {
  const lane = LANE_CHOICES.find((name) => name === options.lane);
  if (lane === undefined) {
    const meant = didYouMean(options.lane, LANE_CHOICES);
    throw new InputError({
      code: 'unknown-lane',
      message: `there is no lane \`${options.lane}\``,
      hint: meant === undefined ? `lanes are ${LANE_CHOICES.join(', ')}` : `did you mean \`${meant}\`?`,
    });
  }
  if (options.record && lane !== 'cluster' && lane !== 'both') {
    throw new InputError({
      code: 'bad-option',
      message: `--record keeps what a cluster answers, and the lane is ${lane}`,
      hint: 'add --lane cluster or --lane both',
    });
  }
  if (lane === 'engine') return openedLanes([createEngineLane(options)]);
  if (lane === 'recorded') return recordedLanes(options);
  return clusterLanes(options, lane === 'both');
}

function recordedLanes(options: LaneSetOptions): LaneSet {
  return {
    names: NAMES.recorded,
    open: async () => {
      const recording = readRecordings(options.recordings);
      const { settings, kubernetes, kyverno } = recording.header;
      const facts = { kubernetes, kyverno, otherVersion: isOtherVersion({ kubernetes, kyverno }) };
      const engine = engineBesideCluster(options, settings);
      const recorded = createRecordedLane(recording);
      const differences = differencesWith(options, engine, settings, facts, recorded.liveData);
      return { lanes: [engine, recorded], facts, differences };
    },
    retries: () => 0,
    close: async () => {},
  };
}

function clusterLanes(options: LaneSetOptions, both: boolean): LaneSet {
  let cluster: OpenCluster | undefined;
  let source: ClusterSource | undefined;
  let closing: Promise<void> | undefined;
  let stopped = false;

  const open = async (planned: readonly PlannedRequest[]): Promise<OpenLanes> => {
    source = await options.cluster();
    const opened = await openCluster({ ...options, now: options.clock.now, choice: source.choice });
    cluster = opened;
    if (stopped) throw stoppedError();
    const { settings, versions } = opened.facts;
    const facts: LaneFacts = { ...versions, otherVersion: isOtherVersion(versions) };
    const engine = both ? engineBesideCluster(options, settings) : undefined;
    const observer = observe(opened, engine, options.record);
    await opened.lane.prepare(planned, observer.told);
    if (options.record) await record(planned, opened, observer.liveData);
    const lanes: readonly Lane[] = engine === undefined ? [opened.lane] : [engine, opened.lane];
    if (engine === undefined) return { lanes, facts };
    return { lanes, facts, differences: differencesWith(options, engine, settings, facts, observer.liveData) };
  };

  const record = async (planned: readonly PlannedRequest[], opened: OpenCluster, live: LiveData): Promise<void> => {
    const observed: Observed[] = [];
    for (const one of planned) {
      const answer = await opened.lane.ask(one.premise, one.request);
      observed.push({ ...one, answer, live: live(one.premise, one.request) });
    }
    const header = { ...opened.facts.versions, settings: opened.facts.settings };
    const paths = writeRecordings(options.recordings, header, observed, options.partial());
    options.say(`cluster: recorded ${paths.length === 0 ? 'nothing' : paths.join(', ')}`);
  };

  const closeAll = async (): Promise<void> => {
    stopped = true;
    cluster?.lane.stop(stoppedError());
    try {
      await cluster?.[Symbol.asyncDispose]();
    } finally {
      await source?.[Symbol.asyncDispose]();
    }
  };

  return {
    names: both ? NAMES.both : NAMES.cluster,
    open,
    retries: () => cluster?.retries() ?? 0,
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** The engine with the settings of a cluster; a scenario that states Kyverno's configuration itself is judged with that. */
function engineBesideCluster(options: LaneSetOptions, settings: ClusterSettings): Lane {
  const asCluster = createEngineLane({ ...options, settings });
  const kyverno = { ...settings.kyverno, config: DEFAULT_SETTINGS.kyverno.config };
  const asStated = createEngineLane({ ...options, settings: { ...settings, kyverno } });
  return {
    name: 'engine',
    ask: (premise, request) => (premise.objects.some(isKyvernoConfigMap) ? asStated : asCluster).ask(premise, request),
    [Symbol.asyncDispose]: async () => {},
  };
}

function stoppedError(): ClusterTroubleError {
  return new ClusterTroubleError('missing', 'the run was stopped');
}

type LiveData = (premise: Premise, request: ClientRequest) => readonly JsonObject[] | undefined;

/** Looks at the cluster's data while a premise holds, where the lanes differ or a recording is made. */
function observe(cluster: OpenCluster, engine: Lane | undefined, always: boolean) {
  const keys = createKeys();
  const ofPremise = new Map<string, Promise<readonly JsonObject[]>>();
  const data = new Map<string, readonly JsonObject[]>();
  const keyOf = (premise: Premise, request: ClientRequest): string =>
    `${keys.premise(premise)}\n${requestKey(request)}`;
  const differs = async (premise: Premise, request: ClientRequest, answer: LaneAnswer): Promise<boolean> => {
    if (engine === undefined || answer.allowed === null) return false;
    try {
      return compareAnswers(await engine.ask(premise, request), answer).length > 0;
    } catch {
      // What the engine cannot take is told when the scenario is run.
      return false;
    }
  };
  return {
    told: async (premise: Premise, request: ClientRequest, answer: LaneAnswer): Promise<void> => {
      if (!always && !(await differs(premise, request, answer))) return;
      const key = keys.premise(premise);
      const reading = ofPremise.get(key) ?? readLiveData(cluster.client, premise.policies);
      ofPremise.set(key, reading);
      try {
        const objects = await reading;
        if (objects.length > 0) data.set(keyOf(premise, request), objects);
      } catch (error) {
        // Without the cluster's data the difference has one explanation less.
        if (!(error instanceof ClusterTroubleError)) throw error;
      }
    },
    liveData: ((premise, request) => data.get(keyOf(premise, request))) satisfies LiveData,
  };
}

/** A denied answer with the object that would have been stored, which is what a cluster shows of it. */
async function withStoredObject(
  engine: Lane,
  bare: Premise,
  request: ClientRequest,
  answer: LaneAnswer,
): Promise<LaneAnswer> {
  const { judged: _judged, ...rest } = answer;
  const { object } = await engine.ask(bare, request);
  return object === undefined ? rest : { ...rest, judged: object };
}

function differencesWith(
  options: LaneSetOptions,
  engineLane: Lane,
  settings: ClusterSettings,
  { otherVersion }: LaneFacts,
  liveData: LiveData,
): NonNullable<OpenLanes['differences']> {
  const bare = withoutValidation();
  return async (premise, request, answers): Promise<readonly ExplainedDifference[]> => {
    const engine = answers.find(({ lane }) => lane === 'engine');
    const other = answers.find(({ lane }) => lane !== 'engine');
    if (engine === undefined || other === undefined) return [];
    const asked =
      other.judged === undefined || other.allowed
        ? engine
        : await withStoredObject(engineLane, bare(premise), request, engine);
    const found = compareAnswers(asked, other);
    if (found.length === 0) return [];
    const live = liveData(premise, request);
    const evidence = {
      settings,
      otherVersion,
      ...(other.judged === undefined ? {} : { judged: other.judged }),
      ...(live === undefined ? {} : { objects: withLiveData(premise.objects, live) }),
    };
    const cause = await explainDifference(premise, request, { engine, cluster: other }, evidence, options);
    return found.map((difference) => ({ ...difference, cause }));
  };
}
