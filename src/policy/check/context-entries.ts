import { parseReference } from '../../engine/images/reference.ts';
import { findVariables } from '../../engine/variables/syntax.ts';
import { compileQuery } from '../../language/jmespath/index.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, type JsonObject } from '../../model/json.ts';
import { CONTEXT_SOURCES } from '../schema/context-shapes.ts';
import { isGiven, objectsIn, text } from './rule.ts';

const RESERVED = ['images', 'request', 'serviceAccountName', 'serviceAccountNamespace', 'element', 'elementIndex'];

/** The context entries of a rule; those of foreach are not looked at. Upstream: `validateRuleContext`. */
export function contextError(rule: JsonObject): string | undefined {
  const entries = objectsIn(rule['context']);
  if (entries.length === 0) return undefined;
  const cel = asObject(asObject(rule['validate'])?.['cel']);
  if (cel !== undefined && Object.keys(cel).length > 0) {
    return 'context variables are not supported for CEL expressions in validate rules';
  }
  for (const entry of entries) {
    const error = entryError(entry);
    if (error !== undefined) return error;
  }
  return undefined;
}

function entryError(entry: JsonObject): string | undefined {
  const name = text(entry, 'name');
  if (name === '') return 'a name is required for context entries';
  const reserved = RESERVED.find((one) => name === one || name.startsWith(`${one}.`));
  if (reserved !== undefined) {
    return `entry name ${name} is invalid as it conflicts with a pre-defined variable ${reserved}`;
  }
  const sources = CONTEXT_SOURCES.filter((source) => isGiven(entry[source]));
  const [source] = sources;
  if (source === undefined || sources.length > 1) {
    return 'exactly one of configMap or apiCall or imageRegistry or variable is required for context entries';
  }
  const body = asObject(entry[source]) ?? {};
  return sourceError(source, body);
}

function sourceError(source: (typeof CONTEXT_SOURCES)[number], body: JsonObject): string | undefined {
  switch (source) {
    case 'configMap':
      if (text(body, 'name') === '') return 'a name is required for configMap context entry';
      return text(body, 'namespace') === '' ? 'a namespace is required for configMap context entry' : undefined;
    case 'apiCall':
      if (text(body, 'urlPath') !== '' && isGiven(body['service'])) {
        return 'a URLPath cannot be used for service API calls';
      }
      return queryError(body);
    case 'globalReference':
      return text(body, 'name') === '' ? 'a name is required for globalReference context entry' : queryError(body);
    case 'imageRegistry':
      return imageError(text(body, 'reference')) ?? queryError(body);
    default:
      return variableEntryError(body);
  }
}

function variableEntryError(body: JsonObject): string | undefined {
  const error = queryError(body);
  if (error !== undefined || text(body, 'jmesPath') !== '') return error;
  if (!isGiven(body['value'])) return 'a variable must define a value or a jmesPath expression';
  if (isGiven(body['default'])) {
    return 'a variable must define a default value only when a jmesPath expression is defined';
  }
  return undefined;
}

function imageError(reference: string): string | undefined {
  if (reference === '') return 'a ref is required for imageRegistry context entry';
  if (findVariables(reference).length > 0) return undefined;
  try {
    parseReference(reference);
    return undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return `bad image: ${reference}: ${error.message}`;
    throw error;
  }
}

/** A query with variables in it cannot be judged. */
function queryError(body: JsonObject): string | undefined {
  const query = text(body, 'jmesPath');
  if (query === '' || findVariables(query).length > 0) return undefined;
  try {
    compileQuery(query);
    return undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return `failed to parse JMESPath ${query}: ${error.message}`;
    throw error;
  }
}
