import { goQuote, goTypeName } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, asString, type JsonObject } from '../../model/json.ts';
import { compileTemplate } from '../variables/index.ts';
import { rewording } from './evaluation.ts';
import type { EntryTarget, LoaderFactory } from './loader.ts';

/** Compiles a `configMap` entry. Upstream: `pkg/engine/context/loaders/configmap.go`. */
export function compileConfigMap(name: string, configMap: JsonObject): LoaderFactory {
  const mapName = compileField(name, 'name', asString(configMap['name']) ?? '');
  const mapNamespace = compileField(name, 'namespace', asString(configMap['namespace']) ?? '');

  const fetch = (target: EntryTarget): JsonObject => {
    const key = mapName(target);
    const namespace = mapNamespace(target) || target.policyNamespace || 'default';
    if (target.policyNamespace !== '' && namespace !== target.policyNamespace) {
      const [asked, own] = [goQuote(namespace), goQuote(target.policyNamespace)];
      throw new EvaluationError(
        `context entry ${name}: configMap namespace ${asked} is different from policy namespace ${own}`,
      );
    }
    const answer = target.env.data.configMap?.(namespace, key);
    if (answer?.ok) return { data: dataOf(answer.value), metadata: answer.value['metadata'] ?? {} };
    throw new EvaluationError(`failed to get configmap ${namespace}/${key} : ${answer?.error ?? ''}`);
  };

  return (target) => {
    if (target.env.data.configMap === undefined) return undefined;
    let data: JsonObject | undefined;
    return {
      hasLoaded: () => data !== undefined,
      load: () => {
        data ??= rewording(
          () => fetch(target),
          (message) => `failed to retrieve config map for context entry ${name}: ${message}`,
        );
        const fetched = data;
        rewording(
          () => target.context.storeEntry(name, fetched, 'merge'),
          (message) => `failed to add config map for context entry ${name}: ${message}`,
        );
      },
    };
  };
}

function dataOf(configMap: JsonObject): JsonObject | null {
  const data = asObject(configMap['data']);
  return data === undefined || Object.keys(data).length === 0 ? null : data;
}

function compileField(entry: string, field: string, text: string): (target: EntryTarget) => string {
  const template = compileTemplate(text);
  const failed = (cause: string) =>
    `failed to substitute variables in context ${entry} configMap.${field} ${text}: ${cause}`;
  return ({ context }) => {
    const value = rewording(() => template.render(context), failed);
    if (typeof value === 'string') return value;
    throw new EvaluationError(failed(`expected string, got ${goTypeName(value)}`));
  };
}
