/** What a Kubernetes path asks for. */
export interface ApiPath {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** `""`: all namespaces, or a cluster-scoped resource. */
  readonly namespace: string;
  /** `""`: a list. */
  readonly name: string;
  readonly subresource: string;
  readonly query: ReadonlyMap<string, string>;
}

/**
 * Reads `/api/v1/namespaces/NS/pods/NAME/SUB?labelSelector=…` and the like; `undefined` when the path is not one of
 * a resource. Upstream: apiserver `pkg/endpoints/request/requestinfo.go`.
 */
export function parseApiPath(url: string): ApiPath | undefined {
  const [path = '', queryText = ''] = splitOnce(url, '?');
  const parts = path.split('/').filter((part) => part !== '');
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return undefined;
  const [group = '', version = ''] = core ? ['', parts[1]] : [parts[1], parts[2]];
  let rest = parts.slice(core ? 2 : 3);
  if (version === '' || rest.length === 0) return undefined;
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize') {
    namespace = decode(rest[1] ?? '');
    rest = rest.slice(2);
  }
  const [resource = '', name = '', subresource = '', ...more] = rest;
  if (more.length > 0) return undefined;
  const query = new Map(new URLSearchParams(queryText));
  return { group, version, resource, namespace, name: decode(name), subresource, query };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
