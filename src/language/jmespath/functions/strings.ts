import { createHash } from 'node:crypto';
import { compareBytes } from '../../go-text.ts';
import { decodeBase64 } from '../base64.ts';
import { equalFold, simpleLower, simpleUpper } from '../text.ts';
import { define, type QueryFunction } from './define.ts';
import { functionError } from './errors.ts';

/** Kyverno's functions on text. Upstream: kyverno pkg/engine/jmespath/functions.go. */
export const stringFunctions: readonly QueryFunction[] = [
  define('compare', ['string', 'string'], 'number', 'compares two strings lexicographically', ([a, b]) =>
    BigInt(Math.sign(compareBytes(a, b))),
  ),
  define(
    'equal_fold',
    ['string', 'string'],
    'bool',
    'allows comparing two strings for equivalency where the only differences are letter cases',
    ([a, b]) => equalFold(a, b),
  ),
  define(
    'replace',
    ['string', 'string', 'string', 'number'],
    'string',
    'replaces a specified number of instances of the source string with the replacement string in a parent ',
    ([text, from, to, count]) => replaceFirst(text, from, to, count),
  ),
  define(
    'replace_all',
    ['string', 'string', 'string'],
    'string',
    'replace all instances of one string with another in an overall parent string',
    ([text, from, to]) => replaceFirst(text, from, to, -1),
  ),
  define(
    'to_upper',
    ['string'],
    'string',
    'takes in a string and outputs the same string with all upper-case letters',
    ([text]) => simpleUpper(text),
  ),
  define(
    'to_lower',
    ['string'],
    'string',
    'takes in a string and outputs the same string with all lower-case letters',
    ([text]) => simpleLower(text),
  ),
  define(
    'trim',
    ['string', 'string'],
    'string',
    'trims both ends of the source string by characters appearing in the second string',
    ([text, cutset]) => trim(text, cutset),
  ),
  define(
    'trim_prefix',
    ['string', 'string'],
    'string',
    'trims the second string prefix from the first string if the first string starts with the prefix',
    ([text, prefix]) => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  ),
  define(
    'split',
    ['string', 'string'],
    'array[string]',
    'splits the first string when the second string is found and converts it into an array ',
    ([text, separator]) => (separator === '' ? Array.from(text) : text.split(separator)),
  ),
  define(
    'truncate',
    ['string', 'number'],
    'string',
    'length argument must be enclosed in backticks; ex. "{{request.object.metadata.name | truncate(@, `9`)}}"',
    ([text, length]) => truncate(text, length),
  ),
  define(
    'to_boolean',
    ['string'],
    'bool',
    "It returns true or false for any string, such as 'True', 'TruE', 'False', 'FAlse', 'faLSE', etc.",
    ([text]) => toBoolean(text),
  ),
  define(
    'path_canonicalize',
    ['string'],
    'string',
    'normalizes or canonicalizes a given path by removing excess slashes',
    ([path]) => cleanPath(path),
  ),
  define('base64_decode', ['string'], 'string', 'decodes a base 64 string', ([text]) => decodeBase64(text)),
  define(
    'base64_encode',
    ['string'],
    'string',
    'encodes a regular, plaintext and unencoded string to base64',
    ([text]) => Buffer.from(text, 'utf8').toString('base64'),
  ),
  define('sha256', ['string'], 'string', 'generate unique resources name if length exceeds the limit', ([text]) =>
    digest('sha256', text),
  ),
  define('sha1', ['string'], 'string', 'generate a SHA-1 hash', ([text]) => digest('sha1', text)),
  define('md5', ['string'], 'string', 'generates an MD5 hash', ([text]) => digest('md5', text)),
];

function digest(algorithm: string, text: string): string {
  return createHash(algorithm).update(text, 'utf8').digest('hex');
}

/** Go's `strings.Replace`: a negative count, or one beyond int64, replaces all. An empty `from` matches between code points. */
function replaceFirst(text: string, from: string, to: string, count: number): string {
  const whole = Math.trunc(count);
  const limit = whole >= 0 && whole < 2 ** 63 ? whole : Number.POSITIVE_INFINITY;
  if (from === '') {
    const chars = Array.from(text);
    const gaps = Math.min(limit, chars.length + 1);
    return chars.map((char, i) => (i < gaps ? to + char : char)).join('') + (gaps > chars.length ? to : '');
  }
  if (limit === Number.POSITIVE_INFINITY) return text.replaceAll(from, () => to);
  let out = '';
  let start = 0;
  for (let done = 0; done < limit; done++) {
    const at = text.indexOf(from, start);
    if (at < 0) break;
    out += text.slice(start, at) + to;
    start = at + from.length;
  }
  return out + text.slice(start);
}

function trim(text: string, cutset: string): string {
  const cut = new Set(cutset);
  const chars = Array.from(text);
  const first = chars.findIndex((char) => !cut.has(char));
  if (first < 0) return '';
  return chars.slice(first, chars.findLastIndex((char) => !cut.has(char)) + 1).join('');
}

function truncate(text: string, length: number): string {
  // A length beyond int64 overflows to a negative one upstream.
  if (!(length >= 1 && length < 2 ** 63)) return '';
  const whole = Math.trunc(length);
  return text.length <= whole ? text : Array.from(text).slice(0, whole).join('');
}

function toBoolean(text: string): boolean {
  const lower = simpleLower(text);
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw functionError('to_boolean', `lowercase argument must be 'true' or 'false' (provided: '${text}')`);
}

/** Go's `filepath.Join` of one element on a POSIX system: empty stays empty, the rest is cleaned lexically. */
function cleanPath(path: string): string {
  if (path === '') return '';
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push(part);
  }
  return rooted ? `/${kept.join('/')}` : kept.join('/') || '.';
}
