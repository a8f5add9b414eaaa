import { join, relative } from 'node:path';
import { parseSettings } from '../../admission/settings-file.ts';
import { findFeatures } from '../../harness/find-features.ts';
import { readText } from '../../harness/read-text.ts';
import { ClusterTroubleError, troubleText } from '../../lanes/cluster/trouble.ts';
import { createLaneSet } from '../../lanes/create-lane-set.ts';
import type { LaneSet } from '../../lanes/lane-set.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../../model/settings.ts';
import { readPolicies } from '../../policy/index.ts';
import { EXIT, EXIT_CODE_HELP, exitCodeOf, worstExitCode } from '../../report/exit-code.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { markdownSummary, troubleSummary } from '../../report/markdown.ts';
import type { RunResult } from '../../report/result.ts';
import { styleFor, wantsColours } from '../../report/style.ts';
import { summaryText } from '../../report/summary.ts';
import { clusterSource } from '../cluster-source.ts';
import type { Command, Io } from '../command.ts';
import { onInterrupt } from '../interrupt.ts';
import { parseOptions } from '../options.ts';
import { type ReportFiles, reportFiles, writeText } from '../report-files.ts';
import { runId } from '../run-id.ts';
import { readSettings, type SettingValues } from '../settings.ts';
import { appendSummary } from '../summary-file.ts';
import { version } from '../version.ts';

const OPTIONS = {
  lane: { type: 'string' },
  tags: { type: 'string', short: 't' },
  name: { type: 'string', short: 'n', multiple: true },
  policies: { type: 'string' },
  config: { type: 'string' },
  reports: { type: 'string' },
  'no-reports': { type: 'boolean' },
  json: { type: 'string' },
  summary: { type: 'string' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  cluster: { type: 'string' },
  'k3s-image': { type: 'string' },
  'kyverno-manifest': { type: 'string' },
  images: { type: 'string' },
  registry: { type: 'string' },
  reuse: { type: 'boolean' },
  record: { type: 'boolean' },
  recording: { type: 'string' },
} as const;

const USAGE = `Usage: kyverdict run [FEATURES...] [OPTIONS]

Runs features: files, folders, or FILE:LINE for single scenarios; without any, the folder features/.
Policies come from policies/ beside it, manifests and cluster states from cases/. No step code is needed:
features/README.md lists the steps.

Options:
  --lane LANE        who answers (default: engine)
                       engine    the embedded engine
                       cluster   a real cluster with a real Kyverno
                       both      both; every difference is told with its cause and fails the run
                       recorded  the engine, compared with what a cluster answered when it was recorded
  -t, --tags EXPR    only scenarios with these tags, e.g. '@guide-gap and not @slow'
  -n, --name REGEXP  only scenarios whose name matches; may be repeated
  --policies DIR     the policies folder, counted from the project (default: policies)
  --config FILE      how the cluster of the engine lane is set up: Kyverno's ConfigMap, admission plugins
  --reports DIR      where reports go (default: reports/ in the project)
  --no-reports       write no reports
  --json FILE        also write one JSON line per scenario and lane
  --summary FILE     also write a Markdown summary (on GitHub it goes to the job's summary by itself)

A cluster that exists; both must be named, and Kyverno must run there:
  --kubeconfig FILE  its kubeconfig
  --context NAME     the context in it

A cluster of our own, k3s in a container, when none is named:
  --cluster NAME     one of the pinned versions (\`kyverdict cluster --help\` lists them)
  --k3s-image IMAGE, --kyverno-manifest FILE|URL
                     instead of the pinned ones
  --images DIR       image tarballs to import; then nothing is pulled inside
  --registry PREFIX  put before image names
  --reuse            leave it running for later runs (\`kyverdict cluster down\` removes it)

Recordings:
  --record           keep what the cluster answers
  --recording DIR    where recordings are (default: cases/recordings)

Each setting but --name can also be given by the environment (KYVERDICT_K3S_IMAGE and so on) and by the file
kyverdict.yaml beside features/, under the same name; the flag wins over the environment, that over the file.

Examples:
  kyverdict run
  kyverdict run features/disallow-host-ports.feature:10
  kyverdict run --tags @guide-gap
  kyverdict run --lane both --kubeconfig ~/.kube/config --context kind-test

${EXIT_CODE_HELP}
`;

/** `kyverdict run`: runs features. */
export const runCommand: Command = {
  name: 'run',
  summary: 'run features against policies',
  usage: USAGE,
  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = parseOptions(args, OPTIONS);
    const features = findFeatures(positionals, io.cwd);
    const { name: names = [], ...flags } = values;
    const settings = readSettings({ flags, env: io.env, cwd: io.cwd, root: features.root });
    const say = (text: string): void => void io.stderr.write(`${text}\n`);
    const partial = features.partial || (settings.tags ?? '') !== '' || names.length > 0;
    const lanes = lanesOf(settings, { root: features.root, cwd: io.cwd }, partial, say);
    const folder = settings.reports ?? join(features.root, 'reports');
    const reports = settings['no-reports'] ? undefined : reportFiles(folder);
    const { runFeatures } = await import('../../harness/run-features.ts');
    using _signals = onInterrupt(() => lanes.close(), say);
    let run: RunResult;
    let left: ClusterTroubleError | undefined;
    try {
      run = await runFeatures({
        features,
        lanes,
        readPolicies,
        policies: settings.policies ?? 'policies',
        tags: settings.tags ?? '',
        names,
        formats: reports?.formats ?? {},
        formatOptions: reports?.formatOptions ?? {},
        onMessage: reports?.onMessage ?? (() => undefined),
        env: io.env,
        stderr: io.stderr,
        version: version(),
        now: io.now,
        today: new Date().toISOString().slice(0, 10),
      });
    } catch (error) {
      if (!(error instanceof ClusterTroubleError)) throw error;
      await closeQuietly(lanes);
      say(`error: ${troubleText(error)}`);
      appendSummary(settings.summary, troubleSummary(troubleText(error)), io.env);
      return EXIT.noAnswer;
    } finally {
      left = await closeQuietly(lanes);
    }
    await writeReports(run, settings, reports, io);
    if (left !== undefined) {
      say(`error: not everything could be removed: ${troubleText(left)}`);
      say('`kyverdict cluster clean` removes the rest when the cluster answers again');
    }
    return worstExitCode([exitCodeOf(run), ...(left === undefined ? [] : [EXIT.noAnswer])]);
  },
};

function lanesOf(
  settings: SettingValues,
  { root, cwd }: { readonly root: string; readonly cwd: string },
  partial: boolean,
  say: (text: string) => void,
): LaneSet {
  return createLaneSet({
    lane: settings.lane ?? 'engine',
    settings: settings.config === undefined ? DEFAULT_SETTINGS : readConfig(settings.config, cwd),
    clock: { now: () => Date.now() },
    random: { next: () => Math.random() },
    cluster: (signal) => clusterSource(settings, say, signal),
    recordings: settings.recording ?? join(root, 'cases/recordings'),
    record: settings.record,
    partial: () => partial,
    say,
    runId: runId(),
  });
}

async function closeQuietly(lanes: LaneSet): Promise<ClusterTroubleError | undefined> {
  try {
    await lanes.close();
    return undefined;
  } catch (error) {
    if (error instanceof ClusterTroubleError) return error;
    throw error;
  }
}

async function writeReports(
  run: RunResult,
  settings: SettingValues,
  reports: ReportFiles | undefined,
  io: Io,
): Promise<void> {
  await reports?.close(run);
  if (settings.json !== undefined) writeText(settings.json, jsonLines(run));
  appendSummary(settings.summary, markdownSummary(run), io.env);
  const style = styleFor(wantsColours(io.stdout.isTTY === true, io.env), io.stdout.columns);
  io.stdout.write(summaryText(run, style));
  if (reports !== undefined && run.scenarios.length > 0) io.stdout.write(style.dim(`${reports.summary(io.cwd)}\n`));
}

function readConfig(path: string, cwd: string): ClusterSettings {
  const named = relative(cwd, path);
  return parseSettings(readText(path, named), named);
}
