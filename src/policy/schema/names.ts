const LABEL_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const ALPHANUMERIC =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

const LABEL_NAME_TEST = whole(LABEL_NAME);
const LABEL_VALUE_TEST = whole(`(${LABEL_NAME})?`);
const SUBDOMAIN_TEST = whole(SUBDOMAIN);

function regexError(text: string, pattern: string, ...examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${text} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

/** What Kubernetes says about a text that is no DNS subdomain; empty when it is one. Upstream: apimachinery `content`. */
export function subdomainErrors(text: string): readonly string[] {
  const errors: string[] = [];
  if (Buffer.byteLength(text) > 253) errors.push('must be no more than 253 bytes');
  if (!SUBDOMAIN_TEST.test(text)) {
    const what =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    errors.push(regexError(what, SUBDOMAIN, 'example.com'));
  }
  return errors;
}

/** What Kubernetes says about a text that is no label key. Upstream: apimachinery `content.IsLabelKey`. */
export function labelKeyErrors(text: string): readonly string[] {
  const parts = text.split('/');
  const named = regexError(ALPHANUMERIC, LABEL_NAME, 'MyName', 'my.name', '123-abc');
  if (parts.length > 2) {
    return [`a valid label key ${named} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const errors: string[] = [];
  const [prefix] = parts;
  if (parts.length === 2 && prefix !== undefined) {
    if (prefix === '') errors.push('prefix part must be non-empty');
    else errors.push(...subdomainErrors(prefix).map((error) => `prefix part ${error}`));
  }
  const name = parts.at(-1) ?? '';
  if (name === '') errors.push('name part must be non-empty');
  else if (Buffer.byteLength(name) > 63) errors.push('name part must be no more than 63 bytes');
  if (!LABEL_NAME_TEST.test(name)) errors.push(`name part ${named}`);
  return errors;
}

/** What Kubernetes says about a text that is no label value. Upstream: apimachinery `content.IsLabelValue`. */
export function labelValueErrors(text: string): readonly string[] {
  const errors: string[] = [];
  if (Buffer.byteLength(text) > 63) errors.push('must be no more than 63 bytes');
  if (!LABEL_VALUE_TEST.test(text)) {
    const what = `a valid label must be an empty string or ${ALPHANUMERIC.slice('must '.length)}`;
    errors.push(regexError(what, `(${LABEL_NAME})?`, 'MyValue', 'my_value', '12345'));
  }
  return errors;
}
