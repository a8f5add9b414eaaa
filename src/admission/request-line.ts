import type { ClientRequest } from '../model/admission.ts';
import { didYouMean, InputError } from '../model/failure.ts';
import { asArray, isObject, type Json, type JsonObject, parseJson } from '../model/json.ts';

/** A line of a requests file that could be read, or what is wrong with it; `id` where it could be made out. */
export type RequestLine =
  | { readonly ok: true; readonly request: ClientRequest }
  | { readonly ok: false; readonly id?: string; readonly error: InputError };

type Check = (value: Json) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isMap: Check = (value) => isObject(value);
const isTexts: Check = (value) => asArray(value)?.every(isText) ?? false;
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);

interface Field {
  readonly is: Check;
  /** What the value must be, for the error text. */
  readonly want: string;
}

const text: Field = { is: isText, want: 'text' };
const map: Field = { is: isMap, want: 'an object' };
const words = (...list: readonly string[]): Field => ({ is: oneOf(...list), want: `one of ${list.join(', ')}` });

const REQUEST: Readonly<Record<string, Field>> = {
  id: text,
  operation: words('CREATE', 'UPDATE', 'DELETE', 'CONNECT'),
  namespace: text,
  name: text,
  resource: text,
  subresource: text,
  object: map,
  oldObject: map,
  patch: map,
  options: map,
  fieldValidation: words('Strict', 'Warn', 'Ignore'),
  dryRun: { is: (value) => typeof value === 'boolean', want: 'true or false' },
  userInfo: map,
};

const PATCH: Readonly<Record<string, Field>> = {
  type: words('json', 'merge', 'strategic', 'apply'),
  body: { is: () => true, want: 'JSON' },
};

const USER: Readonly<Record<string, Field>> = {
  username: text,
  uid: text,
  groups: { is: isTexts, want: 'a list of texts' },
  extra: { is: (value) => isObject(value) && Object.values(value).every(isTexts), want: 'an object of lists of texts' },
};

/**
 * Reads one JSON line as a request. Whole numbers are `bigint`; a field that is `null` counts as absent. Unknown keys
 * and values of the wrong type are errors. `line` counts from 1.
 */
export function parseRequestLine(source: string, file: string, line: number): RequestLine {
  let value: Json;
  try {
    value = parseJson(source, 'int');
  } catch (error) {
    return { ok: false, error: jsonError(error, source, file, line) };
  }
  const problem = isObject(value) ? check(value, 'request', REQUEST) : { message: 'the line is not an object' };
  const request = isObject(value) ? withoutNulls(value) : {};
  const id = typeof request['id'] === 'string' ? { id: request['id'] } : {};
  const found = problem ?? nested(request, 'patch', PATCH) ?? nested(request, 'userInfo', USER) ?? missing(request);
  if (found === undefined) return { ok: true, request: request as unknown as ClientRequest };
  const at = found.key === undefined ? 0 : source.indexOf(JSON.stringify(found.key));
  const { message, hint } = found;
  const place = { file, line, column: Math.max(at, 0) + 1 };
  const error = new InputError({ code: 'bad-request', message, place, ...(hint === undefined ? {} : { hint }) });
  return { ok: false, ...id, error };
}

interface Problem {
  readonly message: string;
  readonly hint?: string;
  /** The key to point at. */
  readonly key?: string;
}

function check(object: JsonObject, what: string, fields: Readonly<Record<string, Field>>): Problem | undefined {
  for (const [key, value] of Object.entries(object)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) {
      const near = didYouMean(key, Object.keys(fields));
      const hint = near === undefined ? `known keys: ${Object.keys(fields).join(', ')}` : `did you mean \`${near}\`?`;
      return { message: `unknown key \`${key}\` in the ${what}`, hint, key };
    }
    if (value !== null && !field.is(value)) return { message: `\`${key}\` must be ${field.want}`, key };
  }
  return undefined;
}

function nested(request: JsonObject, key: string, fields: Readonly<Record<string, Field>>): Problem | undefined {
  const value = request[key];
  return isObject(value) ? check(value, key, fields) : undefined;
}

function missing(request: JsonObject): Problem | undefined {
  const absent = (object: JsonObject, key: string) => object[key] === undefined || object[key] === null;
  if (absent(request, 'operation'))
    return { message: '`operation` is missing', hint: 'CREATE, UPDATE, DELETE or CONNECT' };
  const { patch, userInfo } = request;
  if (isObject(patch) && (absent(patch, 'type') || patch['body'] === undefined)) {
    return { message: '`patch` needs `type` and `body`', key: 'patch' };
  }
  if (isObject(userInfo) && absent(userInfo, 'username')) {
    return { message: '`userInfo` needs `username`', key: 'userInfo' };
  }
  return undefined;
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

function jsonError(error: unknown, source: string, file: string, line: number): InputError {
  const detail = error instanceof Error ? error.message : String(error);
  const at = /at position (\d+)/.exec(detail)?.[1];
  const column = (at === undefined ? Math.max(source.trimEnd().length - 1, 0) : Number(at)) + 1;
  const cause = detail.replace(/ in JSON at position .*$/, '').replace(/ at position .*$/, '');
  return new InputError({ code: 'bad-json', message: `the line is not JSON: ${cause}`, place: { file, line, column } });
}
