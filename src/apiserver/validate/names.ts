import { type FieldError, invalid, invalidEach, required } from './field-error.ts';
import type { FieldPath } from './field-path.ts';
import { byteLength } from './fields.ts';

/**
 * What is wrong with a name, label, key or port: the texts, empty when nothing is.
 * Upstream: apimachinery `pkg/util/validation/validation.go` and `pkg/api/validate/content`.
 */
export type Complaints = readonly string[];

/** Checks a name; `prefix`: something will be appended to it (generateName). */
export type NameCheck = (name: string, prefix: boolean) => Complaints;

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LOOSE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const LOOSE_SUBDOMAIN = `${LOOSE_LABEL}(\\.${LOOSE_LABEL})*`;
const KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_RE = whole(LABEL);
const SUBDOMAIN_RE = whole(SUBDOMAIN);
const LOOSE_SUBDOMAIN_RE = whole(LOOSE_SUBDOMAIN);
const WILDCARD = `\\*\\.${SUBDOMAIN}`;
const WILDCARD_RE = whole(WILDCARD);
const OLD_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const OLD_LABEL_RE = whole(OLD_LABEL);
const KEY_RE = whole(KEY);
const VALUE_RE = whole(`(${KEY})?`);
const PERCENT_RE = /^[0-9]+%$/;
const HEADER_RE = /^[-A-Za-z0-9]+$/;
const CONFIG_KEY_RE = /^[-._a-zA-Z0-9]+$/;
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const HTTP_PATH_RE = whole(HTTP_PATH);

const LABEL_CHARS =
  "must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const KEY_CHARS =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}

/** The complaint about a text that does not match a pattern. Upstream: `RegexError`. */
export function regexComplaint(message: string, pattern: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`;
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

/** The complaint about a number out of its range. Upstream: `InclusiveRangeError`. */
export function rangeComplaint(low: bigint | number, high: bigint | number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

function tooLong(text: string, max: number, unit: 'bytes' | 'characters'): Complaints {
  return byteLength(text) > max ? [`must be no more than ${max} ${unit}`] : [];
}

/** A label of a DNS name in lower case (RFC 1123), at most 63 characters. */
export function dnsLabel(text: string): Complaints {
  const complaints = [...tooLong(text, 63, 'characters')];
  if (LABEL_RE.test(text)) return complaints;
  const complaint = SUBDOMAIN_RE.test(text)
    ? 'must not contain dots'
    : regexComplaint(`a lowercase RFC 1123 label ${LABEL_CHARS}`, LABEL, 'my-name', '123-abc');
  return [...complaints, complaint];
}

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

/** A DNS name in lower case (RFC 1123), at most 253 characters. */
export function dnsSubdomain(text: string): Complaints {
  const complaints = tooLong(text, 253, 'characters');
  return SUBDOMAIN_RE.test(text)
    ? complaints
    : [...complaints, regexComplaint(SUBDOMAIN_TEXT, SUBDOMAIN, 'example.com')];
}

/** The same rule where its length is counted in bytes: key prefixes and declarative checks. */
export function longName(text: string): Complaints {
  const complaints = tooLong(text, 253, 'bytes');
  return SUBDOMAIN_RE.test(text)
    ? complaints
    : [...complaints, regexComplaint(SUBDOMAIN_TEXT, SUBDOMAIN, 'example.com')];
}

/** As `dnsSubdomain`, underscores allowed. */
export function looseDnsSubdomain(text: string): Complaints {
  const complaints = tooLong(text, 253, 'characters');
  if (LOOSE_SUBDOMAIN_RE.test(text)) return complaints;
  const message = SUBDOMAIN_TEXT.replace("'-' or '.'", "'_', '-' or '.'");
  return [...complaints, regexComplaint(message, LOOSE_SUBDOMAIN, 'example.com')];
}

/** `*.` and a DNS name. */
export function wildcardSubdomain(text: string): Complaints {
  const complaints = tooLong(text, 253, 'characters');
  if (WILDCARD_RE.test(text)) return complaints;
  const message =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  return [...complaints, regexComplaint(message, WILDCARD, '*.example.com')];
}

/** The older label of DNS names (RFC 1035): starts with a letter. */
export function oldDnsLabel(text: string): Complaints {
  const complaints = tooLong(text, 63, 'characters');
  if (OLD_LABEL_RE.test(text)) return complaints;
  const message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...complaints, regexComplaint(message, OLD_LABEL, 'my-name', 'abc-123')];
}

/** A label key: `name` or `example.com/name`. Upstream: `IsQualifiedName`. */
export function labelKey(text: string): Complaints {
  const parts = text.split('/');
  const [first = '', second] = parts;
  const pattern = regexComplaint(KEY_CHARS, KEY, 'MyName', 'my.name', '123-abc');
  if (parts.length > 2) {
    return [`a valid label key ${pattern} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const complaints: string[] = [];
  if (second !== undefined) {
    if (first === '') complaints.push('prefix part must be non-empty');
    else complaints.push(...longName(first).map((text) => `prefix part ${text}`));
  }
  const name = second ?? first;
  if (name === '') complaints.push('name part must be non-empty');
  else complaints.push(...tooLong(name, 63, 'bytes').map((text) => `name part ${text}`));
  if (!KEY_RE.test(name)) complaints.push(`name part ${pattern}`);
  return complaints;
}

/** A label's value. */
export function labelValue(text: string): Complaints {
  const complaints = tooLong(text, 63, 'bytes');
  if (VALUE_RE.test(text)) return complaints;
  const message = `a valid label must be an empty string or ${KEY_CHARS.replace('must consist', 'consist')}`;
  return [...complaints, regexComplaint(message, `(${KEY})?`, 'MyValue', 'my_value', '12345')];
}

/** A name that can stand in an address. */
export function pathSegment(text: string): Complaints {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`);
}

/** A TCP or UDP port number. */
export function portNumber(port: bigint): Complaints {
  return port >= 1n && port <= 65535n ? [] : [rangeComplaint(1, 65535)];
}

/** An IANA service name. */
export function portName(name: string): Complaints {
  const complaints = [...tooLong(name, 15, 'characters')];
  if (!/^[-a-z0-9]+$/.test(name)) {
    complaints.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) complaints.push('must contain at least one letter (a-z)');
  if (name.includes('--')) complaints.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) complaints.push('must not begin or end with a hyphen');
  return complaints;
}

/** A user or group id. */
export function unixId(id: bigint): Complaints {
  return id >= 0n && id <= 2147483647n ? [] : [rangeComplaint(0, 2147483647)];
}

/** e.g. `25%`. */
export function percent(text: string): Complaints {
  const message = "a valid percent string must be a numeric string followed by an ending '%'";
  return PERCENT_RE.test(text) ? [] : [regexComplaint(message, '[0-9]+%', '1%', '93%')];
}

/** The name of an HTTP header. */
export function headerName(text: string): Complaints {
  const message = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return HEADER_RE.test(text) ? [] : [regexComplaint(message, '[-A-Za-z0-9]+', 'X-Header-Name')];
}

/** The name of an environment variable: anything printable in ASCII but `=`. Upstream: `IsRelaxedEnvVarName`. */
export function envName(text: string): Complaints {
  const complaints: string[] = text === '' ? ['environment variable name must be non-empty'] : [];
  if (!/^[ -<>-~]*$/.test(text)) {
    complaints.push("a valid environment variable name must consist only of printable ASCII characters other than '='");
  }
  return complaints;
}

/** A key of a ConfigMap or Secret. */
export function configKey(text: string): Complaints {
  const complaints = [...tooLong(text, 253, 'characters')];
  if (!CONFIG_KEY_RE.test(text)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    complaints.push(regexComplaint(message, '[-._a-zA-Z0-9]+', 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (text === '.' || text === '..') complaints.push(`must not be '${text}'`);
  else if (text.startsWith('..')) complaints.push("must not start with '..'");
  return complaints;
}

/** The name of an object that must be a DNS subdomain. */
export const subdomainName: NameCheck = (name, prefix) => dnsSubdomain(prefix ? maskTrailingDash(name) : name);
/** The name of an object that must be a DNS label. */
export const labelName: NameCheck = (name, prefix) => dnsLabel(prefix ? maskTrailingDash(name) : name);
/** The name of an object that only must be fit for an address. */
export const segmentName: NameCheck = (name) => pathSegment(name);
/** The same, where `.` and `..` are allowed in front of what will be appended. */
export const anyName: NameCheck = (name, prefix) =>
  prefix && (name === '.' || name === '..') ? [] : pathSegment(name);

function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** Errors for a field that must hold a DNS label. */
export function checkDnsLabel(path: FieldPath, value: string): FieldError[] {
  return invalidEach(path, value, dnsLabel(value));
}

/** Errors for a field that must hold a DNS subdomain. */
export function checkSubdomain(path: FieldPath, value: string): FieldError[] {
  return invalidEach(path, value, dnsSubdomain(value));
}

/** Errors for a field that must hold a label key. */
export function checkLabelKey(path: FieldPath, value: string): FieldError[] {
  return invalidEach(path, value, labelKey(value));
}

/** Errors for a field such as `acme.io/foo`. Upstream: `IsDomainPrefixedPath`. */
export function checkDomainPath(path: FieldPath, value: string): FieldError[] {
  if (value === '') return [required(path)];
  const slash = value.indexOf('/');
  const [host, rest] = slash < 0 ? ['', ''] : [value.slice(0, slash), value.slice(slash + 1)];
  if (host === '' || rest === '') {
    return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const errors = invalidEach(path, host, dnsSubdomain(host));
  if (!HTTP_PATH_RE.test(rest)) errors.push(invalid(path, rest, regexComplaint('Invalid path', HTTP_PATH)));
  return errors;
}

/** Errors for a key such as `acme.io/foo`. Upstream: `IsDomainPrefixedKey`. */
export function checkDomainKey(path: FieldPath, key: string): FieldError[] {
  if (key === '') return [required(path)];
  const errors = checkLabelKey(path, key);
  if (errors.length > 0 || key.includes('/')) return errors;
  return [invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")')];
}

/** Errors for a DNS name of at least two labels. Upstream: `IsFullyQualifiedDomainName`. */
export function checkQualifiedDomain(path: FieldPath, value: string): FieldError[] {
  if (value === '') return [required(path)];
  const name = value.endsWith('.') ? value.slice(0, -1) : value;
  const complaints = dnsSubdomain(name);
  if (complaints.length > 0) return [invalid(path, name, complaints.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    return [invalid(path, name, 'should be a domain with at least two segments separated by dots')];
  }
  for (const label of labels) {
    const wrong = dnsLabel(label);
    if (wrong.length > 0) return [invalid(path, label, wrong.join(','))];
  }
  return [];
}
