import { goValue } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asString, type Json, type JsonObject, withNumbers } from '../../model/json.ts';
import { compileTemplate, expressionOf, type Template } from '../variables/index.ts';
import { rewording, searchValue } from './evaluation.ts';
import type { EntryTarget, LoaderFactory } from './loader.ts';

/** Compiles a `variable` entry. Upstream: `pkg/engine/context/loaders/variable.go`. */
export function compileVariable(name: string, variable: JsonObject): LoaderFactory {
  const pathText = asString(variable['jmesPath']) ?? '';
  const path = compilePath(name, pathText);
  const fallback = compilePart(name, variable['default']);
  const value = compilePart(name, variable['value']);

  const evaluate = (target: EntryTarget): Json => {
    const query = path(target);
    const otherwise = fallback?.(target) ?? null;
    const noDefault = (message: string) => `failed to apply jmespath ${query} to variable <nil>: ${message}`;
    if (value !== undefined) {
      const given = value(target);
      if (query === '') return given;
      const badQuery = (message: string) => `failed to compile JMESPath: ${query}, error: ${message}`;
      return orElse(otherwise, noDefault, () => searchValue(query, given, target.env, badQuery));
    }
    if (query === '') return otherwise;
    return orElse(otherwise, noDefault, () => target.context.query(expressionOf(query)) ?? otherwise);
  };

  return (target) => {
    let loaded = false;
    return {
      hasLoaded: () => loaded,
      load: () => {
        const output = evaluate(target);
        if (output === null) {
          throw new EvaluationError(`failed to add context entry for variable ${name} since it evaluated to nil`);
        }
        loaded = true;
        target.context.storeEntry(name, output, 'replace');
      },
    };
  };
}

/** The result of `work`; when it fails the default, and without one its error. */
function orElse(otherwise: Json, reword: (message: string) => string, work: () => Json): Json {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    if (otherwise === null) throw new EvaluationError(reword(error.message));
    return otherwise;
  }
}

type Part<T> = (target: EntryTarget) => T;

function compilePath(name: string, text: string): Part<string> {
  const path = renderer(name, text, compileTemplate(text));
  return (target) => {
    const rendered = path(target);
    if (typeof rendered === 'string') return rendered;
    throw new EvaluationError(`jmespath value must be a string ${name} ${text}: <nil>`);
  };
}

function compilePart(name: string, value: Json | undefined): Part<Json> | undefined {
  if (value === undefined || value === null) return undefined;
  const floats = withNumbers(value, 'float');
  return renderer(name, goValue(floats), compileTemplate(floats));
}

function renderer(name: string, text: string, template: Template): Part<Json> {
  return ({ context }) =>
    rewording(
      () => template.render(context),
      (message) => `failed to substitute variables in context entry ${name} ${text}: ${message}`,
    );
}
