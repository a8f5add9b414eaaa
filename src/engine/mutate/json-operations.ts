import { EvaluationError } from '../../model/failure.ts';
import { isArray, isObject, type Json, parseJson } from '../../model/json.ts';
import { compactJson, rawItems, rawMembers } from './raw-json.ts';

/** One operation, its value as JSON text. */
export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from: string;
  /** Absent when not given. */
  readonly value: string | undefined;
}

/**
 * Reads an RFC 6902 patch. Throws `EvaluationError`.
 * Upstream: `DecodePatch` in `github.com/evanphx/json-patch/v5` v5.9.11.
 */
export function decodeJsonPatch(text: string): readonly Operation[] {
  const decoded = parse(text);
  if (decoded === null) return [];
  if (!isArray(decoded))
    throw new EvaluationError(`json: cannot unmarshal ${jsonKind(decoded)} into Go value of type jsonpatch.Patch`);
  return rawItems(text).map((raw) => decodeOperation(raw));
}

function parse(text: string): Json {
  try {
    return parseJson(text, 'float');
  } catch {
    throw new EvaluationError('invalid state detected');
  }
}

function jsonKind(value: Json): string {
  if (isObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : isArray(value) ? 'array' : typeof value;
}

function decodeOperation(raw: string): Operation {
  const members = raw.startsWith('{') ? new Map(rawMembers(raw)) : new Map<string, string>();
  if (!raw.startsWith('{') && raw !== 'null') {
    throw new EvaluationError(
      `json: cannot unmarshal ${jsonKind(parse(raw))} into Go value of type jsonpatch.Operation`,
    );
  }
  const text = (key: string): string | undefined => {
    const value = parse(members.get(key) ?? 'null');
    return typeof value === 'string' ? value : undefined;
  };
  const invalid = (cause: string) => new EvaluationError(`invalid operation ${operationText(members)}: ${cause}`);
  const op = text('op') ?? 'unknown';
  if (!['add', 'replace', 'move', 'copy', 'remove', 'test'].includes(op)) throw invalid('unsupported operation');
  if ((op === 'add' || op === 'replace') && !members.has('value')) {
    throw invalid("failed to decode 'value': operation, missing value field: missing value");
  }
  const needed = (key: string, missing: string): string => {
    const value = text(key);
    if (value !== undefined) return value;
    const given = members.get(key) ?? 'null';
    const cause = given === 'null' ? `${missing}: missing value` : wrongType(given);
    throw invalid(`failed to decode '${key}': ${cause}`);
  };
  const from = op === 'move' || op === 'copy' ? needed('from', 'operation, missing from field') : '';
  const path = needed('path', 'operation missing path field');
  return { op, path, from, value: members.get('value') };
}

function wrongType(raw: string): string {
  return `json: cannot unmarshal ${jsonKind(parse(raw))} into Go value of type string`;
}

function operationText(members: ReadonlyMap<string, string>): string {
  const keys = [...members.keys()].sort();
  const text = `{${keys.map((key) => `${JSON.stringify(key)}:${compactJson(members.get(key) ?? '')}`).join(',')}}`;
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
