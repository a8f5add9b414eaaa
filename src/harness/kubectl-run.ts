import { parseArgs } from 'node:util';
import type { ClientRequest } from '../model/admission.ts';
import { didYouMean, InputError, NotSupportedError } from '../model/failure.ts';
import { isObject, type Json, type JsonObject, parseJson, setKey } from '../model/json.ts';
import { splitCommandLine } from './command-line.ts';

const FLAGS = {
  image: { type: 'string' },
  labels: { type: 'string', short: 'l' },
  annotations: { type: 'string', multiple: true },
  env: { type: 'string', multiple: true },
  port: { type: 'string' },
  restart: { type: 'string' },
  'image-pull-policy': { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  overrides: { type: 'string' },
  'override-type': { type: 'string' },
  'dry-run': { type: 'string' },
  command: { type: 'boolean' },
  privileged: { type: 'boolean' },
  stdin: { type: 'boolean', short: 'i' },
  tty: { type: 'boolean', short: 't' },
  rm: { type: 'boolean' },
  attach: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  'leave-stdin-open': { type: 'boolean' },
  expose: { type: 'boolean' },
} as const;

/**
 * The request that a `kubectl run NAME --image=IMAGE …` line sends. Throws `InputError` (without a place) for a line
 * that kubectl would refuse, `NotSupportedError` for `--expose` and override types other than `merge`.
 * Upstream: kubectl `pkg/cmd/run/run.go`, `pkg/generate/versioned/run.go`, `pkg/cmd/util/override_options.go`.
 */
export function kubectlRun(line: string): ClientRequest {
  const words = splitCommandLine(line);
  if (words[0] !== 'kubectl' || words[1] !== 'run') {
    throw bad(`only \`kubectl run\` lines are understood, not \`${words.slice(0, 2).join(' ')}\``);
  }
  const { values, before, after } = parseFlags(words.slice(2));
  const [name, ...extra] = before;
  if (name === undefined) throw bad('NAME is required for run');
  const image = values.image ?? '';
  if (image === '') throw bad('--image is required');
  if (values.tty === true && values.stdin !== true) throw bad('-i/--stdin is required for containers with -t/--tty');
  if (values.rm === true && values.stdin !== true && values.attach !== true) {
    throw bad('--rm should only be used for attached containers');
  }
  if (values.expose === true) throw new NotSupportedError('kubectl run --expose');
  const args = [...extra, ...after];
  const container: Record<string, Json> = { name, image, resources: {} };
  if (values.stdin === true) container['stdin'] = true;
  if (values.stdin === true && values['leave-stdin-open'] !== true) container['stdinOnce'] = true;
  if (values.tty === true) container['tty'] = true;
  if (values.privileged === true) container['securityContext'] = { privileged: true };
  if (args.length > 0) container[values.command === true ? 'command' : 'args'] = args;
  if (values.env !== undefined) container['env'] = values.env.map(envVar);
  if (values['image-pull-policy'] !== undefined) container['imagePullPolicy'] = pullPolicy(values['image-pull-policy']);
  if (values.port !== undefined) container['ports'] = [{ containerPort: port(values.port) }];
  const metadata: Record<string, Json> = { name, labels: labelsOf(values.labels, name) };
  if (values.annotations !== undefined) metadata['annotations'] = pairs(values.annotations, 'annotations');
  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      containers: [container],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: restartPolicy(values.restart ?? ''),
    },
    status: {},
  };
  const dryRun = values['dry-run'];
  return {
    operation: 'CREATE',
    object: override(pod, values.overrides ?? '', values['override-type'] ?? 'merge'),
    ...(values.namespace === undefined ? {} : { namespace: values.namespace }),
    ...(dryRun === 'server' ? { dryRun: true } : {}),
  };
}

function parseFlags(words: readonly string[]) {
  const dash = words.indexOf('--');
  const own = dash < 0 ? words : words.slice(0, dash);
  for (const word of own) {
    const flag = /^--([^=]+)/.exec(word)?.[1];
    if (flag !== undefined && !(flag in FLAGS)) {
      const meant = didYouMean(flag, Object.keys(FLAGS));
      throw bad(
        `kubectl run has no flag \`--${flag}\` here`,
        meant === undefined ? undefined : `did you mean \`--${meant}\`?`,
      );
    }
  }
  try {
    const { values, positionals } = parseArgs({
      // kubectl's booleans take `=true`; parseArgs knows only the bare flag.
      args: own
        .filter((word) => !/^--[a-z-]+=false$/.test(word))
        .map((word) => word.replace(/^(--[a-z-]+)=true$/, '$1')),
      options: FLAGS,
      allowPositionals: true,
    });
    return { values, before: positionals, after: dash < 0 ? [] : words.slice(dash + 1) };
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error));
  }
}

function bad(message: string, hint?: string): InputError {
  return new InputError({ code: 'bad-command', message, ...(hint === undefined ? {} : { hint }) });
}

function pairs(entries: readonly string[], what: string): JsonObject {
  const map: Record<string, Json> = {};
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    if (equals < 1) throw bad(`invalid ${what}: \`${entry}\` is not key=value`);
    setKey(map, entry.slice(0, equals), entry.slice(equals + 1));
  }
  return map;
}

function labelsOf(text: string | undefined, name: string): JsonObject {
  return text === undefined || text === '' ? { run: name } : pairs(text.split(','), 'labels');
}

function envVar(entry: string): JsonObject {
  const equals = entry.indexOf('=');
  if (equals < 1) throw bad(`invalid env: ${entry}`);
  return { name: entry.slice(0, equals), value: entry.slice(equals + 1) };
}

function port(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw bad(`--port \`${text}\` is not a whole number`);
  return BigInt(text.replace(/^\+/, ''));
}

function pullPolicy(text: string): string {
  if (!['Always', 'IfNotPresent', 'Never', ''].includes(text)) throw bad(`invalid image pull policy: ${text}`);
  return text;
}

function restartPolicy(text: string): string {
  if (!['Always', 'OnFailure', 'Never', ''].includes(text)) throw bad(`invalid restart policy: ${text}`);
  return text === '' ? 'Always' : text;
}

function override(pod: JsonObject, text: string, type: string): JsonObject {
  if (text === '') return pod;
  if (type !== 'merge') throw new NotSupportedError(`kubectl run --override-type=${type}`);
  let patch: Json;
  try {
    patch = parseJson(text, 'int');
  } catch (error) {
    throw bad(`--overrides is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const merged = mergePatch(pod, patch);
  if (!isObject(merged)) throw bad('--overrides is not a JSON object');
  return merged;
}

/** JSON merge patch. Upstream: RFC 7396. */
function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(isObject(target) ? target : {})) setKey(result, key, value);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setKey(result, key, mergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value));
  }
  return result;
}
