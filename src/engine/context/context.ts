import { searchOrMissing } from '../../language/jmespath/index.ts';
import type { Environment } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import { type Json, type JsonObject, withNumbers } from '../../model/json.ts';
import type { Expression, Scope } from '../variables/index.ts';
import { createDeferredLoaders, type DeferredLoader } from './deferred.ts';
import { rewording } from './evaluation.ts';
import { jsonSize } from './json-size.ts';
import { mergeAt, replaceAt } from './merge.ts';

/**
 * The JSON tree that queries see, with checkpoints and entries that load on first use. Values are never changed in
 * place, so a checkpoint costs nothing.
 * Upstream: `pkg/engine/context/context.go`.
 */
export interface Context extends Scope {
  /** Merges a value in at a path. */
  readonly add: (path: readonly string[], value: Json) => void;
  /** Puts a value at a path in place of what is there. */
  readonly set: (path: readonly string[], value: Json) => void;
  /** Sets the operation, also as `request.operation`. */
  readonly setOperation: (operation: string) => void;
  /** Sets `element`, `elementIndex` and their numbered twins. */
  readonly setElement: (element: Json, index: number, nesting: number) => void;
  /** Stores what an entry gave, as floats, counting its size. `replace` puts it in place of what is there. Throws `EvaluationError`. */
  readonly storeEntry: (name: string, value: Json, how: 'merge' | 'replace') => void;
  readonly addLoader: (loader: DeferredLoader) => void;
  readonly checkpoint: () => void;
  /** Back to the last checkpoint, which is dropped. */
  readonly restore: () => void;
  /** Back to the last checkpoint, which stays. */
  readonly reset: () => void;
}

/** Default of `maxContextSize`: 2 MiB. */
export const DEFAULT_CONTEXT_SIZE = 2 * 1024 * 1024;

/** A context that starts with `initial`. `operation` is what `operation()` says until it is set. */
export function createContext(
  initial: JsonObject,
  operation: string,
  env: Pick<Environment, 'clock' | 'random'>,
  maxSize: number = DEFAULT_CONTEXT_SIZE,
): Context {
  let tree = initial;
  let currentOperation = operation;
  let size = 0;
  const checkpoints: JsonObject[] = [];
  const loaders = createDeferredLoaders();

  const add = (path: readonly string[], value: Json): void => {
    tree = mergeAt(tree, path, value);
  };
  const set = (path: readonly string[], value: Json): void => {
    tree = replaceAt(tree, path, value);
  };
  const back = (restored: boolean): void => {
    const last = checkpoints.at(-1);
    if (last === undefined) return;
    if (restored) checkpoints.pop();
    tree = last;
    loaders.reset(restored, checkpoints.length);
  };

  return {
    query: (expression: Expression) => {
      loaders.loadMentioned(expression.text, checkpoints.length);
      return search(expression, tree, env);
    },
    operation: () => currentOperation,
    add,
    set,
    setOperation: (next) => {
      add(['request', 'operation'], next);
      currentOperation = next;
    },
    setElement: (element, index, nesting) => {
      const position = BigInt(index);
      tree = {
        ...tree,
        element,
        [`element${nesting}`]: element,
        elementIndex: position,
        [`elementIndex${nesting}`]: position,
      };
    },
    storeEntry: (name, value, how) => {
      const bytes = maxSize > 0 ? jsonSize(value) : 0;
      if (maxSize > 0 && size + bytes > maxSize) {
        throw new EvaluationError(
          `context size limit exceeded: ${size + bytes} bytes exceeds limit of ${maxSize} bytes`,
        );
      }
      size += bytes;
      const stored = withNumbers(value, 'float');
      if (how === 'replace') set([name], stored);
      else add([name], stored);
    },
    addLoader: (loader) => loaders.add(loader, checkpoints.length),
    checkpoint: () => {
      checkpoints.push(tree);
    },
    restore: () => back(true),
    reset: () => back(false),
  };
}

function search(expression: Expression, tree: JsonObject, env: Pick<Environment, 'clock' | 'random'>): Json {
  const query = expression.query();
  const result = rewording(
    () => searchOrMissing(query, tree, env),
    (message) => `JMESPath query failed: ${message}`,
  );
  if (typeof result !== 'symbol') return result;
  throw new EvaluationError(`JMESPath query failed: Unknown key "${result.description ?? ''}" in path`);
}
