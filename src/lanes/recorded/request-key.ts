import { goJson } from '../../language/go-text.ts';
import type { ClientRequest } from '../../model/admission.ts';
import type { Json } from '../../model/json.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';

/** A request as text that is the same for the same request; its `id` does not count. */
export function requestKey(request: ClientRequest): string {
  const { id: _id, ...rest } = request;
  return goJson(rest as unknown as Json);
}

/** A request in a few words for people: `CREATE Pod team-a/web by alice`. */
export function requestWords({
  operation,
  object,
  resource,
  subresource,
  name,
  namespace,
  userInfo,
}: ClientRequest): string {
  const kind = String(object?.['kind'] ?? resource ?? 'object');
  const called = name ?? nameOf(object ?? {});
  const inside = namespace ?? namespaceOf(object ?? {});
  return [
    operation,
    subresource === undefined ? kind : `${kind}/${subresource}`,
    [inside, called].filter((part) => part !== '').join('/'),
    userInfo === undefined ? '' : `by ${userInfo.username}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
