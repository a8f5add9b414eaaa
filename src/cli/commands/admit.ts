import { resolve } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { unanswered } from '../../admission/admission.ts';
import { answerLine } from '../../admission/answer-line.ts';
import { type Admission, createAdmission, type World } from '../../admission/index.ts';
import { parseRequestLine } from '../../admission/request-line.ts';
import { parseSettings } from '../../admission/settings-file.ts';
import { notBuilt, notValidated } from '../../apiserver/index.ts';
import { readObjects } from '../../harness/project-files.ts';
import { readText } from '../../harness/read-text.ts';
import { formatFailure, InputError } from '../../model/failure.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../../model/settings.ts';
import { EXIT, EXIT_CODE_HELP, type ExitCode, worstExitCode } from '../../report/exit-code.ts';
import type { Command, Io } from '../command.ts';
import { parseOptions } from '../options.ts';
import { readFiles, readPolicyFiles } from '../read-files.ts';

const OPTIONS = {
  policies: { type: 'string', multiple: true },
  cluster: { type: 'string', multiple: true },
  config: { type: 'string' },
  requests: { type: 'string' },
} as const;

const USAGE = `Usage: kyverdict admit --requests FILE|- [OPTIONS]

Answers admission requests as an API server with Kyverno would: JSON Lines in, one JSON answer a line out.
A request has \`operation\` and any of id, namespace, name, resource, subresource, object, oldObject,
patch {type, body}, options, fieldValidation, dryRun, userInfo {username, uid, groups, extra}.
Lines do not see each other's effects. A line without an answer has \`allowed: null\` and \`error\`.

Options:
  --requests FILE      the requests; - reads standard input
  --policies PATH...   policy files and folders (default: none, the API server alone)
  --cluster FILE...    YAML objects that exist, beside those of a fresh cluster
  --config FILE        how the cluster is set up: Kyverno's ConfigMap, admission plugins

Example:
  kyverdict admit --policies policies/ --requests requests.jsonl

What an API server does and this one does not:
${Object.entries(notBuilt)
  .map(([name, text]) => `  ${name}: ${text}`)
  .join('\n')}

Kinds that it validates in part only, so that it may let through what an API server refuses:
${kindsByText(notValidated)
  .map(([text, kinds]) => `  ${text}:\n    ${kinds.join(', ')}`)
  .join('\n')}

${EXIT_CODE_HELP}
`;

/** `kyverdict admit`: answers admission requests, one JSON line each. */
export const admitCommand: Command = {
  name: 'admit',
  summary: 'answer admission requests, one JSON line each',
  usage: USAGE,
  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = parseOptions(repeatFlags(args, ['--policies', '--cluster']), OPTIONS);
    if (positionals.length > 0) {
      const message = `unexpected argument \`${positionals[0]}\``;
      throw new InputError({ code: 'unexpected-argument', message, hint: 'give requests with --requests FILE' });
    }
    if (values.requests === undefined) {
      throw new InputError({ code: 'missing-option', message: '--requests is missing', hint: '--requests FILE, or -' });
    }
    const fromStdin = values.requests === '-';
    const policies = readPolicyFiles(values.policies ?? [], io.cwd);
    const objects = readFiles(values.cluster ?? [], io.cwd, readObjects);
    const world: World = {
      policies: policies.found,
      objects: objects.found.map(({ value }) => value),
      settings: values.config === undefined ? DEFAULT_SETTINGS : readSettings(values.config, io.cwd),
      clock: { now: io.now },
      random: { next: () => Math.random() },
    };
    const source = fromStdin ? await readStream(io.stdin) : readText(resolve(io.cwd, values.requests), values.requests);
    const failures = [...policies.failures, ...objects.failures];
    io.stderr.write(failures.map((failure) => `error: ${formatFailure(failure)}\n`).join(''));
    if (failures.length > 0) io.stderr.write('The answers are those of a cluster without them.\n');
    const { lines, exitCode } = admitLines(world, source, fromStdin ? '<stdin>' : values.requests);
    io.stdout.write(lines.map((line) => `${line}\n`).join(''));
    return failures.length > 0 ? EXIT.badInput : exitCode;
  },
};

/** What `kyverdict admit` prints and how it ends. */
export interface AdmitResult {
  readonly lines: readonly string[];
  /** 0 all answered, 3 some line was faulty, 4 there was no line, 5 some line could not be answered. */
  readonly exitCode: ExitCode;
}

/**
 * Answers requests line by line. Empty lines do not count. A line that cannot be answered has `allowed: null` and
 * `error`; the others still run. Throws `InputError` for the world alone, e.g. a policy that Kyverno would refuse.
 */
export function admitLines(world: World, requests: string, file: string): AdmitResult {
  const admission = createAdmission({ ...world, explain: true });
  const outcomes = requests
    .split('\n')
    .flatMap((source, index) => (source.trim() === '' ? [] : [admitLine(admission, source, file, index + 1)]));
  const codes = outcomes.length === 0 ? [EXIT.nothingTested] : outcomes.map(({ exitCode }) => exitCode);
  return { lines: outcomes.map(({ line }) => line), exitCode: worstExitCode(codes) };
}

function admitLine(
  admission: Admission,
  source: string,
  file: string,
  line: number,
): { readonly line: string; readonly exitCode: ExitCode } {
  const parsed = parseRequestLine(source, file, line);
  if (!parsed.ok) return { line: answerLine(unanswered(parsed, parsed.error.message)), exitCode: EXIT.badInput };
  const { answer, hint, problem } = admission(parsed.request);
  if (problem === undefined) return { line: answerLine(answer, hint), exitCode: EXIT.asExpected };
  if (problem !== 'input') return { line: answerLine(answer), exitCode: EXIT.noAnswer };
  return { line: answerLine({ ...answer, error: `${file}:${line}: ${answer.error}` }), exitCode: EXIT.badInput };
}

/** `--flag A B C` as `--flag A --flag B --flag C`. */
function repeatFlags(args: readonly string[], flags: readonly string[]): readonly string[] {
  let flag: string | undefined;
  let first = true;
  return args.flatMap((arg) => {
    if (arg.startsWith('-') && arg !== '-') {
      flag = flags.includes(arg) ? arg : undefined;
      first = true;
      return [arg];
    }
    const repeated = flag === undefined || first ? [arg] : [flag, arg];
    first = false;
    return repeated;
  });
}

function readSettings(path: string, cwd: string): ClusterSettings {
  return parseSettings(readText(resolve(cwd, path), path), path);
}

/** Each text once, with the kinds it is said of, without their groups: `Job/status`. */
function kindsByText(texts: Readonly<Record<string, string>>): readonly (readonly [string, readonly string[]])[] {
  const kinds = Object.entries(texts).map(([name, text]) => ({ kind: name.replace(/\.[^/]*/, ''), text }));
  return [...Map.groupBy(kinds, ({ text }) => text)].map(([text, all]) => [text, all.map(({ kind }) => kind)]);
}
