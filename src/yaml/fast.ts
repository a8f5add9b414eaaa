import { type Json, type NumberMode, setKey } from '../model/json.ts';
import { type Read, readFlow, readQuoted } from './fast-flow.ts';
import { keyText, resolvePlain, scalarToJson } from './scalar.ts';

/** Thrown inside the fast reader when a text needs the full one. Never leaves this file. */
const UNUSUAL = Symbol('unusual');

interface Lines {
  readonly texts: readonly string[];
  /** Columns before the first character that is no blank; -1 for blank and comment lines. */
  readonly indents: readonly number[];
}

interface Reader extends Lines {
  readonly mode: NumberMode;
  readonly strict: boolean;
  /** Index of the line to read next; always a line with content, or past the end. */
  at: number;
  /** Column at which the rest of that line starts: after `- ` it lies right of the indentation. */
  column: number;
  depth: number;
}

// Tabs, carriage returns, control and separator characters have rules of their own.
const UNUSUAL_CHARACTER = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\ud800-\udfff]/;

/**
 * Reads the YAML that manifests are usually written in: block maps and lists, scalars on one line, `|` and `>`
 * blocks, flow collections on one line. Gives `undefined` for everything else, also for every mistake: then the
 * full reader says what the text means. Where it gives a value it is the full reader's value.
 * In `strict` mode a repeated key counts as "everything else".
 */
export function readFast(text: string, mode: NumberMode, strict: boolean): { readonly value: Json } | undefined {
  if (UNUSUAL_CHARACTER.test(text)) return undefined;
  const texts = text.split('\n');
  if (texts.at(-1) === '') texts.pop();
  const indents = texts.map(contentIndent);
  const reader: Reader = { texts, indents, mode, strict, at: 0, column: 0, depth: 0 };
  try {
    skipBlank(reader);
    if (/^---(?: +#.*| *)$/.test(texts[reader.at] ?? '')) advance(reader);
    const value = readBlock(reader);
    return reader.at >= texts.length ? { value } : undefined;
  } catch (error) {
    if (error === UNUSUAL || error instanceof RangeError) return undefined;
    throw error;
  }
}

function contentIndent(line: string): number {
  let i = 0;
  while (line.charCodeAt(i) === 32) i++;
  return i === line.length || line.charCodeAt(i) === 35 ? -1 : i;
}

function give(): never {
  throw UNUSUAL;
}

function skipBlank(reader: Reader): void {
  while (reader.indents[reader.at] === -1) reader.at++;
  reader.column = reader.indents[reader.at] ?? -1;
}

function advance(reader: Reader): void {
  reader.at++;
  skipBlank(reader);
}

/** A block map or list that starts at the reader's column. */
function readBlock(reader: Reader): Json {
  const line = reader.texts[reader.at];
  if (line === undefined || ++reader.depth > 100) return give();
  const value = isDash(line, reader.column) ? readList(reader, reader.column) : readMap(reader, reader.column);
  reader.depth--;
  return value;
}

function isDash(line: string, column: number): boolean {
  return line.charCodeAt(column) === 45 && (column + 1 === line.length || line.charCodeAt(column + 1) === 32);
}

function readList(reader: Reader, indent: number): Json {
  const list: Json[] = [];
  while (reader.column === indent) {
    const line = reader.texts[reader.at] as string;
    if (!isDash(line, indent)) break;
    let start = indent + 1;
    while (line.charCodeAt(start) === 32) start++;
    if (start >= line.length || line.charCodeAt(start) === 35) {
      advance(reader);
      list.push(reader.column > indent ? readBlock(reader) : null);
    } else if (isDash(line, start) || keyEnd(line, start) >= 0) {
      reader.column = start;
      list.push(readBlock(reader));
    } else {
      list.push(readInline(reader, line, start, indent));
    }
  }
  if (reader.column > indent) give();
  return list;
}

function readMap(reader: Reader, indent: number): Json {
  const map: Record<string, Json> = {};
  while (reader.column === indent) {
    const line = reader.texts[reader.at] as string;
    if (isDash(line, indent)) break;
    const colon = keyEnd(line, indent);
    if (colon < 0) give();
    const key = readKey(line, indent, colon);
    let start = colon + 1;
    while (line.charCodeAt(start) === 32) start++;
    let value: Json;
    if (start >= line.length || line.charCodeAt(start) === 35) {
      advance(reader);
      const nested =
        reader.column > indent || (reader.column === indent && isDash(reader.texts[reader.at] ?? '', indent));
      value = nested ? readBlock(reader) : null;
    } else value = readInline(reader, line, start, indent);
    if (reader.strict && Object.hasOwn(map, key)) give();
    setKey(map, key, value);
  }
  if (reader.column > indent) give();
  return map;
}

/** Index of the `:` after the key that starts at `start`; -1 when there is no simple key. */
function keyEnd(line: string, start: number): number {
  const first = line.charCodeAt(start);
  if (first === 34 || first === 39) {
    const quoted = readQuoted(line, start);
    if (quoted === undefined) return give();
    let end = quoted.end;
    while (line.charCodeAt(end) === 32) end++;
    return line.charCodeAt(end) === 58 && isBlankOrEnd(line, end + 1) ? end : -1;
  }
  if (!startsPlain(line, start)) return -1;
  for (let colon = line.indexOf(':', start); colon >= 0; colon = line.indexOf(':', colon + 1)) {
    if (!isBlankOrEnd(line, colon + 1)) continue;
    const comment = line.indexOf(' #', start);
    return comment >= 0 && comment < colon ? give() : colon;
  }
  return -1;
}

function isBlankOrEnd(line: string, index: number): boolean {
  return index >= line.length || line.charCodeAt(index) === 32;
}

/** Whether an unquoted scalar can start here; `-`, `?` and `:` may only before a character that is no blank. */
function startsPlain(line: string, index: number): boolean {
  const first = line[index] as string;
  if (first === '-') return !isBlankOrEnd(line, index + 1);
  return !'?:,[]{}#&*!|>\'"%@`'.includes(first);
}

function readKey(line: string, start: number, colon: number): string {
  const first = line.charCodeAt(start);
  if (colon - start > 1000) give();
  if (first === 34 || first === 39) return readQuoted(line, start)?.value ?? give();
  const text = trimSpaces(line.slice(start, colon));
  if (text === '<<') give();
  return keyText(resolvePlain(text)) ?? give();
}

/** A value that starts on its key's or dash's line; `indent` is that of the map or list it stands in. */
function readInline(reader: Reader, line: string, start: number, indent: number): Json {
  const first = line.charCodeAt(start);
  if (first === 124 || first === 62) return readBlockScalar(reader, line, start, indent);
  let value: Json;
  if (first === 34 || first === 39) value = closed(line, readQuoted(line, start));
  else if (first === 91 || first === 123) value = closed(line, readFlow(line, start, reader.mode));
  else value = readPlain(reader, line, start);
  advance(reader);
  if (reader.column > indent) give();
  return value;
}

function closed<T>(line: string, read: Read<T> | undefined): T {
  if (read === undefined) return give();
  return /^(?: +#.*| *)$/.test(line.slice(read.end)) ? read.value : give();
}

function readPlain(reader: Reader, line: string, start: number): Json {
  if (!startsPlain(line, start)) give();
  const comment = line.indexOf(' #', start);
  const text = trimSpaces(comment < 0 ? line.slice(start) : line.slice(start, comment));
  if (text.endsWith(':') || text.includes(': ')) give();
  return scalarToJson(resolvePlain(text), reader.mode) ?? give();
}

function readBlockScalar(reader: Reader, line: string, start: number, parentIndent: number): string {
  const header = /^([|>])([-+]?)(?: +#.*| *)$/.exec(line.slice(start));
  if (header === null) give();
  const folded = header?.[1] === '>';
  const chomping = header?.[2] ?? '';
  const { texts } = reader;
  let at = reader.at + 1;
  let widestBlank = 0;
  while (at < texts.length && spaces(texts[at] as string) === (texts[at] as string).length) {
    widestBlank = Math.max(widestBlank, (texts[at++] as string).length);
  }
  const indent = at < texts.length ? spaces(texts[at] as string) : 0;
  if (indent <= parentIndent || widestBlank > indent) give();
  const body: string[] = texts.slice(reader.at + 1, at).map(() => '');
  for (; at < texts.length; at++) {
    const text = texts[at] as string;
    const width = spaces(text);
    if (width < indent && width < text.length) break;
    body.push(text.slice(indent));
  }
  reader.at = at;
  skipBlank(reader);
  if (reader.column > parentIndent) give();
  return assemble(body, folded, chomping);
}

/** Without blanks at the end; only blanks, as YAML has it. */
function trimSpaces(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 32) end--;
  return text.slice(0, end);
}

function spaces(line: string): number {
  let i = 0;
  while (line.charCodeAt(i) === 32) i++;
  return i;
}

/** Joins the lines of a block scalar: folding keeps breaks beside lines that are blank or start with a blank. */
function assemble(lines: readonly string[], folded: boolean, chomping: string): string {
  let end = lines.length;
  while (end > 0 && lines[end - 1] === '') end--;
  let text = '';
  let previous: string | undefined;
  let breaks = 0;
  for (const line of lines.slice(0, end)) {
    if (line === '') breaks++;
    else {
      if (previous !== undefined) {
        const fold = folded && !previous.startsWith(' ') && !line.startsWith(' ');
        if (!fold) text += '\n';
        else if (breaks === 0) text += ' ';
      }
      text += '\n'.repeat(breaks) + line;
      breaks = 0;
      previous = line;
    }
  }
  if (chomping === '-') return text;
  return chomping === '+' ? `${text}\n${'\n'.repeat(lines.length - end)}` : `${text}\n`;
}
