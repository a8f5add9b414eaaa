import { goJson } from '../../language/go-text.ts';
import { readYaml } from '../../language/jmespath/yaml.ts';
import { hasWildcard } from '../../language/wildcard.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { AtPath } from './conditions.ts';
import { readPatch } from './json-patch.ts';
import { patternError } from './pattern.ts';
import { isGiven, kindsOf, objectsIn, text } from './rule.ts';

const CEL_ONLY = 'celPrecondition can only be used with validate.cel';
const ONE_PATCH = 'only one of `patchStrategicMerge` or `patchesJson6902` is allowed';

/** What is wrong with a `mutate` block; the path is below it. Upstream: pkg/policy/mutate/validate.go. */
export function mutateRuleError(rule: JsonObject, mutate: JsonObject): AtPath | undefined {
  const loops = objectsIn(mutate['foreach']);
  const merges = isGiven(mutate['patchStrategicMerge']);
  const patches = text(mutate, 'patchesJson6902') !== '';
  if (loops.length > 0) {
    if (!merges && !patches) return foreachError('', loops);
    const error = 'only one of `foreach`, `patchStrategicMerge`, or `patchesJson6902` is allowed';
    return { path: 'foreach', error };
  }
  if (merges && patches) return { path: 'foreach', error: ONE_PATCH };
  return isGiven(rule['celPreconditions']) ? { path: '', error: CEL_ONLY } : undefined;
}

function foreachError(start: string, loops: readonly JsonObject[]): AtPath | undefined {
  let path = start;
  for (const [index, loop] of loops.entries()) {
    path += `foreach[${index}]`;
    const nested = objectsIn(loop['foreach']);
    const patches = text(loop, 'patchesJson6902') !== '';
    const merges = isGiven(loop['patchStrategicMerge']);
    if (nested.length > 0) {
      // Later entries are not looked at once a nested one was.
      if (!isGiven(loop['context']) && !isGiven(loop['preconditions']) && !patches && !merges) {
        return foreachError(path, nested);
      }
      return { path, error: 'a nested foreach cannot contain other declarations' };
    }
    if (patches === merges) return { path, error: ONE_PATCH };
  }
  return undefined;
}

/** What is wrong with a `generate` block; the path is below it. Upstream: pkg/policy/generate/validate.go. */
export function generateRuleError(rule: JsonObject, generate: JsonObject, offline: boolean): AtPath | undefined {
  const selector = asObject(asObject(generate['cloneList'])?.['selector']);
  if (selector !== undefined && hasWildcard(goJson(selector))) {
    return { path: 'selector', error: 'wildcard characters `*/?` not supported' };
  }
  // Offline the checker is given the generate block alone.
  if (!offline && isGiven(rule['celPreconditions'])) return { path: '', error: CEL_ONLY };
  const found = isGiven(generate['data']) ? patternError(generate['data'], []) : undefined;
  if (found === undefined) return undefined;
  return { path: `data.${found.path}`, error: `anchors not supported on generate resources: ${found.error}` };
}

/** Kyverno's words for a rule that generates what it matches. */
export function generatesItself(rule: JsonObject, generate: JsonObject): string | undefined {
  if (!kindsOf(asObject(rule['match']) ?? {}).includes(text(generate, 'kind'))) return undefined;
  return 'generation kind and match resource kind should not be the same';
}

/** What is wrong with a `patchesJson6902` text of the rule at an index. Upstream: `validateJSONPatch…`. */
export function jsonPatchError(patch: string, index: number): string | undefined {
  const filled = replaceVariables(patch);
  const read = readPatch(filled);
  const error = read === undefined ? yamlError(filled) : decodeError(read);
  if (error !== undefined) return `path must begin with a forward slash: spec.rules[${index}]: ${error}`;
  const paths = objectsIn(read).map((operation) => text(operation, 'path'));
  const relative = paths.find((path) => !path.startsWith('/'));
  if (relative !== undefined) return `path must begin with a forward slash: spec.rules[${index}]: ${relative}`;
  const unfilled = objectsIn(read).some(
    (operation) => operation['op'] === 'test' && !Object.hasOwn(operation, 'value'),
  );
  return unfilled ? `invalid value: spec.rules[${index}]: operation, missing value field: missing value` : undefined;
}

function replaceVariables(patch: string): string {
  return patch.replace(/(^|[^\\])\{\{(?:\{[^{}]*\}|[^{}])*\}\}/gu, '$1kyvernojsonpatchvariable');
}

function yamlError(patch: string): string {
  try {
    readYaml(patch);
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
  return 'error converting YAML to JSON';
}

/** The words of the JSON patch library. */
function decodeError(read: Json): string | undefined {
  if (read === null) return undefined;
  if (!isArray(read))
    return `json: cannot unmarshal ${isObject(read) ? 'object' : typeof read} into Go value of type jsonpatch.Patch`;
  for (const operation of read) {
    const error = isObject(operation) ? operationError(operation) : 'unsupported operation';
    if (error !== undefined) return `invalid operation ${goJson(operation)}: ${error}`;
  }
  return undefined;
}

function operationError(operation: JsonObject): string | undefined {
  const op = text(operation, 'op');
  if ((op === 'add' || op === 'replace') && !Object.hasOwn(operation, 'value')) {
    return "failed to decode 'value': operation, missing value field: missing value";
  }
  if ((op === 'move' || op === 'copy') && !isGiven(operation['from'])) {
    return "failed to decode 'from': operation, missing from field: missing value";
  }
  if (!['add', 'replace', 'move', 'copy', 'remove', 'test'].includes(op)) return 'unsupported operation';
  if (!isGiven(operation['path'])) return "failed to decode 'path': operation missing path field: missing value";
  return undefined;
}
