import { Document, Scalar } from 'yaml';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { resolvePlain } from '../../yaml/scalar.ts';

/**
 * An object as the real command prints it: keys sorted, four columns, the map of a list item two columns behind its
 * dash. Upstream: go.yaml.in/yaml/v3 emitterc.go.
 */
export function manifestYaml(object: JsonObject): string {
  return Object.keys(object).length === 0 ? '{}\n' : block(object, 0).join('\n').concat('\n');
}

/** The lines of a map or list that is not empty; the first one without its columns when it follows a dash. */
function block(value: Json, column: number): readonly string[] {
  const pad = ' '.repeat(column);
  if (isArray(value)) {
    return value.flatMap((item) => {
      const [first = '', ...rest] = isFilled(item) ? block(item, column + 2) : inline(item, below(column));
      return [`${pad}- ${isFilled(item) ? first.slice(column + 2) : first}`, ...rest];
    });
  }
  if (!isObject(value)) return [];
  return Object.keys(value)
    .sort()
    .flatMap((key) => {
      const child = value[key] ?? null;
      const name = `${pad}${inline(key, column).join(' ')}:`;
      if (isFilled(child)) return [name, ...block(child, below(column))];
      const [first = '', ...rest] = inline(child, below(column));
      return [`${name} ${first}`, ...rest];
    });
}

/** The column of what stands below one. */
function below(column: number): number {
  return 4 * Math.floor((column + 4) / 4);
}

function isFilled(value: Json): boolean {
  return isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}

/** A scalar or an empty map or list; further lines of a text with line breaks stand at `column`. */
function inline(value: Json, column: number): readonly string[] {
  const document = new Document(value);
  const node = document.contents;
  if (node instanceof Scalar && isMistakable(value)) node.type = 'QUOTE_DOUBLE';
  const [first = '', ...rest] = document.toString({ lineWidth: 0, singleQuote: true }).trimEnd().split('\n');
  const deep = ' '.repeat(column);
  return [first, ...rest.map((line) => (line === '' ? '' : `${deep}${line.replace(/^ {2}/, '')}`))];
}

const TIME = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})?)?$/;
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;

/** Text that without quotes would be a number, a boolean, null or a time. */
export function isMistakable(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return resolvePlain(value) !== value || TIME.test(value) || BASE_60.test(value);
}
