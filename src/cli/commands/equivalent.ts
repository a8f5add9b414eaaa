import { relative, resolve } from 'node:path';
import { parseSettings } from '../../admission/settings-file.ts';
import { compareSets, type Mode } from '../../equivalent/compare-sets.ts';
import { type ReadSet, readPolicySet } from '../../equivalent/read-set.ts';
import { featureText } from '../../equivalent/report/feature.ts';
import { jsonReport } from '../../equivalent/report/json.ts';
import { type Compared, textReport } from '../../equivalent/report/text.ts';
import { filesBelow } from '../../harness/files-below.ts';
import { isFolder, readObjects } from '../../harness/project-files.ts';
import { readText } from '../../harness/read-text.ts';
import { didYouMean, InputError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import { EXIT, type ExitCode } from '../../report/exit-code.ts';
import { styleFor, wantsColours } from '../../report/style.ts';
import type { Command, Io } from '../command.ts';
import { parseOptions } from '../options.ts';
import { fromHere } from '../paths.ts';
import { readFiles } from '../read-files.ts';
import { writeText } from '../report-files.ts';

const OPTIONS = {
  resources: { type: 'string', multiple: true },
  cluster: { type: 'string', multiple: true },
  config: { type: 'string' },
  mode: { type: 'string', default: 'admission' },
  budget: { type: 'string', default: '10' },
  requests: { type: 'string' },
  seed: { type: 'string', default: '1' },
  messages: { type: 'boolean', default: false },
  verdicts: { type: 'boolean', default: false },
  feature: { type: 'string' },
  json: { type: 'string' },
} as const;

const USAGE = `Usage: kyverdict equivalent OLD NEW [OPTIONS]

Do two policy sets judge alike? OLD and NEW are policy files or folders, of any kinds that validate. Both are asked
the same requests, each as a whole: those about given resources, and those derived from what the policies look at
(fields, literals, patterns, operators, kinds, namespaces, operations). Each request on which they differ is shrunk to
the smallest object that still differs.

Options:
  --resources PATH   objects to ask about as well: a file or folder; may be repeated
  --cluster PATH     objects that exist, beside those of a fresh cluster; may be repeated
  --config FILE      how the cluster is set up: Kyverno's ConfigMap, admission plugins
  --mode MODE        who judges (default: admission)
                       admission  a cluster: API server, then Kyverno; what the API server refuses is left out
                       cli        \`kyverno test\`: the bare object
  --budget SECONDS   how long to look at most (default: 10)
  --requests N       how many requests to judge at most
  --seed N           another seed, other chance combinations (default: 1)
  --messages         texts count as well
  --verdicts         only what is refused or reported as wrong counts, not pass against skip or silence
  --feature FILE     write each difference as scenarios, one for each set
  --json FILE        write the report as JSON; - writes it to standard output instead of the text

A time limit cuts the same sequence of requests at another place on another machine; --requests does not.

Example:
  kyverdict equivalent policies/old.yaml policies/new.yaml --feature features/differences.feature

Exit codes:
  0  alike, as far as was tried: every rule of both sets was seen to fail and to pass
  1  they differ
  3  bad input
  4  no difference, but some rule was never seen to fail or never to pass
  5  no difference, but something is not supported
`;

/** `kyverdict equivalent`: do two policy sets judge alike? */
export const equivalentCommand: Command = {
  name: 'equivalent',
  summary: 'ask whether two policy sets judge alike',
  usage: USAGE,
  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = parseOptions(args, OPTIONS);
    const [oldPath, newPath, unexpected] = positionals;
    if (oldPath === undefined || newPath === undefined || unexpected !== undefined) {
      const message = unexpected === undefined ? 'two policy sets are needed' : `unexpected argument \`${unexpected}\``;
      throw new InputError({ code: 'two-sets', message, hint: 'kyverdict equivalent OLD NEW' });
    }
    const mode = modeOf(values.mode);
    if (mode === 'cli' && values.feature !== undefined) {
      const message = '--feature needs --mode admission';
      throw new InputError({ code: 'no-feature', message, hint: 'features ask a cluster; leave one of the two out' });
    }
    const old = readSet(oldPath, io);
    const other = readSet(newPath, io);
    const result = compareSets(old, other, {
      mode,
      budget: {
        milliseconds: numberOf('budget', values.budget) * 1000,
        requests: values.requests === undefined ? Number.POSITIVE_INFINITY : numberOf('requests', values.requests),
        seed: numberOf('seed', values.seed),
        now: io.now,
      },
      comparison: { messages: values.messages, verdictsOnly: values.verdicts },
      resources: objectsOf(values.resources ?? [], io),
      cluster: objectsOf(values.cluster ?? [], io),
      settings: values.config === undefined ? DEFAULT_SETTINGS : settingsOf(values.config, io),
      clock: io.now(),
    });
    const compared: Compared = { old, new: other, result };
    if (values.feature !== undefined) writeFeature(resolve(io.cwd, values.feature), compared, io);
    const style = styleFor(wantsColours(io.stdout.isTTY === true, io.env));
    if (values.json !== '-') io.stdout.write(textReport(compared, style));
    if (values.json === '-') io.stdout.write(jsonReport(compared));
    else if (values.json !== undefined) writeText(resolve(io.cwd, values.json), jsonReport(compared));
    return exitCodeOf(compared);
  },
};

function exitCodeOf({ result }: Compared): ExitCode {
  const { findings, judged, unexercised, unsupported, rules } = result;
  if (findings.length > 0) return EXIT.notAsExpected;
  if (unsupported.size > 0) return EXIT.noAnswer;
  if (judged === 0 || unexercised.length > 0 || rules.old === 0 || rules.new === 0) return EXIT.nothingTested;
  return EXIT.asExpected;
}

function modeOf(word: string): Mode {
  if (word === 'admission' || word === 'cli') return word;
  const meant = didYouMean(word, ['admission', 'cli']);
  const hint = meant === undefined ? 'write `admission` or `cli`' : `did you mean \`${meant}\`?`;
  throw new InputError({ code: 'unknown-mode', message: `unknown mode \`${word}\``, hint });
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InputError({ code: 'bad-number', message: `--${option} needs a number, not \`${text}\`` });
}

function readSet(path: string, io: Io): ReadSet {
  const here = fromHere(path, io);
  const inFolder = isFolder(here);
  const files = inFolder
    ? filesBelow(here, '.')
        .filter((file) => !file.split('/').some((part) => part.startsWith('.')))
        .map((file) => (here === '.' ? file : `${here}/${file}`))
    : [here];
  const set = readPolicySet(
    path,
    files.map((file) => ({ file, text: readText(file, file), inFolder })),
  );
  if (set.policies.length > 0) return set;
  throw new InputError({ code: 'no-policies', message: `there is no policy that judges in \`${path}\`` });
}

function objectsOf(paths: readonly string[], io: Io): readonly JsonObject[] {
  const { found, failures } = readFiles(paths, io.cwd, readObjects);
  if (failures.length > 0) throw new InputError(...failures);
  return found.map(({ value }) => value);
}

function settingsOf(path: string, io: Io): ReturnType<typeof parseSettings> {
  return parseSettings(readText(resolve(io.cwd, path), path), path);
}

/** Policies are named from the folder that holds the features, where the feature is in one. */
function writeFeature(file: string, compared: Compared, io: Io): void {
  const parts = file.split('/');
  const at = parts.lastIndexOf('features');
  const root = at < 1 ? io.cwd : parts.slice(0, at).join('/');
  writeText(
    file,
    featureText(compared, (path) => relative(root, resolve(path))),
  );
}
