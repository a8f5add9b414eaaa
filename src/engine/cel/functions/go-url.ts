import { goQuote } from '../../../language/go-text.ts';
import { parseAddress } from './address.ts';

/** The parts of a URL as Go reads it. */
export interface GoUrl {
  readonly text: string;
  readonly scheme: string;
  /** With the port. */
  readonly host: string;
  /** As written, before `?` and `#`. */
  readonly path: string;
  readonly query: string;
}

const PATH_CHARACTER = /[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]/;

class UrlProblem extends Error {}

/**
 * Reads an absolute URL or path; a text is Go's error. With `request` a fragment counts as part of what it stands in.
 * Upstream: `net/url`, Parse and ParseRequestURI.
 */
export function parseUrl(text: string, request: boolean): GoUrl | string {
  const hash = request ? -1 : text.indexOf('#');
  const body = hash < 0 ? text : text.slice(0, hash);
  try {
    const url = parseBody(text, body, request);
    if (hash >= 0) checkEscapes(text.slice(hash + 1));
    return url;
  } catch (problem) {
    if (problem instanceof UrlProblem) return `parse ${goQuote(text)}: ${problem.message}`;
    throw problem;
  }
}

function parseBody(text: string, body: string, request: boolean): GoUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that URLs forbid
  if (/[\u0000-\u001f\u007f]/.test(body)) throw new UrlProblem('net/url: invalid control character in URL');
  if (body === '' && request) throw new UrlProblem('empty url');
  const empty = { text, scheme: '', host: '', path: '', query: '' };
  if (body === '*') return { ...empty, path: '*' };
  if (body.startsWith(':')) throw new UrlProblem('missing protocol scheme');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(body)?.[1];
  const afterScheme = scheme === undefined ? body : body.slice(scheme.length + 1);
  const question = afterScheme.indexOf('?');
  const rest = question < 0 ? afterScheme : afterScheme.slice(0, question);
  const known = {
    ...empty,
    scheme: scheme?.toLowerCase() ?? '',
    query: question < 0 ? '' : afterScheme.slice(question + 1),
  };
  if (!rest.startsWith('/')) {
    if (scheme !== undefined) return known;
    if (request) throw new UrlProblem('invalid URI for request');
    if (rest.split('/')[0]?.includes(':')) throw new UrlProblem('first path segment in URL cannot contain colon');
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== undefined || (!request && !rest.startsWith('///')));
  const [, authority = '', path = ''] = hasAuthority ? (/^\/\/([^/]*)(.*)$/s.exec(rest) ?? []) : ['', '', rest];
  checkEscapes(path);
  return { ...known, host: hostOf(authority), path };
}

function hostOf(authority: string): string {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new UrlProblem('net/url: invalid userinfo');
  checkEscapes(user);
  const host = authority.slice(at + 1);
  if (host.startsWith('[')) {
    const close = host.lastIndexOf(']');
    if (close < 0) throw new UrlProblem("missing ']' in host");
    checkPort(host.slice(close + 1));
    const literal = host.slice(1, close);
    const problem = parseAddress(literal.split('%')[0] ?? '');
    if (typeof problem === 'string') throw new UrlProblem(`invalid host: ${problem}`);
    return host;
  }
  const colon = host.lastIndexOf(':');
  if (colon >= 0) checkPort(host.slice(colon));
  checkEscapes(host);
  const bad = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\u{10ffff}]/u.exec(host);
  if (bad !== null) throw new UrlProblem(`invalid character ${goQuote(bad[0])} in host name`);
  return host;
}

function checkPort(port: string): void {
  if (port !== '' && !/^:[0-9]*$/.test(port)) throw new UrlProblem(`invalid port ${goQuote(port)} after host`);
}

function checkEscapes(text: string): void {
  const bad = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(text);
  if (bad !== null) throw new UrlProblem(`invalid URL escape ${goQuote(bad[0])}`);
}

/** The host without port and brackets. */
export function hostnameOf({ host }: GoUrl): string {
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:[^:]*$/, '');
  return name.startsWith('[') ? name.slice(1, -1) : name;
}

/** The port, `''` for none. */
export function portOf({ host }: GoUrl): string {
  return /:(\d*)$/.exec(host.slice(host.lastIndexOf(']') + 1))?.[1] ?? '';
}

/** The path with everything escaped that must be. */
export function escapedPathOf({ path }: GoUrl): string {
  if ([...path].every((character) => PATH_CHARACTER.test(character))) return path;
  const bytes = new TextEncoder().encode(decoded(path, false));
  return [...bytes]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      const plain = /[A-Za-z0-9\-_.~$&+,/:;=@]/.test(character);
      return plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** The values of the query by key; parts with bad escapes or semicolons are left out. */
export function queryOf({ query }: GoUrl): Readonly<Record<string, readonly string[]>> {
  const values: Record<string, string[]> = {};
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';') || /%(?![0-9A-Fa-f]{2})/.test(part)) continue;
    const equals = part.indexOf('=');
    const key = decoded(equals < 0 ? part : part.slice(0, equals), true);
    values[key] = [...(values[key] ?? []), equals < 0 ? '' : decoded(part.slice(equals + 1), true)];
  }
  return values;
}

function decoded(text: string, plusIsBlank: boolean): string {
  const spaced = plusIsBlank ? text.replaceAll('+', ' ') : text;
  const bytes: number[] = [];
  for (const part of spaced.split(/(%[0-9A-Fa-f]{2})/)) {
    if (/^%[0-9A-Fa-f]{2}$/.test(part)) bytes.push(Number.parseInt(part.slice(1), 16));
    else bytes.push(...new TextEncoder().encode(part));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
