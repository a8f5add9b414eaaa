import { compileRe2 } from '../../language/regex.ts';
import { EvaluationError } from '../../model/failure.ts';

/** Something that puts a value into the context when a query mentions its name. */
export interface Loader {
  /** True once there is data, so that it need not be fetched again. */
  readonly hasLoaded: () => boolean;
  /** Puts the value into the context. Throws `EvaluationError`. */
  readonly load: () => void;
}

/** A loader with the test whether a query mentions it. */
export interface DeferredLoader extends Loader {
  readonly mentions: (query: string) => boolean;
}

/** The loaders that wait for their first use; checkpoint levels decide how long they live. */
export interface DeferredLoaders {
  /** Registers a loader at the current number of checkpoints. */
  readonly add: (loader: DeferredLoader, level: number) => void;
  /** Loads what a query mentions. Throws the first loader's `EvaluationError`. */
  readonly loadMentioned: (query: string, level: number) => void;
  /** After a checkpoint came back: forget deeper loaders, load older ones again. */
  readonly reset: (restored: boolean, level: number) => void;
}

interface Waiting {
  readonly level: number;
  readonly loader: DeferredLoader;
  /** Tried since the last reset: a loader is not tried twice, also after a failure. */
  tried: boolean;
}

/**
 * An empty list of waiting loaders. While one loads, its own queries see only loaders before it and at its level;
 * as upstream, that limit falls with the first nested load.
 * Upstream: `pkg/engine/context/deferred.go`.
 */
export function createDeferredLoaders(): DeferredLoaders {
  let waiting: Waiting[] = [];
  let limit: { readonly level: number; readonly index: number } | undefined;

  const run = (entry: Waiting, index: number): void => {
    limit = { level: entry.level, index };
    try {
      entry.loader.load();
    } finally {
      limit = undefined;
    }
  };

  const next = (query: string, level: number, count: number): number =>
    waiting.findIndex(
      ({ loader, tried, level: own }, i) =>
        i < count && !tried && own <= level && !loader.hasLoaded() && loader.mentions(query),
    );

  return {
    add: (loader, level) => {
      waiting.push({ loader, level, tried: false });
    },
    loadMentioned: (query, currentLevel) => {
      if (waiting.length === 0) return;
      const level = limit?.level ?? currentLevel;
      const count = limit?.index ?? waiting.length;
      for (let i = next(query, level, count); i >= 0; i = next(query, level, count)) {
        const entry = waiting[i];
        if (entry === undefined) return;
        entry.tried = true;
        run(entry, i);
      }
    },
    reset: (restored, level) => {
      for (const entry of waiting) entry.tried = false;
      const all = waiting;
      waiting = all.filter((entry) => entry.level <= level);
      for (const entry of [...waiting]) {
        const loaded = entry.loader.hasLoaded();
        if (loaded && (restored || entry.level < level)) reload(run, entry, waiting.indexOf(entry));
        if (entry.level === level && (loaded || !restored)) waiting.splice(waiting.indexOf(entry), 1);
      }
    },
  };
}

/** Loads again what was loaded before; upstream only logs a failure. */
function reload(run: (entry: Waiting, index: number) => void, entry: Waiting, index: number): void {
  try {
    run(entry, index);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
  }
}

const WORD = /[0-9A-Za-z_]/;

/**
 * The test whether a query mentions a name: as a word, not after a dot or an ASCII letter or digit.
 * Throws `EvaluationError` when the name, which upstream uses as a regular expression, is not one.
 */
export function compileMention(name: string): (query: string) => boolean {
  if (/^[0-9A-Za-z_]+$/.test(name)) return (query) => mentionsWord(query, name);
  const pattern = compileRe2(`(?:\\A|\\z|\\s|[^.0-9A-Za-z])${name}\\b`);
  return (query) => pattern.test(query);
}

function mentionsWord(query: string, name: string): boolean {
  for (let at = query.indexOf(name); at >= 0; at = query.indexOf(name, at + 1)) {
    const before = query[at - 1];
    const after = query[at + name.length];
    if ((before === undefined || !/[.0-9A-Za-z]/.test(before)) && (after === undefined || !WORD.test(after)))
      return true;
  }
  return false;
}
