import { computeRules } from '../../engine/autogen/index.ts';
import { isArray, type Json } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { text } from '../check/rule.ts';
import type { Path } from './finding.ts';

/** Where in the policy the words of a refusal point, as far as they say. */
export function refusalPath(policy: Policy, refusal: string): Path {
  const byIndex = /spec[./]rules\[(\d+)\]([^\s:]*)/.exec(refusal);
  if (byIndex !== null) {
    const computed = computeRules(policy, '');
    // Field errors count the declared rules, later checks the computed ones.
    const name = text(computed[Number(byIndex[1])], 'name').replace(/^autogen-(cronjob-)?/, '');
    const given = Number(byIndex[1]);
    const declared = policy.rules.findIndex((rule) => text(rule, 'name') === name);
    const index = declared < 0 || text(policy.rules[given], 'name') === name ? given : declared;
    return ['spec', 'rules', index, ...steps(byIndex[2] ?? '')];
  }
  const byName = /\brule (?:"([^"]+)"|(\S+?)):? /.exec(refusal);
  const name = (byName?.[1] ?? byName?.[2] ?? '').replace(/^autogen-(cronjob-)?/, '');
  const index = policy.rules.findIndex((rule) => text(rule, 'name') === name);
  if (index >= 0) {
    const rule = policy.rules[index] ?? {};
    return ['spec', 'rules', index, ...(mentionOf(rule, refusal) ?? pointer(refusal))];
  }
  const mention = mentionOf(policy.document, refusal);
  if (mention !== undefined) return mention;
  if (refusal.startsWith('name: ')) return ['metadata', 'name'];
  if (refusal.startsWith('A clusterpolicy')) return ['metadata', 'namespace'];
  if (refusal.startsWith('disabling ')) return ['spec', 'admission'];
  const field = /\b((?:spec|metadata)\.[\w.[\]]*)/.exec(refusal)?.[1];
  return field === undefined ? [] : steps(field);
}

/** Where the variable that a refusal names is written first. */
function mentionOf(value: Json, refusal: string): Path | undefined {
  const named = /.*\bvariable '?(\{\{.*?\}\}|.*?)'? (?:must match|is not allowed|present outside)/.exec(refusal)?.[1];
  return named === undefined ? undefined : find(value, named.replaceAll('"', ''));
}

function find(value: Json, text: string): Path | undefined {
  const has = (one: string) => one.includes('{{') && one.replaceAll('"', '').includes(text);
  if (typeof value === 'string') return has(value) ? [] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const entries: readonly (readonly [string | number, Json])[] = isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  for (const [key, child] of entries) {
    if (typeof key === 'string' && has(key)) return [key];
    const below = find(child, text);
    if (below !== undefined) return [key, ...below];
  }
  return undefined;
}

/** `.match.any[0].kinds` as steps; what follows a doubled dot or slash is lost. */
function steps(field: string): Path {
  return field
    .split(/[./]/)
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [name = '', ...indexes] = part.split(/[[\]]+/).filter((one) => one !== '');
      return [...(name === '' ? [] : [name]), ...indexes.map(Number)];
    });
}

function pointer(refusal: string): Path {
  const at = /at path (\/\S+?):? /.exec(refusal)?.[1] ?? '';
  return at
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
