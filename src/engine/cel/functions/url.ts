import { CelError, CelOpaque, type CelValue } from '../values.ts';
import { dataAt, textAt } from './arguments.ts';
import type { FunctionTable } from './function.ts';
import { escapedPathOf, type GoUrl, hostnameOf, parseUrl, portOf, queryOf } from './go-url.ts';

/** URLs, by overload. Upstream: `urls.go` in `k8s.io/apiserver/pkg/cel/library`. */
export const URL_FUNCTIONS: FunctionTable = {
  string_to_url: (args) => urlValue(textAt(args, 0)),
  is_url_string: (args) => typeof parseUrl(textAt(args, 0), true) !== 'string',
  url_get_scheme: (args) => dataAt<GoUrl>(args, 0).scheme,
  url_get_host: (args) => dataAt<GoUrl>(args, 0).host,
  url_get_hostname: (args) => hostnameOf(dataAt(args, 0)),
  url_get_port: (args) => portOf(dataAt(args, 0)),
  url_get_escaped_path: (args) => escapedPathOf(dataAt(args, 0)),
  url_get_query: (args) => queryOf(dataAt(args, 0)),
};

function urlValue(text: string): CelValue {
  const asRequest = parseUrl(text, true);
  const url = typeof asRequest === 'string' ? asRequest : parseUrl(text, false);
  if (typeof url === 'string') return new CelError(`URL parse error during conversion from string: ${url}`);
  return new CelOpaque('kubernetes.URL', url, (other) => other.text === url.text);
}
