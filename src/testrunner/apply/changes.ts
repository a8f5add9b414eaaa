import { join } from 'node:path';
import { Document, visit } from 'yaml';
import { hasMutate } from '../../engine/index.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import type { AppliedResponse } from './apply.ts';
import { isMistakable, manifestYaml } from './manifest-yaml.ts';

/** One object that was mutated or generated. */
export interface Change {
  /** What is printed of it when it goes to no file. */
  readonly text: string;
  /** What is printed after it in any case. */
  readonly closing: string;
  /** The name of its file in a folder, without `.yaml`. */
  readonly name: string;
  /** What is written to a file. */
  readonly documents: string;
}

/**
 * What was mutated and generated, as YAML with headers (without them when `bare`): every policy with mutate rules shows
 * every resource, changed or not.
 * Upstream: `printOutput` in `cmd/cli/kubectl-kyverno/processor/policy_processor.go`.
 */
export function changesOf(responses: readonly AppliedResponse[], bare: boolean): readonly Change[] {
  const seen = new Set<string>();
  const current = new Map<string, JsonObject>();
  return responses.flatMap((response): readonly Change[] => {
    const { resource, policy, source, key, rules, patched } = response;
    const id = `${key} ${policy.namespace}/${policy.name}`;
    const path = `${namespaceOf(resource)}/${String(resource['kind'])}/${nameOf(resource)}`;
    const header = bare ? '' : `\npolicy ${policy.name} applied to ${path}:`;
    const changes: Change[] = [];
    if (source.rules.some(hasMutate) && !seen.has(id)) {
      seen.add(id);
      // After an error there is no object any more.
      const isLost = rules.some(({ type, status }) => type === 'Mutation' && status === 'error');
      const shown = isLost ? {} : (patched ?? current.get(key) ?? resource);
      current.set(key, shown);
      const targets = rules.flatMap(({ patchedTarget }) =>
        patchedTarget === undefined ? [] : [manifestYaml(patchedTarget)],
      );
      const also = targets.map((yaml) => `\n${yaml}\n---\n\n`).join('');
      changes.push({
        text: `${header}\n${manifestYaml(shown)}\n---\n${also === '' ? '' : `patched targets: \n${also}`}`,
        closing: '\n\nMutation:\nMutation has been applied successfully.',
        name: `${nameOf(resource)}-mutated`,
        documents: `${manifestYaml(shown)}\n---\n\n${targets.map((yaml) => `${yaml}\n---\n`).join('')}`,
      });
    }
    for (const object of rules.flatMap(({ generated }) => generated ?? [])) {
      changes.push({
        text: `${header}\n${manifestYaml(object)}\n---\n`,
        closing: '\n\nGenerate:\nGeneration completed successfully.',
        name: `${policy.name}-generated`,
        documents: `${manifestYaml(object)}\n---\n\n`,
      });
    }
    return changes;
  });
}

/** What goes into which file of `--output`: one file when its name ends like YAML, else files in a folder. */
export function changedFiles(changes: readonly Change[], output: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { name, documents } of changes) {
    const file = isYamlFile(output) ? output : join(output, `${name}.yaml`);
    files.set(file, (files.get(file) ?? '') + documents);
  }
  return files;
}

/** Does `--output` name one file? Upstream: `checkMutateLogPath` in `commands/apply/log.go`. */
export function isYamlFile(output: string): boolean {
  return /(?:^|[./])ya?ml$/.test(output);
}

/** A report as YAML: keys sorted, lists not indented, text that looks like something else in double quotes. */
export function toYaml(value: JsonObject): string {
  const document = new Document(sorted(value), { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (isMistakable(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0, indentSeq: false, singleQuote: true });
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
