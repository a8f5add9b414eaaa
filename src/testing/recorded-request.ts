import assert from 'node:assert/strict';
import { parseApiPath } from '../admission/api-path.ts';
import type { ClientRequest } from '../model/admission.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../model/json.ts';

const PATCHES: Readonly<Record<string, 'json' | 'merge' | 'strategic' | 'apply'>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

const OPERATIONS = { POST: 'CREATE', PUT: 'UPDATE', PATCH: 'UPDATE', DELETE: 'DELETE' } as const;

/**
 * The admission request that a recorded HTTP request (`method`, `path`, `headers`, `body`) amounts to. `groups` are
 * those of an impersonated user.
 */
export function recordedRequest(
  http: JsonObject,
  groups: readonly string[] = ['system:masters', 'system:authenticated'],
): ClientRequest {
  const text = (key: string) => asString(http[key]) ?? '';
  const headers = asObject(http['headers']) ?? {};
  const path = parseApiPath(text('path'));
  assert.ok(path, text('path'));
  const method = text('method') as keyof typeof OPERATIONS;
  const patch = PATCHES[asString(headers['Content-Type']) ?? ''];
  const body = asObject(http['body']);
  const connects = ['exec', 'attach', 'portforward', 'proxy'].includes(path.subresource);
  const user = asString(headers['Impersonate-User']);
  const fieldValidation = path.query.get('fieldValidation');
  return {
    operation: connects ? 'CONNECT' : OPERATIONS[method],
    resource: path.group === '' ? path.resource : `${path.resource}.${path.group}`,
    ...(path.namespace === '' ? {} : { namespace: path.namespace }),
    ...(path.name === '' ? {} : { name: path.name }),
    ...(path.subresource === '' ? {} : { subresource: path.subresource }),
    ...(connects ? { options: connectOptions(path.query) } : {}),
    ...(body === undefined ? {} : patch === undefined ? { object: body } : { patch: { type: patch, body } }),
    ...(path.query.get('dryRun') === 'All' ? { dryRun: true } : {}),
    ...(fieldValidation === undefined ? {} : { fieldValidation: fieldValidation as 'Strict' }),
    ...(user === undefined ? {} : { userInfo: { username: user, groups } }),
  };
}

/** The objects of a list in recorded data. */
export function recordedObjects(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

/** The options of a CONNECT, which HTTP has in the query. */
function connectOptions(query: ReadonlyMap<string, string>): JsonObject {
  const typed = [...query].map(([key, text]): [string, Json] => [key, key === 'command' ? [text] : text === 'true']);
  return Object.fromEntries(typed);
}
