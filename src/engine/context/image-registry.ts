import { goValue } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asString, type Json, type JsonObject, withNumbers } from '../../model/json.ts';
import { compileTemplate } from '../variables/index.ts';
import { rewording, searchValue } from './evaluation.ts';
import type { EntryTarget, LoaderFactory } from './loader.ts';

/** Compiles an `imageRegistry` entry. Upstream: `pkg/engine/context/loaders/imagedata.go`. */
export function compileImageRegistry(name: string, registry: JsonObject): LoaderFactory {
  const referenceText = asString(registry['reference']) ?? '';
  const pathText = asString(registry['jmesPath']) ?? '';
  const reference = compileTemplate(referenceText);
  const path = compileTemplate(pathText);

  const fetch = (target: EntryTarget): Json => {
    const image = rewording(
      () => reference.render(target.context),
      (message) => `ailed to substitute variables in context entry ${name} ${referenceText}: ${message}`,
    );
    if (typeof image !== 'string') {
      throw new EvaluationError(`invalid image reference ${goValue(image)}, image reference must be a string`);
    }
    const query = rewording(
      () => path.render(target.context),
      (message) => `failed to substitute variables in context entry ${name} ${pathText}: ${message}`,
    );
    const answer = target.env.data.imageData?.(image);
    if (!answer?.ok)
      throw new EvaluationError(`failed to fetch image descriptor: ${image}, error: ${answer?.error ?? ''}`);
    const data = withNumbers(answer.value, 'float');
    if (typeof query !== 'string' || query === '') return data;
    return rewording(
      () =>
        searchValue(query, data, target.env, (message) => `failed to compile JMESPath: ${query}, error: ${message}`),
      (message) => `failed to apply JMESPath (${pathText}) results to context entry ${name}, error: ${message}`,
    );
  };

  return (target) => {
    if (target.env.data.imageData === undefined) return undefined;
    let data: Json | undefined;
    return {
      hasLoaded: () => data !== undefined,
      load: () => {
        data ??= fetch(target);
        target.context.storeEntry(name, data, 'merge');
      },
    };
  };
}
