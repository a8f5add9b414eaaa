import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseSettings } from '../../admission/settings-file.ts';
import { findFeatures } from '../../harness/find-features.ts';
import { InputError } from '../../model/failure.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../../model/settings.ts';
import { parsePolicies } from '../../policy/index.ts';
import { EXIT_CODE_HELP, exitCodeOf } from '../../report/exit-code.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { styleFor, wantsColours } from '../../report/style.ts';
import { summaryText } from '../../report/summary.ts';
import type { Command, Io } from '../command.ts';
import { createLanes } from '../lanes.ts';
import { parseOptions } from '../options.ts';
import { reportFiles, writeText } from '../report-files.ts';
import { version } from '../version.ts';

const OPTIONS = {
  lane: { type: 'string' },
  tags: { type: 'string', short: 't', default: '' },
  name: { type: 'string', short: 'n', multiple: true },
  policies: { type: 'string', default: 'policies' },
  config: { type: 'string' },
  reports: { type: 'string' },
  'no-reports': { type: 'boolean' },
  json: { type: 'string' },
} as const;

const USAGE = `Usage: kyverdict run [FEATURES...] [OPTIONS]

Runs features: files, folders, or FILE:LINE for single scenarios; without any, the folder features/.
Policies come from policies/ beside it, manifests and cluster states from cases/. No step code is needed:
features/README.md lists the steps.

Options:
  --lane LANE        who answers: engine (the embedded engine, the default)
  -t, --tags EXPR    only scenarios with these tags, e.g. '@guide-gap and not @slow'
  -n, --name REGEXP  only scenarios whose name matches; may be repeated
  --policies DIR     the policies folder, counted from the project (default: policies)
  --config FILE      how the cluster is set up: Kyverno's ConfigMap, admission plugins
  --reports DIR      where reports go (default: reports/ in the project)
  --no-reports       write no reports
  --json FILE        also write one JSON line per scenario and lane

Examples:
  kyverdict run
  kyverdict run features/disallow-host-ports.feature:12
  kyverdict run --tags @guide-gap

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
    const settings = values.config === undefined ? DEFAULT_SETTINGS : readSettings(values.config, io.cwd);
    const lanes = createLanes(values.lane ?? 'engine', settings);
    const folder = resolve(values.reports === undefined ? features.root : io.cwd, values.reports ?? 'reports');
    const reports = values['no-reports'] === true ? undefined : reportFiles(folder);
    const { runFeatures } = await import('../../harness/run-features.ts');
    const run = await runFeatures({
      features,
      lanes,
      readPolicies: parsePolicies,
      policies: values.policies,
      tags: values.tags,
      names: values.name ?? [],
      formats: reports?.formats ?? {},
      formatOptions: reports?.formatOptions ?? {},
      onMessage: reports?.onMessage ?? (() => undefined),
      env: io.env,
      stderr: io.stderr,
      version: version(),
      now: io.now,
    });
    for (const lane of lanes) await lane[Symbol.asyncDispose]();
    await reports?.close();
    if (values.json !== undefined) writeText(resolve(io.cwd, values.json), jsonLines(run));
    const style = styleFor(wantsColours(io.stdout.isTTY === true, io.env));
    io.stdout.write(summaryText(run, style));
    if (reports !== undefined && run.scenarios.length > 0) io.stdout.write(style.dim(`${reports.summary(io.cwd)}\n`));
    return exitCodeOf(run);
  },
};

function readSettings(path: string, cwd: string): ClusterSettings {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), 'utf8');
  } catch {
    throw new InputError({ code: 'unknown-file', message: `--config: there is no file \`${path}\`` });
  }
  return parseSettings(text, path);
}
