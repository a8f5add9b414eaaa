import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean, InputError } from '../model/failure.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The values of a command's options, as `node:util` types them, and its other arguments. */
export type ParsedOptions<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>
>;

/**
 * Parses a command's arguments. Throws `InputError` for an unknown option, with the nearest one, and for an option
 * without its value.
 */
export function parseOptions<const T extends Options>(args: readonly string[], options: T): ParsedOptions<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error)) throw error;
    if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const flag = /'(-[^']*)'/.exec(error.message)?.[1] ?? '';
      const known = Object.keys(options).map((name) => `--${name}`);
      const meant = didYouMean(flag, known);
      throw new InputError({
        code: 'unknown-option',
        message: `unknown option \`${flag}\``,
        hint: meant === undefined ? `options are ${known.join(', ')}` : `did you mean \`${meant}\`?`,
      });
    }
    const message = error.message.replaceAll("'", '`').replace(/^./, (letter) => letter.toLowerCase());
    throw new InputError({ code: 'bad-option', message });
  }
}
