import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import { compileApiCall } from './api-call.ts';
import { compileConfigMap } from './config-map.ts';
import { compileMention } from './deferred.ts';
import { compileGlobalReference } from './global-reference.ts';
import { compileImageRegistry } from './image-registry.ts';
import type { EntryTarget, LoaderFactory } from './loader.ts';
import { compileVariable } from './variable.ts';

/** One `context[]` entry, compiled. */
export interface CompiledEntry {
  readonly name: string;
  /** The raw `apiCall`, for canned answers. */
  readonly apiCall: JsonObject | undefined;
  readonly register: (target: EntryTarget) => void;
}

/** Compiles the `context` of a rule or a foreach entry. */
export function compileEntries(context: Json | undefined): readonly CompiledEntry[] {
  return (asArray(context) ?? []).map((entry) => compileEntry(asObject(entry) ?? {}));
}

/** Upstream: `newLoader` in `pkg/engine/factories/contextloaderfactory.go`. */
function compileEntry(entry: JsonObject): CompiledEntry {
  const name = asString(entry['name']) ?? '';
  const factory = factoryOf(name, entry);
  const mentions = factory === undefined ? undefined : mentionTest(name);
  return {
    name,
    apiCall: asObject(entry['apiCall']),
    register: (target) => {
      if (factory === undefined || mentions === undefined) {
        throw new EvaluationError(`failed to create deferred loader for context entry ${name}`);
      }
      const loader = factory(target);
      if (loader !== undefined) target.context.addLoader({ ...loader, mentions });
    },
  };
}

function mentionTest(name: string): ((query: string) => boolean) | undefined {
  try {
    return compileMention(name);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

function factoryOf(name: string, entry: JsonObject): LoaderFactory | undefined {
  const part = (key: string) => asObject(entry[key]);
  const [configMap, apiCall, globalReference] = [part('configMap'), part('apiCall'), part('globalReference')];
  if (configMap !== undefined) return compileConfigMap(name, configMap);
  if (apiCall !== undefined) return compileApiCall(name, apiCall);
  if (globalReference !== undefined) return compileGlobalReference(name, globalReference);
  const [imageRegistry, variable] = [part('imageRegistry'), part('variable')];
  if (imageRegistry !== undefined) return compileImageRegistry(name, imageRegistry);
  return variable === undefined ? undefined : compileVariable(name, variable);
}
