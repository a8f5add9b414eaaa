import { asString, deepEqual, isArray, isObject, type Json, setKey } from '../../model/json.ts';
import { mutableCopy } from '../default/mutable.ts';

/** A patch that can't be applied; the text never reaches the client. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
}

type Container = Record<string, Json> | Json[];

/**
 * Applies an RFC 6902 patch to a copy. Throws `PatchError`.
 * Upstream: `gopkg.in/evanphx/json-patch.v4` as the API server sets it up.
 */
export function applyJsonPatch(document: Json, operations: readonly Json[]): Json {
  let root = mutableCopy(document);
  for (const operation of operations) {
    if (!isObject(operation)) throw new PatchError('an operation is not an object');
    const name = asString(operation['op']) ?? '';
    const path = pathOf(operation['path']);
    switch (name) {
      case 'add':
        put(root, path, mutableCopy(operation['value'] ?? null), true);
        break;
      case 'replace': {
        const value = mutableCopy(operation['value'] ?? null);
        if (path.length > 0) put(root, path, value, false);
        else if (isObject(value) || isArray(value)) root = value;
        else throw new PatchError('the new document must be an object or a list');
        break;
      }
      case 'remove':
        remove(root, path);
        break;
      case 'move': {
        const from = pathOf(operation['from']);
        const value = find(root, from) ?? null;
        remove(root, from);
        put(root, path, value, true);
        break;
      }
      case 'copy':
        put(root, path, mutableCopy(find(root, pathOf(operation['from'])) ?? null), true);
        break;
      case 'test': {
        const found = find(root, path) ?? null;
        if (!deepEqual(found, operation['value'] ?? null)) throw new PatchError('test failed');
        break;
      }
      default:
        throw new PatchError(`unexpected kind of operation ${name}`);
    }
  }
  return root;
}

/** Applies an RFC 7396 merge patch to a copy. Upstream: `jsonpatch.MergePatch`. */
export function applyMergePatch(document: Json, patch: Json): Json {
  if (!isObject(patch)) return mutableCopy(patch);
  const target: Record<string, Json> = {};
  if (isObject(document)) for (const key of Object.keys(document)) setKey(target, key, document[key] ?? null);
  for (const key of Object.keys(patch)) {
    const value = patch[key] ?? null;
    if (value === null) delete target[key];
    else {
      const before = Object.hasOwn(target, key) ? (target[key] ?? null) : null;
      setKey(
        target,
        key,
        isObject(value) ? applyMergePatch(isObject(before) ? before : {}, value) : mutableCopy(value),
      );
    }
  }
  return target;
}

function pathOf(value: Json | undefined): readonly string[] {
  if (typeof value !== 'string' || (value !== '' && !value.startsWith('/'))) throw new PatchError('bad path');
  return value === ''
    ? []
    : value
        .slice(1)
        .split('/')
        .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function indexOf(list: readonly Json[], part: string, forAdd: boolean): number {
  if (part === '-' && forAdd) return list.length;
  if (!/^-?\d+$/.test(part)) throw new PatchError('bad index');
  const raw = Number(part);
  const index = raw < 0 ? raw + list.length + (forAdd ? 1 : 0) : raw;
  if (index < 0 || index > list.length - (forAdd ? 0 : 1)) throw new PatchError('index out of bounds');
  return index;
}

function child(at: Json | undefined, part: string): Json | undefined {
  if (isArray(at)) return at[indexOf(at, part, false)];
  return isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
}

/** The value at a path; `undefined` when only the last key of an object is missing. */
function find(root: Json, path: readonly string[]): Json | undefined {
  const last = path.at(-1);
  return last === undefined ? root : child(parentOf(root, path), last);
}

function parentOf(root: Json, path: readonly string[]): Container {
  let at: Json | undefined = root;
  for (const part of path.slice(0, -1)) at = child(at, part);
  if (!isArray(at) && !isObject(at)) throw new PatchError('the path leads nowhere');
  return at as Container;
}

/** Missing keys of objects are no obstacle, also when replacing. */
function put(root: Json, path: readonly string[], value: Json, adding: boolean): void {
  const last = path.at(-1);
  if (last === undefined) throw new PatchError('the path leads nowhere');
  const parent = parentOf(root, path);
  if (Array.isArray(parent)) parent.splice(indexOf(parent, last, adding), adding ? 0 : 1, value);
  else setKey(parent, last, value);
}

function remove(root: Json, path: readonly string[]): void {
  const last = path.at(-1);
  if (last === undefined) throw new PatchError('remove of the whole document');
  const parent = parentOf(root, path);
  if (Array.isArray(parent)) parent.splice(indexOf(parent, last, false), 1);
  else if (Object.hasOwn(parent, last)) delete parent[last];
  else throw new PatchError('remove of a missing value');
}
