import { CelOpaque, CelOptional, type CelValue, NONE } from '../values.ts';
import { dataAt, textAt } from './arguments.ts';
import type { FunctionTable } from './function.ts';
import { parseUrl } from './go-url.ts';

interface NamedFormat {
  readonly name: string;
  readonly complaints: (text: string) => readonly string[];
  /** What a check is taken to cost. */
  readonly maxRegexSize: number;
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const OLD_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';

const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const OLD_LABEL_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const NAME_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const DATETIME =
  /^(\d{4}-\d{2}-\d{2})[Tt](?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60))(?:\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

// Names are said to be too long in characters, labels in bytes: both count bytes.
const plainLabel = ruled(LABEL, 63, LABEL_TEXT, ['my-name', '123-abc'], 'characters');
const dnsSubdomain = ruled(SUBDOMAIN, 253, SUBDOMAIN_TEXT, ['example.com'], 'characters');
const prefixSubdomain = ruled(SUBDOMAIN, 253, SUBDOMAIN_TEXT, ['example.com']);
const oldLabel = ruled(OLD_LABEL, 63, OLD_LABEL_TEXT, ['my-name', 'abc-123'], 'characters');

const FORMATS: Readonly<Record<string, NamedFormat>> = {
  dns1123Label: { name: 'DNS1123Label', complaints: dnsLabel, maxRegexSize: 30 },
  dns1123Subdomain: { name: 'DNS1123Subdomain', complaints: dnsSubdomain, maxRegexSize: 60 },
  dns1035Label: { name: 'DNS1035Label', complaints: oldLabel, maxRegexSize: 30 },
  qualifiedName: { name: 'QualifiedName', complaints: qualifiedName, maxRegexSize: 60 },
  dns1123LabelPrefix: { name: 'DNS1123LabelPrefix', complaints: prefix(dnsLabel), maxRegexSize: 30 },
  dns1123SubdomainPrefix: { name: 'DNS1123SubdomainPrefix', complaints: prefix(dnsSubdomain), maxRegexSize: 60 },
  dns1035LabelPrefix: { name: 'DNS1035LabelPrefix', complaints: prefix(oldLabel), maxRegexSize: 30 },
  labelValue: {
    name: 'LabelValue',
    complaints: ruled(VALUE, 63, VALUE_TEXT, ['MyValue', 'my_value', '12345']),
    maxRegexSize: 40,
  },
  uri: {
    name: 'URI',
    complaints: (text) => {
      const problem = parseUrl(text, true);
      return typeof problem === 'string' ? [problem] : [];
    },
    maxRegexSize: 1103,
  },
  uuid: simple('uuid', 'does not match the UUID format', 70, (text) => UUID.test(text)),
  byte: simple('byte', 'invalid base64', 84, (text) => BASE64.test(text)),
  date: simple('date', 'invalid date', 71, isDate),
  datetime: simple('datetime', 'invalid datetime', 71, (text) => isDate(DATETIME.exec(text)?.[1] ?? '')),
};

/** Named formats of texts, by overload. Upstream: `format.go` in `k8s.io/apiserver/pkg/cel/library`. */
export const NAMED_FORMAT_FUNCTIONS: FunctionTable = {
  ...Object.fromEntries(Object.entries(FORMATS).map(([name, format]) => [`format.${name}`, () => formatValue(format)])),
  'format-named': (args) => {
    const name = textAt(args, 0);
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    return format === undefined ? NONE : new CelOptional(formatValue(format));
  },
  'format-validate': (args) => {
    const complaints = dataAt<NamedFormat>(args, 0).complaints(textAt(args, 1));
    return complaints.length === 0 ? NONE : new CelOptional(complaints);
  },
};

function formatValue(format: NamedFormat): CelValue {
  return new CelOpaque('kubernetes.NamedFormat', format, (other) => other.name === format.name);
}

const isSubdomain = new RegExp(`^${SUBDOMAIN}$`);

/** What is a subdomain and no label has dots. */
function dnsLabel(text: string): readonly string[] {
  return plainLabel(text).map((complaint) =>
    complaint.startsWith(LABEL_TEXT) && isSubdomain.test(text) ? 'must not contain dots' : complaint,
  );
}

type Complaints = NamedFormat['complaints'];

/** Upstream: `RegexError` and the checks of `k8s.io/apimachinery/pkg/util/validation`. */
function ruled(
  pattern: string,
  longest: number,
  message: string,
  examples: readonly string[],
  unit: 'bytes' | 'characters' = 'bytes',
): Complaints {
  const regex = new RegExp(`^${pattern}$`);
  const quoted = examples.map((example) => `'${example}', `).join(' or ');
  return (text) => {
    const complaints: string[] = [];
    const size = new TextEncoder().encode(text).length;
    if (size > longest) complaints.push(`must be no more than ${longest} ${unit}`);
    if (!regex.test(text)) {
      complaints.push(`${message} (e.g. ${quoted}regex used for validation is '${pattern}')`);
    }
    return complaints;
  };
}

/** A trailing dash of a prefix is followed by more. */
function prefix(complaints: Complaints): Complaints {
  return (text) => complaints(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);
}

const namePart = ruled(NAME, 63, NAME_TEXT, ['MyName', 'my.name', '123-abc']);

function qualifiedName(text: string): readonly string[] {
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) {
    const text = `a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${NAME}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
    return [text];
  }
  const complaints: string[] = [];
  if (parts.length === 2) {
    if (parts[0] === '') complaints.push('prefix part must be non-empty');
    else complaints.push(...prefixSubdomain(parts[0] ?? '').map((complaint) => `prefix part ${complaint}`));
  }
  if (name === '') complaints.push('name part must be non-empty');
  else if (new TextEncoder().encode(name).length > 63) complaints.push('name part must be no more than 63 bytes');
  return [...complaints, ...namePart(name).filter((complaint) => !complaint.startsWith('must be'))];
}

function simple(name: string, complaint: string, maxRegexSize: number, fits: (text: string) => boolean): NamedFormat {
  return { name, complaints: (text) => (fits(text) ? [] : [complaint]), maxRegexSize };
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
