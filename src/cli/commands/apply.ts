import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { durationText, parseDuration } from '../../language/duration.ts';
import { didYouMean, InputError, NotSupportedError } from '../../model/failure.ts';
import { type ApplyOptions, applyCommand as runApplyCommand } from '../../testrunner/apply/command.ts';
import { realFiles } from '../../testrunner/file-system.ts';
import type { Command, Io } from '../command.ts';
import { fetchTexts } from '../fetch-texts.ts';
import { parseOptions, type Values } from '../options.ts';
import { fromHere } from '../paths.ts';

const USAGE = `Usage: kyverdict apply POLICY... --resource PATH... [options]

Applies policies to resources as \`kyverno apply\` does, without a cluster. POLICY and PATH are files, folders, http(s)
addresses of single files, or - for standard input.

Options:
  -r, --resource PATH            resources; may be repeated or hold several paths with commas (also --resources)
      --json FILE                JSON or YAML documents for policies in JSON mode, in place of resources
      --target-resource PATH     objects that mutate-existing rules may change (also --target-resources)
      --parameter-resource PATH  further objects that calls to the API server find
      --crd-paths PATH           CustomResourceDefinitions, for the scope of their kinds
  -f, --values-file FILE         values (kind Values)
  -s, --set KEY=VALUE            a variable for all policies and resources
  -u, --userinfo FILE            the user (kind UserInfo)
      --context-file FILE        objects and image data that calls of CEL policies find (kind Context)
  -e, --exception FILE           PolicyExceptions (also --exceptions)
      --exceptions-with-resources, --exceptions-within-resources
                                 take exceptions from the resources
      --exceptions-within-policies
                                 take exceptions from the policies too
  -p, --policy-report            print policy reports
      --report-api API           openreports.io (default) or wgpolicyk8s.io
      --output-format FORMAT     of reports and exceptions: yaml (default) or json
  -t, --table                    print a table; --detailed-results adds messages
      --generate-exceptions      print a PolicyException for each failure
      --generated-exception-ttl DURATION
                                 their lifetime (720h)
  -o, --output PATH              write what is mutated and generated to a file (.yaml, .yml) or into a folder
  -i, --stdin                    leave out the line that says what is applied
      --audit-warn               failures of Audit policies are warnings
      --warn-exit-code N         exit code for warnings (0)
      --warn-no-pass             end with that code when nothing passes
      --remove-color             accepted; there are no colours

Examples:
  kyverdict apply policies/ -r manifests/
  kubectl get pods -o yaml | kyverdict apply policy.yaml -r -
  kyverdict apply policies/ -r pod.yaml -p --output-format json

Exit codes: 0 nothing failed, 1 something failed or gave an error, 3 bad input, 5 something is not supported; and
--warn-exit-code.
`;

const paths = { type: 'string', multiple: true, default: [] } as const;
const flag = { type: 'boolean', default: false } as const;

const OPTIONS = {
  resource: { ...paths, short: 'r' },
  resources: paths,
  'target-resource': paths,
  'target-resources': paths,
  'parameter-resource': paths,
  'crd-paths': paths,
  'values-file': { type: 'string', short: 'f' },
  set: { ...paths, short: 's' },
  userinfo: { type: 'string', short: 'u' },
  'context-file': { type: 'string' },
  exception: { ...paths, short: 'e' },
  exceptions: paths,
  'exceptions-with-resources': flag,
  'exceptions-within-resources': flag,
  'exceptions-within-policies': flag,
  'policy-report': { ...flag, short: 'p' },
  'report-api': { type: 'string', default: 'openreports.io' },
  'output-format': { type: 'string', default: 'yaml' },
  table: { ...flag, short: 't' },
  'detailed-results': flag,
  'generate-exceptions': flag,
  'generated-exception-ttl': { type: 'string', default: '720h' },
  stdin: { ...flag, short: 'i' },
  'audit-warn': flag,
  'warn-exit-code': { type: 'string', default: '0' },
  'warn-no-pass': flag,
  'remove-color': flag,
  cluster: { ...flag, short: 'c' },
  output: { type: 'string', short: 'o' },
  json: paths,
} as const;

/** `kyverdict apply`: applies policies to resources. */
export const applyCommand: Command = {
  name: 'apply',
  summary: 'apply policies to resources',
  usage: USAGE,
  async run(args, io) {
    const options = readOptions(args, io);
    const readsStdin = [options.policies, options.resources].filter((list) => list.includes('-'));
    if (readsStdin.length > 1) {
      const message = 'standard input can hold policies or resources, not both';
      throw new InputError({ code: 'stdin-twice', message, hint: 'give one of them as files' });
    }
    return runApplyCommand(options, {
      files: realFiles,
      fetched: await fetchTexts([...options.policies, ...options.resources, ...options.targets, ...options.parameters]),
      write: writePath,
      stdin: readsStdin.length === 0 ? '' : await readStream(io.stdin),
      clock: { now: io.now },
      random: { next: Math.random },
      out: (text) => void (text === '' || io.stdout.write(text)),
      err: (text) => void (text === '' || io.stderr.write(text)),
    });
  },
};

function readOptions(args: readonly string[], io: Io): ApplyOptions {
  const { values, positionals } = parseOptions(args, OPTIONS);
  refuseUnsupported(values);
  const list = (...lists: readonly (readonly string[])[]): readonly string[] =>
    lists.flat().flatMap((text) => text.split(',').map((path) => fromHere(path, io)));
  const resources = list(values.resource, values.resources);
  if (positionals.length === 0) {
    throw new InputError({
      code: 'no-policy',
      message: 'no policy is named',
      hint: 'kyverdict apply POLICY... -r PATH',
    });
  }
  if (resources.length > 0 && values.json.length > 0) {
    const message = '`--resource` and `--json` cannot be given together';
    throw new InputError({ code: 'resource-and-json', message, hint: 'use one or the other' });
  }
  if (resources.length === 0 && values.json.length === 0) {
    throw new InputError({
      code: 'no-resource',
      message: 'no resource is named',
      hint: 'give one with --resource PATH',
    });
  }
  if (values['values-file'] !== undefined && values.set.length > 0) {
    const message = '`--set` and `--values-file` cannot be given together';
    throw new InputError({ code: 'set-and-values', message, hint: 'put all values into the file' });
  }
  const chosen = (['policy-report', 'table', 'generate-exceptions'] as const).find((name) => values[name]);
  const output = { 'policy-report': 'report', table: 'table', 'generate-exceptions': 'exceptions' } as const;
  return {
    policies: positionals.map((path) => fromHere(path, io)),
    resources,
    payloads: list(values.json),
    targets: list(values['target-resource'], values['target-resources']),
    parameters: list(values['parameter-resource']),
    crds: list(values['crd-paths']),
    exceptions: list(values.exception, values.exceptions),
    exceptionsInResources: values['exceptions-with-resources'] || values['exceptions-within-resources'],
    exceptionsInPolicies: values['exceptions-within-policies'],
    ...(values['values-file'] === undefined ? {} : { values: fromHere(values['values-file'], io) }),
    ...(values.userinfo === undefined ? {} : { user: fromHere(values.userinfo, io) }),
    ...(values['context-file'] === undefined ? {} : { context: fromHere(values['context-file'], io) }),
    set: values.set.flatMap((text) => text.split(',')),
    ...(values.output === undefined ? {} : { changes: fromHere(values.output, io) }),
    output: chosen === undefined ? 'text' : output[chosen],
    format: oneOf('output-format', values['output-format'], ['yaml', 'json']),
    reportApi: oneOf('report-api', values['report-api'], ['openreports.io', 'wgpolicyk8s.io']),
    detailed: values['detailed-results'],
    quiet: values.stdin,
    auditWarn: values['audit-warn'],
    warnExitCode: warnExitCode(values['warn-exit-code']),
    warnNoPass: values['warn-no-pass'],
    ttl: lifetime(values['generated-exception-ttl']),
  };
}

function refuseUnsupported(values: Values<typeof OPTIONS>): void {
  if (values.cluster) throw new NotSupportedError('`apply --cluster`', 'save the objects with kubectl first');
}

function writePath(path: string, text: string | undefined, append: boolean): void {
  try {
    mkdirSync(text === undefined ? path : dirname(path), { recursive: true });
    if (text !== undefined) writeFileSync(path, text, { flag: append ? 'a' : 'w' });
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError({ code: 'no-output', message: `\`--output ${path}\` cannot be written (${why})` });
  }
}

function oneOf<const T extends string>(option: string, word: string, words: readonly T[]): T {
  const found = words.find((one) => one === word);
  if (found !== undefined) return found;
  const meant = didYouMean(word, words);
  const hint = meant === undefined ? `write one of ${words.join(', ')}` : `did you mean \`${meant}\`?`;
  throw new InputError({ code: 'bad-option', message: `\`--${option} ${word}\` is not known`, hint });
}

function warnExitCode(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) < 256) return Number(text);
  throw new InputError({ code: 'bad-option', message: `\`--warn-exit-code ${text}\` is no number from 0 to 255` });
}

/** A duration as Go writes it in hours, minutes and seconds; `''` for none. */
function lifetime(text: string): string {
  const duration = parseDuration(text);
  if (duration === undefined) {
    const hint = 'write e.g. 720h or 90m';
    throw new InputError({ code: 'bad-option', message: `\`${text}\` is no duration`, hint });
  }
  return duration <= 0n ? '' : durationText(duration);
}
