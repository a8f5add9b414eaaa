import { type Json, type NumberMode, setKey } from '../model/json.ts';
import { keyText, resolvePlain, scalarToJson } from './scalar.ts';

/** Something read from a line, and the index after it. */
export interface Read<T> {
  readonly value: T;
  readonly end: number;
}

/** A quoted scalar that ends on its line and uses no escape beyond JSON's; else `undefined`. */
export function readQuoted(line: string, start: number): Read<string> | undefined {
  return line.charCodeAt(start) === 39 ? readSingle(line, start) : readDouble(line, start);
}

function readSingle(line: string, start: number): Read<string> | undefined {
  let end = line.indexOf("'", start + 1);
  let doubled = false;
  while (end >= 0 && line.charCodeAt(end + 1) === 39) {
    doubled = true;
    end = line.indexOf("'", end + 2);
  }
  if (end < 0) return undefined;
  const body = line.slice(start + 1, end);
  return { value: doubled ? body.replaceAll("''", "'") : body, end: end + 1 };
}

function readDouble(line: string, start: number): Read<string> | undefined {
  let escaped = false;
  for (let end = start + 1; end < line.length; end++) {
    const code = line.charCodeAt(end);
    if (code === 92) {
      escaped = true;
      end++;
    } else if (code === 34) {
      const body = line.slice(start + 1, end);
      if (!escaped) return { value: body, end: end + 1 };
      if (!/^(?:[^\\]|\\["\\bfnrt]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})*$/.test(body)) return undefined;
      return { value: JSON.parse(`"${body}"`) as string, end: end + 1 };
    }
  }
  return undefined;
}

/** A flow list or map that ends on its line and holds only plain or quoted scalars and such lists and maps. */
export function readFlow(line: string, start: number, mode: NumberMode, depth = 0): Read<Json> | undefined {
  if (depth > 20) return undefined;
  return line.charCodeAt(start) === 91 ? readFlowList(line, start, mode, depth) : readFlowMap(line, start, mode, depth);
}

function skipSpaces(line: string, index: number): number {
  let at = index;
  while (line.charCodeAt(at) === 32) at++;
  return at;
}

function readFlowList(line: string, start: number, mode: NumberMode, depth: number): Read<Json> | undefined {
  const list: Json[] = [];
  let at = skipSpaces(line, start + 1);
  if (line[at] === ']') return { value: list, end: at + 1 };
  for (;;) {
    const item = readFlowValue(line, at, mode, depth);
    if (item === undefined) return undefined;
    list.push(item.value);
    at = skipSpaces(line, item.end);
    if (line[at] === ']') return { value: list, end: at + 1 };
    if (line[at] !== ',') return undefined;
    at = skipSpaces(line, at + 1);
  }
}

function readFlowMap(line: string, start: number, mode: NumberMode, depth: number): Read<Json> | undefined {
  const map: Record<string, Json> = {};
  let at = skipSpaces(line, start + 1);
  if (line[at] === '}') return { value: map, end: at + 1 };
  for (;;) {
    const key = readFlowKey(line, at);
    if (key === undefined || Object.hasOwn(map, key.value)) return undefined;
    at = skipSpaces(line, key.end);
    if (line[at] !== ':' || line[at + 1] !== ' ') return undefined;
    const value = readFlowValue(line, skipSpaces(line, at + 1), mode, depth);
    if (value === undefined) return undefined;
    setKey(map, key.value, value.value);
    at = skipSpaces(line, value.end);
    if (line[at] === '}') return { value: map, end: at + 1 };
    if (line[at] !== ',') return undefined;
    at = skipSpaces(line, at + 1);
  }
}

// Letters, digits and signs that mean nothing in flow collections; blanks only between two of them.
const FLOW_PLAIN =
  /(?:[A-Za-z0-9_./~$^=+]|-(?=[A-Za-z0-9_]))[\w./~$^=+*@()<>;|&!?\\-]*(?: +[\w./~$^=+(<;\\][\w./~$^=+*@()<>;|&!?\\-]*)*/y;

function readFlowPlain(line: string, start: number): Read<string> | undefined {
  FLOW_PLAIN.lastIndex = start;
  const text = FLOW_PLAIN.exec(line)?.[0];
  return text === undefined || text === '<<' ? undefined : { value: text, end: start + text.length };
}

function readFlowKey(line: string, start: number): Read<string> | undefined {
  const first = line.charCodeAt(start);
  if (first === 34 || first === 39) return readQuoted(line, start);
  const plain = readFlowPlain(line, start);
  const key = plain === undefined ? undefined : keyText(resolvePlain(plain.value));
  return plain === undefined || key === undefined ? undefined : { value: key, end: plain.end };
}

function readFlowValue(line: string, start: number, mode: NumberMode, depth: number): Read<Json> | undefined {
  const first = line.charCodeAt(start);
  if (first === 34 || first === 39) return readQuoted(line, start);
  if (first === 91 || first === 123) return readFlow(line, start, mode, depth + 1);
  const plain = readFlowPlain(line, start);
  const value = plain === undefined ? undefined : scalarToJson(resolvePlain(plain.value), mode);
  return plain === undefined || value === undefined ? undefined : { value, end: plain.end };
}
