import { expressionOf } from '../../engine/variables/expression.ts';
import { resolveReferences } from '../../engine/variables/references.ts';
import { findVariables } from '../../engine/variables/syntax.ts';
import { goJson } from '../../language/go-text.ts';
import { wildcardMatch } from '../../language/wildcard.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { CheckContext } from './context.ts';
import { patchOperations } from './json-patch.ts';
import { generationOf, imagesOf, isGiven, objectsIn, text, textsIn } from './rule.ts';

const COMMON = 'element|elementIndex|@|images';
const CALL = '([a-z_0-9]+\\()[^{}]';
const ACCOUNTS = 'serviceAccountName|serviceAccountNamespace';
const FOREGROUND = `request|${ACCOUNTS}|${COMMON}|image|${CALL}`;
const BACKGROUND = `request\\.|${COMMON}|images\\.|image\\.|${CALL}`;
const FOREGROUND_TARGET = `request\\.|${ACCOUNTS}|${COMMON}|images\\.|image\\.|target\\.|${CALL}`;
const BACKGROUND_TARGET = `request\\.|${COMMON}|images\\.|image\\.|target\\.|${CALL}`;

/** What a rule may speak of: a pattern of Go's and the names of its context entries. */
interface Known {
  readonly source: string;
  readonly builtIn: RegExp;
  readonly names: readonly string[];
}

/**
 * Variables where none may stand, undefined ones, and ones that are no JMESPath; `undefined` when all is well.
 * Upstream: `hasInvalidVariables` in pkg/validation/policy/validate.go, pkg/engine/context/mock_context.go.
 */
export function variableError({ rules, background }: CheckContext): string | undefined {
  for (const rule of rules) {
    const error = forbiddenSection(rule) ?? targetError(rule, background) ?? substitutionError(rule, background);
    if (error !== undefined) return error;
  }
  return undefined;
}

function forbiddenSection(rule: JsonObject): string | undefined {
  const refuse = (section: string) => `rule "${text(rule, 'name')}" should not have variables in ${section} section`;
  const operations = patchOperations(text(asObject(rule['mutate']), 'patchesJson6902'));
  if (operations?.some((one) => findVariables(text(one, 'path')).length > 0)) return refuse('patchesJSON6902 path');
  if (hasBraces(rule['exclude'])) return refuse('exclude');
  if (hasBraces(rule['match'])) return refuse('match');
  const references = objectsIn(rule['verifyImages']).flatMap((one) => [
    ...textsIn(one['imageReferences']),
    text(one, 'image'),
  ]);
  return references.some((one) => findVariables(one).length > 0) ? refuse('image reference') : undefined;
}

function hasBraces(value: Json | undefined): boolean {
  return value !== undefined && /\{\{[^{}]*\}\}/u.test(goJson(value));
}

/** The targets of a mutate-existing rule are read before there is a target, so `target` means nothing in them. */
function targetError(rule: JsonObject, background: boolean): string | undefined {
  const targets = objectsIn(asObject(rule['mutate'])?.['targets']);
  const known = knownIn({ ...pick(rule, 'context') }, background, false);
  for (const index of targets.keys()) {
    const specs = targets.slice(0, index + 1).map((one) => pick(one, 'apiVersion', 'kind', 'namespace', 'name', 'uid'));
    const document = { ...pick(rule, 'context', 'preconditions'), mutate: { targets: specs } };
    const error = substitute(document, known);
    if (error !== undefined) return `invalid variables defined at mutate.targets[${index}]: ${error}`;
  }
  return undefined;
}

function pick(object: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(names.filter((name) => isGiven(object[name])).map((name) => [name, object[name] as Json]));
}

function substitutionError(rule: JsonObject, background: boolean): string | undefined {
  const isTarget = isGiven(asObject(rule['mutate'])?.['targets']);
  const error = substitute(withoutAttestationConditions(rule), knownIn(rule, background, isTarget));
  return error === undefined ? undefined : `variable substitution failed for rule ${text(rule, 'name')}: ${error}`;
}

/** Conditions of attestations speak of the statement, which nobody knows yet. */
function withoutAttestationConditions(rule: JsonObject): JsonObject {
  const images = rule['verifyImages'];
  if (!isArray(images)) return rule;
  const strip = (one: JsonObject): JsonObject => {
    const attestations = objectsIn(one['attestations']).map(({ conditions: _conditions, ...rest }) => rest);
    return attestations.length === 0 ? one : { ...one, attestations };
  };
  return { ...rule, verifyImages: images.map((one) => (isObject(one) ? strip(one) : one)) };
}

function knownIn(rule: JsonObject, background: boolean, isTarget: boolean): Known {
  const foreground = isTarget ? FOREGROUND_TARGET : FOREGROUND;
  const source = background ? (isTarget ? BACKGROUND_TARGET : BACKGROUND) : foreground;
  const validate = asObject(rule['validate']);
  const mutate = asObject(rule['mutate']);
  const foreach = (block: JsonObject | undefined, list: string) =>
    objectsIn(block?.[list]).flatMap((one) => entryNames(one['context']));
  const names = [
    ...entryNames(rule['context']),
    ...attestationNames(rule),
    ...foreach(validate, 'foreach'),
    ...foreach(mutate, 'foreach'),
    ...foreach(mutate, 'targets'),
    ...foreach(generationOf(rule), 'foreach'),
  ];
  return { source, builtIn: new RegExp(source, 'u'), names };
}

function entryNames(context: Json | undefined): readonly string[] {
  return objectsIn(context).flatMap((entry) => {
    const name = text(entry, 'name');
    const loaded = ['apiCall', 'globalReference', 'imageRegistry', 'variable'].some((source) => isGiven(entry[source]));
    const parts = ['.data', '.metadata', '.data.*', '.metadata.*'].map((part) => name + part);
    return [...(loaded ? [`${name}*`] : []), ...(isGiven(entry['configMap']) ? parts : [])];
  });
}

function attestationNames(rule: JsonObject): readonly string[] {
  const images = imagesOf(rule) ?? [];
  const validates = images.some(
    (one) => isGiven(asObject(one['validate'])?.['deny']) || text(asObject(one['validate']), 'message') !== '',
  );
  if (!validates) return [];
  return images.flatMap((one) => objectsIn(one['attestations']).map((statement) => `${text(statement, 'name')}*`));
}

function substitute(document: Json, known: Known): string | undefined {
  try {
    return walk(resolveReferences(document), '', known);
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
}

function walk(value: Json, path: string, known: Known): string | undefined {
  if (typeof value === 'string') return checkText(value, path, known);
  if (isArray(value)) return first(value.entries(), ([index, item]) => walk(item, `${path}/${index}`, known));
  if (!isObject(value)) return undefined;
  return first(
    Object.keys(value),
    (key) => checkText(key, path, known) ?? walk(value[key] as Json, `${path}/${key.replaceAll('/', '\\/')}`, known),
  );
}

function first<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Replaces variable after variable by `null`, as the mock context gives nothing; says what is wrong with the first bad one. */
function checkText(original: string, path: string, known: Known): string | undefined {
  let value = original;
  let found = findVariables(value);
  while (found.length > 0) {
    const before = value;
    let shallow = false;
    for (const variable of found) {
      shallow = variable.shallow;
      const error = checkExpression(variable.expression, path, known);
      if (error !== undefined) return error;
      if (before === variable.braces) return undefined;
      value = value.replace(variable.match, () => `${variable.prefix}null`);
    }
    found = shallow ? [] : findVariables(value);
  }
  return undefined;
}

function checkExpression(expression: string, path: string, known: Known): string | undefined {
  // A lone @ becomes the path of the value in the resource, which is always known.
  if (expression === '@') return undefined;
  const failed = (error: string) => `failed to resolve ${expression} at path ${path}: ${error}`;
  try {
    expressionOf(expression).query();
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return failed(error.message.replace('incorrect query', 'invalid JMESPath query'));
  }
  const bare = expression.replaceAll('"', '');
  if (known.builtIn.test(bare) || known.names.some((name) => wildcardMatch(name, bare))) return undefined;
  return `variable ${bare} must match regex "${known.source}" or patterns [${known.names.join(' ')}]`;
}
