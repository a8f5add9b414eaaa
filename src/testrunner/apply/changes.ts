import { stringify } from 'yaml';
import { hasMutate } from '../../engine/index.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import type { AppliedResponse } from './apply.ts';

/**
 * What was mutated and generated, as YAML with headers (without them when `bare`): every policy with mutate rules shows
 * every resource, changed or not.
 * Upstream: `printOutput` in `cmd/cli/kubectl-kyverno/processor/policy_processor.go`.
 */
export function changesText(responses: readonly AppliedResponse[], bare: boolean): string {
  const seen = new Set<string>();
  const current = new Map<string, JsonObject>();
  let text = '';
  for (const response of responses) {
    const { resource, policy, source, key, rules, patched } = response;
    const id = `${key} ${policy.namespace}/${policy.name}`;
    const path = `${namespaceOf(resource)}/${String(resource['kind'])}/${nameOf(resource)}`;
    const header = bare ? '' : `\npolicy ${policy.name} applied to ${path}:`;
    if (source.rules.some(hasMutate) && !seen.has(id)) {
      seen.add(id);
      const shown = patched ?? current.get(key) ?? resource;
      current.set(key, shown);
      text += `${header}\n${toYaml(shown)}\n---\n`;
      const targets = rules.flatMap(({ patchedTarget }) => (patchedTarget === undefined ? [] : [patchedTarget]));
      if (targets.length > 0)
        text += `patched targets: \n${targets.map((one) => `\n${toYaml(one)}\n---\n\n`).join('')}`;
      text += '\n\nMutation:\nMutation has been applied successfully.';
    }
    for (const object of rules.flatMap(({ generated }) => generated ?? [])) {
      text += `${header}\n${toYaml(object)}\n---\n\n\nGenerate:\nGeneration completed successfully.`;
    }
  }
  return text;
}

/** YAML as Go writes it: keys sorted, lists not indented. */
export function toYaml(document: JsonObject): string {
  return stringify(sorted(document), { lineWidth: 0, indentSeq: false, singleQuote: true });
}

function sorted(value: Json): Json {
  if (isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}
