import type { Clock, RandomSource } from '../model/environment.ts';
import { didYouMean, InputError } from '../model/failure.ts';
import type { Lane, LaneName } from '../model/lane.ts';
import type { ClusterSettings } from '../model/settings.ts';
import type { LaneFacts } from '../report/result.ts';
import type { ClusterChoice } from './cluster/connection.ts';
import { type OpenCluster, openCluster } from './cluster/open.ts';
import { isOtherVersion } from './cluster/read-settings.ts';
import type { PlannedRequest } from './cluster/schedule.ts';
import { ClusterTroubleError } from './cluster/trouble.ts';
import { engineBesideCluster } from './engine-beside-cluster.ts';
import { createEngineLane } from './engine-lane.ts';
import { createExplain, type ExplainOptions } from './explain.ts';
import { type LaneSet, type OpenLanes, openedLanes } from './lane-set.ts';
import type { Observed } from './recorded/make-recording.ts';
import { createRecordedLane } from './recorded/recorded-lane.ts';
import { readRecordings, writeRecordings } from './recorded/recordings.ts';
import { type ClusterWatch, watchCluster } from './watch-cluster.ts';

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
  /** Gives the cluster; called once, when it is needed. `signal` stops that, and what was made for it is removed. */
  readonly cluster: (signal: AbortSignal) => Promise<ClusterSource>;
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

const SHOWN = 10;

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
    open: async (planned) => {
      const suite = readRecordings(options.recordings);
      const { settings, kubernetes, kyverno } = suite.cluster;
      const facts = { kubernetes, kyverno, otherVersion: isOtherVersion({ kubernetes, kyverno }) };
      const engine = engineBesideCluster(options, settings);
      const recorded = createRecordedLane(suite, planned);
      if (!options.partial()) sayUnasked(options, recorded.unasked);
      const { liveData } = recorded;
      const differences = createDifferences({
        ...options,
        engine,
        settings,
        otherVersion: facts.otherVersion,
        liveData,
      });
      return { lanes: [engine, recorded], facts, differences };
    },
    retries: () => 0,
    close: async () => {},
  };
}

function clusterLanes(options: LaneSetOptions, both: boolean): LaneSet {
  let retries = (): number => 0;
  let source: Promise<ClusterSource> | undefined;
  let opening: Promise<OpenCluster> | undefined;
  let closing: Promise<void> | undefined;
  const stopping = new AbortController();

  const open = async (planned: readonly PlannedRequest[]): Promise<OpenLanes> => {
    source = options.cluster(stopping.signal);
    const { choice } = await source;
    opening = openCluster({ ...options, now: options.clock.now, choice, signal: stopping.signal });
    const opened = await opening;
    stopping.signal.throwIfAborted();
    retries = opened.retries;
    const { settings, versions } = opened.facts;
    const facts: LaneFacts = { ...versions, otherVersion: isOtherVersion(versions) };
    const engine = both ? engineBesideCluster(options, settings) : undefined;
    const { told, liveData } = watchCluster(opened.client, engine, options.record);
    await opened.lane.prepare(planned, told);
    if (options.record) await record(planned, opened, liveData);
    const lanes: readonly Lane[] = engine === undefined ? [opened.lane] : [engine, opened.lane];
    if (engine === undefined) return { lanes, facts };
    const differences = createDifferences({ ...options, engine, settings, otherVersion: facts.otherVersion, liveData });
    return { lanes, facts, differences };
  };

  const record = async (
    planned: readonly PlannedRequest[],
    opened: OpenCluster,
    liveData: ClusterWatch['liveData'],
  ): Promise<void> => {
    const observed: Observed[] = [];
    for (const one of planned) {
      const answer = await opened.lane.ask(one.premise, one.request);
      observed.push({ ...one, answer, live: liveData(one.premise, one.request) });
    }
    const { versions, settings } = opened.facts;
    const { paths, unanswered } = writeRecordings(
      options.recordings,
      { ...versions, settings },
      observed,
      options.partial(),
    );
    const missing = unanswered === 0 ? '' : `; ${unanswered} requests without an answer are not in it`;
    options.say(`cluster: recorded ${observed.length - unanswered} answers in ${paths.length} files${missing}`);
  };

  const closeAll = async (): Promise<void> => {
    stopping.abort(stoppedError());
    try {
      const cluster = await opening?.catch(() => undefined);
      cluster?.lane.stop(stoppedError());
      await cluster?.[Symbol.asyncDispose]();
    } finally {
      // A start that failed has removed what it made.
      const opened = await source?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    }
  };

  return {
    names: both ? NAMES.both : NAMES.cluster,
    open,
    retries: () => retries(),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

function createDifferences(options: ExplainOptions): NonNullable<OpenLanes['differences']> {
  const explain = createExplain(options);
  return async (premise, request, answers) => {
    const engine = answers.find(({ lane }) => lane === 'engine');
    const cluster = answers.find(({ lane }) => lane !== 'engine');
    return engine === undefined || cluster === undefined ? [] : explain(premise, request, { engine, cluster });
  };
}

function sayUnasked({ say, recordings }: LaneSetOptions, unasked: readonly string[]): void {
  if (unasked.length === 0) return;
  say(
    `recording: no scenario asks any more for ${unasked.length} of the answers in ${recordings}; record again with --record:`,
  );
  for (const text of unasked.slice(0, SHOWN)) say(`  ${text}`);
  if (unasked.length > SHOWN) say(`  … and ${unasked.length - SHOWN} more`);
}

function stoppedError(): ClusterTroubleError {
  return new ClusterTroubleError('missing', 'the run was stopped');
}
