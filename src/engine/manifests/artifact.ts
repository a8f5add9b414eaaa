import { extname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readYaml } from '../../language/jmespath/yaml.ts';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import { asString, isObject, type JsonObject } from '../../model/json.ts';

/** Gunzips; what is no whole gzip stays as it is. Upstream: `GzipDecompress` in `pkg/util/gzip.go`. */
export function decompress(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}

/**
 * The objects in a signed message: a text with YAML documents, or an archive (tar, gzipped) of such files.
 * Throws `EvaluationError` for what is neither.
 * Upstream: `GetYAMLsInArtifact` in `pkg/util/image.go`, `FindManifestYAML` in `pkg/util/yaml.go`.
 */
export function objectsInArtifact(bytes: Uint8Array): readonly JsonObject[] {
  const direct = readDocuments(Buffer.from(bytes).toString());
  if (direct.length > 0) return objectsOnly(direct);
  let archive: Uint8Array;
  try {
    archive = gunzipSync(bytes);
  } catch {
    throw new EvaluationError(brokenGzip(bytes));
  }
  const texts = filesIn(archive)
    .filter(({ name }) => ['.yaml', '.yml'].includes(extname(name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ text }) => text)
    .filter(isObjectText);
  return objectsOnly(readDocuments(texts.join('\n---\n')));
}

function brokenGzip(bytes: Uint8Array): string {
  const { length } = bytes;
  const whileReading = 'failed while decompressing tar gz';
  if (length < 10) return `gzip.NewReader() ${whileReading}: ${length === 0 ? 'EOF' : 'unexpected EOF'}`;
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
  return isGzip
    ? `tarReader.Next() ${whileReading}: unexpected EOF`
    : `gzip.NewReader() ${whileReading}: gzip: invalid header`;
}

/** Documents up to the first that is broken; `undefined` for one that is empty. */
function readDocuments(text: string): readonly (JsonObject | undefined)[] {
  const documents: (JsonObject | undefined)[] = [];
  for (const part of split(text)) {
    if (part === undefined) break;
    try {
      const value = readYaml(part);
      if (value === null) documents.push(undefined);
      else documents.push(isObject(value) ? value : {});
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      break;
    }
  }
  return documents;
}

/** The texts between `---`; `undefined` for a separator with more on its line, where reading ends. */
function* split(text: string): Generator<string | undefined> {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  let part = '';
  for (const line of lines) {
    if (line.startsWith('---')) {
      const rest = line.slice(3).trim();
      if (rest !== '' && !rest.startsWith('#')) {
        yield undefined;
        return;
      }
      if (part !== '') {
        yield part;
        part = '';
        continue;
      }
    }
    part += `${line}\n`;
  }
  if (part !== '') yield part;
}

function objectsOnly(documents: readonly (JsonObject | undefined)[]): readonly JsonObject[] {
  return documents.flatMap((document) => {
    if (document === undefined) {
      throw new NotSupportedError('a signed message with an empty YAML document, which Kyverno crashes on');
    }
    return (asString(document['kind']) ?? '') === '' ? [] : [document];
  });
}

function isObjectText(text: string): boolean {
  try {
    const value = readYaml(text);
    return value === null || (isObject(value) && (asString(value['kind']) ?? '') !== '');
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

const BLOCK = 512;

/** The files of a tar archive. Throws `EvaluationError` for links and the like, and for what is no archive. */
function filesIn(archive: Uint8Array): readonly { readonly name: string; readonly text: string }[] {
  const bytes = Buffer.from(archive);
  const files = new Map<string, string>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const field = (from: number, length: number) =>
      header
        .subarray(from, from + length)
        .toString()
        .replace(/\0[\s\S]*$/, '');
    const size = Number.parseInt(field(124, 12).trim() || '0', 8);
    if (!hasChecksum(header) || Number.isNaN(size)) {
      throw new EvaluationError('tarReader.Next() failed while decompressing tar gz: archive/tar: invalid tar header');
    }
    const data = bytes.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156] ?? 0);
    const prefix = field(257, 5) === 'ustar' ? field(345, 155) : '';
    const name = longName ?? (prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`);
    longName = undefined;
    if (type === 'L') longName = data.toString().replace(/\0[\s\S]*$/, '');
    else if (type === 'x') longName = /^\d+ path=(.*)$/m.exec(data.toString())?.[1];
    else if (type === 'g' || name.startsWith('..') || type === '5') continue;
    else if (type === '0' || type === '\0') files.set(name, data.toString());
    else throw new EvaluationError(`faced uknown type ${type} in ${name} while decompressing tar gz`);
  }
  return [...files].map(([name, text]) => ({ name, text }));
}

function hasChecksum(header: Buffer): boolean {
  const written = Number.parseInt(header.subarray(148, 156).toString().replaceAll('\0', ' ').trim(), 8);
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  return sum === written;
}
