import { goJson } from '../../language/go-text.ts';
import type { Clock, RandomSource } from '../../model/environment.ts';
import { InputError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { readCelContext } from '../cel-host.ts';
import { readJsonPayload } from '../json-payloads.ts';
import { readOne } from '../read-shaped.ts';
import { userInfoShape, valuesShape } from '../shape.ts';
import type { UserInfoSpec, ValuesSpec } from '../test-document.ts';
import { type ApplyOutcome, applyAll } from './apply.ts';
import { changedFiles, changesOf, isYamlFile, toYaml } from './changes.ts';
import { type ApplyCounts, countAnswers } from './counts.ts';
import { exceptionsForFailures } from './generated-exceptions.ts';
import {
  type ApplySources,
  kyvernoExceptions,
  loadCustomKinds,
  loadPolicySources,
  loadResourceSources,
} from './load.ts';
import { policyReports, type ReportApi } from './report.ts';
import { applyingLine, applyTable, countsLine, errorsText, failuresText, refusedText } from './text.ts';

/** The options of `kyverdict apply`; paths as this process must address them, `-` for standard input. */
export interface ApplyOptions {
  readonly policies: readonly string[];
  readonly resources: readonly string[];
  /** Documents for policies in JSON mode. */
  readonly payloads?: readonly string[];
  readonly targets: readonly string[];
  readonly parameters: readonly string[];
  readonly crds: readonly string[];
  readonly exceptions: readonly string[];
  /** Take exceptions from the resources. */
  readonly exceptionsInResources: boolean;
  /** Take those that stand among the policies as well. */
  readonly exceptionsInPolicies: boolean;
  readonly values?: string;
  readonly user?: string;
  /** Data for calls of CEL policies. */
  readonly context?: string;
  readonly set: readonly string[];
  readonly output: 'text' | 'table' | 'report' | 'exceptions';
  /** A file or folder for what is mutated and generated, instead of printing it. */
  readonly changes?: string;
  readonly format: 'yaml' | 'json';
  readonly reportApi: ReportApi;
  readonly detailed: boolean;
  /** Leave out the line that says what is applied. */
  readonly quiet: boolean;
  readonly auditWarn: boolean;
  readonly warnExitCode: number;
  readonly warnNoPass: boolean;
  /** Lifetime of generated exceptions, as a Go duration. */
  readonly ttl: string;
}

/** What the command needs from outside. */
export interface ApplyHost extends ApplySources {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Writes a file, or a folder when there is no text; folders above are made. */
  readonly write: (path: string, text: string | undefined, append: boolean) => void;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * The whole of `kyverdict apply`; gives the exit code of the real command: 1 for a failure or an error, else
 * `warnExitCode` for warnings (or for nothing that passes, with `warnNoPass`), else 0. Throws `InputError`,
 * `NotSupportedError`.
 */
export function applyCommand(options: ApplyOptions, host: ApplyHost): number {
  const { policies, exceptions: amongPolicies } = loadPolicySources(options.policies, host);
  const { clusterKinds, plurals } = loadCustomKinds(options.crds, host);
  const read = (paths: readonly string[], mode: 'int' | 'float') =>
    loadResourceSources(paths, mode, clusterKinds, host);
  const resources = read(options.resources, 'float');
  const exceptions = [
    ...kyvernoExceptions(options.exceptionsInResources ? resources : read(options.exceptions, 'int')),
    ...(options.exceptionsInPolicies ? amongPolicies : []),
  ];
  const parameters = read(options.parameters, 'int');
  const outcome = applyAll({
    policies,
    resources,
    payloads: (options.payloads ?? []).map((path) => readJsonPayload(path, host.files)),
    targets: read(options.targets, 'int'),
    others: parameters,
    params: parameters,
    plurals,
    exceptions,
    set: parseSet(options.set),
    clock: host.clock,
    random: host.random,
    ...(options.values === undefined
      ? {}
      : { values: readOne(host.files.read(options.values), options.values, valuesShape) as ValuesSpec }),
    ...(options.context === undefined ? {} : { celContext: readCelContext(options.context, host.files) }),
    ...(options.user === undefined
      ? {}
      : { user: readOne(host.files.read(options.user), options.user, userInfoShape) as UserInfoSpec }),
  });
  host.err(emptyText(policies.length, outcome.resources.length + (options.payloads?.length ?? 0), options));
  const hasHeader = !options.quiet && (options.output === 'text' || options.output === 'table');
  if (hasHeader) host.out(applyingLine(policies, outcome.resources.length, exceptions.length));
  tellChanges(outcome, options, host);
  const isDocument = options.output === 'report' || options.output === 'exceptions';
  (isDocument ? host.err : host.out)(refusedText(outcome.refused));
  const counts = countAnswers(outcome, options.auditWarn);
  host.out(resultText(outcome, counts, options, host.clock));
  host.err(errorsText(outcome.responses));
  return exitCode(counts, options, host.out);
}

/** Warns of a run that can find nothing. */
function emptyText(policies: number, resources: number, options: ApplyOptions): string {
  if (policies === 0) return `warning: no policy is in ${options.policies.join(', ')}: nothing is applied\n`;
  return resources === 0 ? `warning: no resource is in ${options.resources.join(', ')}: nothing is judged\n` : '';
}

/** Prints what was mutated and generated, or writes it to `--output`: a file anew, in a folder behind what is there. */
function tellChanges({ responses }: ApplyOutcome, options: ApplyOptions, host: ApplyHost): void {
  const changes = changesOf(responses, options.quiet);
  const output = options.changes;
  for (const { text, closing } of changes) host.out((output === undefined ? text : '') + closing);
  if (output === undefined) return;
  host.write(output, isYamlFile(output) ? '' : undefined, false);
  for (const [file, text] of changedFiles(changes, output)) host.write(file, text, true);
}

function resultText(outcome: ApplyOutcome, counts: ApplyCounts, options: ApplyOptions, clock: Clock): string {
  const { responses } = outcome;
  const { auditWarn, reportApi } = options;
  switch (options.output) {
    case 'text':
      return failuresText(responses, auditWarn) + countsLine(counts);
    case 'table':
      return applyTable(responses, auditWarn, options.detailed);
    case 'report':
      return policyReports(responses, auditWarn, reportApi, Math.floor(clock.now() / 1000))
        .map((document) => `${document['kind'] === 'PolicyReport' ? '---\n' : ''}${written(document, options)}\n`)
        .join('');
    case 'exceptions':
      return exceptionsForFailures(responses, auditWarn, options.ttl)
        .map((document) => `---\n${written(document, options)}\n`)
        .join('');
  }
}

function written(document: JsonObject, { format }: ApplyOptions): string {
  return format === 'json' ? goJson(document) : toYaml(document);
}

/** `k=v` pairs; those that change the object and repeated ones are left out. Upstream: `variables/parse.go`. */
function parseSet(pairs: readonly string[]): Readonly<Record<string, string>> {
  const set: Record<string, string> = {};
  for (const pair of pairs) {
    const [key = '', value = '', ...more] = pair.split('=').map((part) => part.trim());
    if (key === '' || value === '' || more.length > 0) {
      throw new InputError({ code: 'bad-set', message: `\`--set ${pair}\` is no \`key=value\`` });
    }
    if (!key.includes('request.object.') && !Object.hasOwn(set, key)) set[key] = value;
  }
  return set;
}

/** Upstream: `exit` in `cmd/cli/kubectl-kyverno/commands/apply/command.go`. */
function exitCode(
  counts: ApplyCounts,
  { warnExitCode, warnNoPass }: ApplyOptions,
  out: (text: string) => void,
): number {
  if (counts.fail > 0 || counts.error > 0) return 1;
  if (counts.warn > 0 && warnExitCode !== 0) {
    out(`exit as warnExitCode is ${warnExitCode}`);
    return warnExitCode;
  }
  if (counts.pass > 0 || !warnNoPass) return 0;
  out('exit as no objects satisfied policy\n');
  return warnExitCode;
}
