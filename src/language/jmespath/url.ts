import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import { goQuote } from '../go-text.ts';
import { isLocalAddress, parseIp } from './ip.ts';

/**
 * Whether a URL's host lies outside: an address that is neither loopback nor private.
 * Throws `EvaluationError` with Go's text for what is no URL, and `NotSupportedError` for a host name, because only
 * a DNS lookup could tell. Upstream: kyverno pkg/engine/jmespath/functions.go, jpIsExternalURL; Go net/url.
 */
export function isExternalUrl(text: string): boolean {
  const host = hostOf(text.toWellFormed());
  // An address may carry a zone, as in fe80::1%eth0.
  const address = parseIp(host.includes(':') ? (host.split('%')[0] ?? '') : host);
  if (address !== undefined) return !isLocalAddress(address);
  if (host === '') throw new EvaluationError('lookup : no such host');
  // Every hosts file has this name.
  if (host.toLowerCase() === 'localhost') return false;
  if (!isDomainName(host)) throw new EvaluationError(`lookup ${host}: no such host`);
  throw new NotSupportedError(`DNS lookup of \`${host}\``, 'is_external_url');
}

/** Whether Go would ask DNS for a name. Upstream: Go net/dnsclient.go, isDomainName. */
function isDomainName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return (
    host.length <= 254 &&
    labels.every((label) => label.length <= 63 && /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(label)) &&
    /[A-Za-z_-]/.test(host)
  );
}

/** The host name of a URL, without port and brackets; empty when it has none. */
function hostOf(text: string): string {
  const url = text.split('#')[0] ?? '';
  const fail = (message: string): EvaluationError => new EvaluationError(`parse ${goQuote(url)}: ${message}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that URLs forbid
  if (/[\u0000-\u001f\u007f]/.test(url)) throw fail('net/url: invalid control character in URL');
  if (url.startsWith(':')) throw fail('missing protocol scheme');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url)?.[1];
  const rest = (scheme === undefined ? url : url.slice(scheme.length + 1)).split('?')[0] ?? '';
  if (!rest.startsWith('/')) {
    if (scheme !== undefined || url === '*') return '';
    if (rest.split('/')[0]?.includes(':')) throw fail('first path segment in URL cannot contain colon');
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== undefined || !rest.startsWith('///'));
  const [, authority = '', path = ''] = hasAuthority ? (/^\/\/([^/]*)(.*)$/s.exec(rest) ?? []) : ['', '', rest];
  const at = authority.lastIndexOf('@');
  const host = parseHost(authority.slice(at + 1), scheme?.toLowerCase(), fail);
  if (at >= 0 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at))) {
    throw fail('net/url: invalid userinfo');
  }
  checkEscapes(at >= 0 ? authority.slice(0, at) : '', fail);
  checkEscapes(path, fail);
  const fragment = text.slice(url.length + 1);
  checkEscapes(fragment, (message) => new EvaluationError(`parse ${goQuote(text)}: ${message}`));
  return host;
}

function checkEscapes(text: string, fail: (message: string) => EvaluationError): void {
  const bad = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(text);
  if (bad !== null) throw fail(`invalid URL escape ${goQuote(bad[0])}`);
}

function parseHost(host: string, scheme: string | undefined, fail: (message: string) => EvaluationError): string {
  const open = host.lastIndexOf('[');
  if (open > 0) throw fail('invalid IP-literal');
  if (open === 0) {
    const close = host.lastIndexOf(']');
    if (close < 0) throw fail("missing ']' in host");
    checkPort(host.slice(close + 1), fail);
    const literal = decodeHost(host.slice(1, close), fail, true);
    const address = parseIp(literal.split('%')[0] ?? '');
    if (address === undefined) throw fail(`invalid host: ParseAddr(${goQuote(literal)}): unable to parse IP`);
    if (!literal.includes(':')) throw fail('invalid IP-literal');
    return literal;
  }
  const strict = scheme === 'http' || scheme === 'https';
  const colon = strict ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon < 0) return decodeHost(host, fail, false);
  checkPort(host.slice(colon), fail);
  return decodeHost(host.slice(0, colon), fail, false);
}

function checkPort(port: string, fail: (message: string) => EvaluationError): void {
  if (port !== '' && !/^:[0-9]*$/.test(port)) throw fail(`invalid port ${goQuote(port)} after host`);
}

/** Only bytes outside ASCII may be escaped in a host, and `%25` before the zone of an address. */
function decodeHost(host: string, fail: (message: string) => EvaluationError, literal: boolean): string {
  checkEscapes(host, fail);
  const zone = literal ? host.indexOf('%25') : -1;
  const name = zone < 0 ? host : host.slice(0, zone);
  const escaped = /%(?!25)[0-7]./.exec(name);
  if (escaped !== null) throw fail(`invalid URL escape ${goQuote(escaped[0])}`);
  const bad = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\u{10ffff}]/u.exec(name);
  if (bad !== null) throw fail(`invalid character ${goQuote(bad[0])} in host name`);
  return zone < 0 ? name : `${name}%${host.slice(zone + 3)}`;
}
