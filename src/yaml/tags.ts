import type { Scalar } from './scalar.ts';
import { resolvePlain } from './scalar.ts';

const PREFIX = 'tag:yaml.org,2002:';

/** What an explicit tag makes of a scalar, or Go's words for a tag that does not fit it. */
export type Tagged = { readonly ok: true; readonly value: Scalar } | { readonly ok: false; readonly error: string };

/**
 * A scalar with an explicit tag: the standard ones are obeyed, others leave the text.
 * Upstream: go.yaml.in/yaml/v2 resolve.go.
 */
export function resolveTagged(tag: string, text: string): Tagged {
  const name = tag.startsWith(PREFIX) ? tag.slice(PREFIX.length) : undefined;
  if (name === 'binary') return decodeBinary(text);
  if (name === undefined || !['str', 'bool', 'int', 'float', 'null', 'timestamp'].includes(name)) return ok(text);
  if (name === 'str') return ok(text);
  const value = resolvePlain(text);
  const actual = typeOf(value);
  if (actual === name) return ok(value);
  if (name === 'float' && typeof value === 'bigint') return ok(Number(value));
  if (name === 'timestamp' && /^\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$/.test(text)) return ok(text);
  return { ok: false, error: `cannot decode !!${actual} \`${text}\` as a !!${name}` };
}

function ok(value: Scalar): Tagged {
  return { ok: true, value };
}

function typeOf(value: Scalar): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  return typeof value === 'boolean' ? 'bool' : 'str';
}

function decodeBinary(text: string): Tagged {
  const compact = text.replace(/[\r\n]/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    return { ok: false, error: '!!binary value contains invalid base64 data' };
  }
  return ok(Buffer.from(compact, 'base64').toString('utf8'));
}
