import { EvaluationError } from '../../model/failure.ts';
import { asString, type Json, type JsonObject } from '../../model/json.ts';
import { compileTemplate } from '../variables/index.ts';
import { rewording, searchValue } from './evaluation.ts';
import type { EntryTarget, LoaderFactory } from './loader.ts';
import { typedString } from './typed.ts';

/** Compiles a `globalReference` entry. Upstream: `pkg/engine/context/loaders/globalcontext.go`. */
export function compileGlobalReference(name: string, reference: JsonObject): LoaderFactory {
  const template = compileTemplate({
    name: asString(reference['name']) ?? '',
    ...(reference['jmesPath'] ? { jmesPath: reference['jmesPath'] } : {}),
  });

  const fetch = (target: EntryTarget): Json => {
    const rendered = template.render(target.context);
    const key = typedString(rendered, 'name', 'GlobalContextEntryReference');
    const path = typedString(rendered, 'jmesPath', 'GlobalContextEntryReference');
    const answer = target.env.data.globalReference?.(key);
    if (answer === undefined) throw new EvaluationError(`failed to fetch entry key=${key.split('.')[0]}`);
    if (!answer.ok) throw new EvaluationError(answer.error);
    if (path === '') return answer.value;
    return rewording(
      () => searchValue(path, answer.value, target.env),
      (message) => `failed to apply JMESPath ${path} for context entry ${name}: ${message}`,
    );
  };

  return (target) => {
    if (target.env.data.globalReference === undefined) return undefined;
    let loaded = false;
    return {
      hasLoaded: () => loaded,
      load: () => {
        const value = rewording(
          () => fetch(target),
          (message) => `failed to marshal APICall data for context entry ${name}: ${message}`,
        );
        rewording(
          () => target.context.storeEntry(name, value, 'merge'),
          (message) => `failed to add resource cache results for context entry ${name}: ${message}`,
        );
        loaded = true;
      },
    };
  };
}
