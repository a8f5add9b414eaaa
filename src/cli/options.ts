import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean, InputError } from '../model/failure.ts';

/** How an option is written, as in `node:util` parseArgs. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  readonly default?: string | boolean | readonly string[];
}

type ValueOf<O> = O extends { readonly type: 'boolean' }
  ? boolean
  : O extends { readonly multiple: true }
    ? readonly string[]
    : string;

/** The values of a command's options: those with a default are always there. */
export type Values<T extends Readonly<Record<string, Option>>> = {
  readonly [K in keyof T]: T[K] extends { readonly default: unknown } ? ValueOf<T[K]> : ValueOf<T[K]> | undefined;
};

/** A command's options and its other arguments. */
export interface ParsedOptions<T extends Readonly<Record<string, Option>>> {
  readonly values: Values<T>;
  readonly positionals: readonly string[];
}

/**
 * Parses a command's arguments. Throws `InputError` for an unknown option, with the nearest one, and for an option
 * without its value.
 */
export function parseOptions<const T extends Readonly<Record<string, Option>>>(
  args: readonly string[],
  options: T,
): ParsedOptions<T> {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { default: fallback, ...option }]) => [
      name,
      { ...option, ...(fallback === undefined ? {} : { default: Array.isArray(fallback) ? [...fallback] : fallback }) },
    ]),
  ) as NonNullable<ParseArgsConfig['options']>;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: config,
      allowPositionals: true,
      strict: true,
    });
    return { values: values as Values<T>, positionals };
  } catch (error) {
    throw inputError(error, Object.keys(options));
  }
}

function inputError(error: unknown, names: readonly string[]): unknown {
  if (!(error instanceof TypeError) || !('code' in error)) return error;
  if (error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const message = error.message.replaceAll("'", '`').replace(/^./, (letter) => letter.toLowerCase());
    return new InputError({ code: 'bad-option', message });
  }
  const flag = /'(-[^']*)'/.exec(error.message)?.[1] ?? '';
  const known = names.map((name) => `--${name}`);
  const meant = didYouMean(flag, known);
  return new InputError({
    code: 'unknown-option',
    message: `unknown option \`${flag}\``,
    hint: meant === undefined ? `options are ${known.join(', ')}` : `did you mean \`${meant}\`?`,
  });
}
