/**
 * JSON text taken apart one level at a time. The JSON patch library leaves what it does not touch as it was written,
 * down to the order of keys, and whether an object "changed" is decided on the text.
 */

const WHITE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^,\]}\s]+/y;

interface Cursor {
  readonly text: string;
  at: number;
}

/** The members of an object's text, in their order, each value as its text. The text must be valid JSON. */
export function rawMembers(text: string): readonly (readonly [string, string])[] {
  const cursor = { text, at: 0 };
  const members: [string, string][] = [];
  skipWhite(cursor);
  cursor.at++;
  for (;;) {
    skipWhite(cursor);
    if (take(cursor, '}')) return members;
    take(cursor, ',');
    skipWhite(cursor);
    const key = JSON.parse(match(cursor, STRING)) as string;
    skipWhite(cursor);
    take(cursor, ':');
    members.push([key, rawValue(cursor)]);
  }
}

/** The texts of a list's items. The text must be valid JSON. */
export function rawItems(text: string): readonly string[] {
  const cursor = { text, at: 0 };
  const items: string[] = [];
  skipWhite(cursor);
  cursor.at++;
  for (;;) {
    skipWhite(cursor);
    if (take(cursor, ']')) return items;
    take(cursor, ',');
    items.push(rawValue(cursor));
  }
}

/** The text without white space between its parts. */
export function compactJson(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[ \t\n\r]+/g, (part) => (part.startsWith('"') ? part : ''));
}

function rawValue(cursor: Cursor): string {
  skipWhite(cursor);
  const start = cursor.at;
  let depth = 0;
  do {
    skipWhite(cursor);
    const char = cursor.text[cursor.at];
    if (char === '"') match(cursor, STRING);
    else if (char === '{' || char === '[') {
      depth++;
      cursor.at++;
    } else if (char === '}' || char === ']') {
      depth--;
      cursor.at++;
    } else if (char === ',' || char === ':') cursor.at++;
    else match(cursor, SCALAR);
  } while (depth > 0);
  return cursor.text.slice(start, cursor.at);
}

function skipWhite(cursor: Cursor): void {
  match(cursor, WHITE);
}

function take(cursor: Cursor, char: string): boolean {
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at++;
  return true;
}

function match(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const [found = ''] = pattern.exec(cursor.text) ?? [];
  cursor.at += found.length;
  return found;
}

/** Equal in structure; numbers are compared as they are written. */
export function sameJson(a: string, b: string): boolean {
  const [left, right] = [compactJson(a), compactJson(b)];
  if (left === right) return true;
  if (left.startsWith('{') && right.startsWith('{')) {
    const [mine, theirs] = [new Map(rawMembers(left)), new Map(rawMembers(right))];
    return mine.size === theirs.size && [...mine].every(([key, raw]) => sameJson(raw, theirs.get(key) ?? ''));
  }
  if (left.startsWith('[') && right.startsWith('[')) {
    const [mine, theirs] = [rawItems(left), rawItems(right)];
    return mine.length === theirs.length && mine.every((raw, i) => sameJson(raw, theirs[i] ?? ''));
  }
  return left.startsWith('"') && right.startsWith('"') && JSON.parse(left) === JSON.parse(right);
}
