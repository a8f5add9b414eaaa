import { didYouMean, InputError } from '../model/failure.ts';

/** Throws `InputError` for the first name that no function has; `command` lists the functions. */
export function checkFunctionNames(
  names: readonly string[],
  functions: readonly { readonly name: string }[],
  command: string,
): void {
  const known = functions.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = didYouMean(unknown, known);
  throw new InputError({
    code: 'unknown-function',
    message: `there is no function \`${unknown}\``,
    hint: meant === undefined ? `\`${command}\` lists them` : `did you mean \`${meant}\`?`,
  });
}
