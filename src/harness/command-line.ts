import { InputError } from '../model/failure.ts';

/**
 * Splits a command line as a POSIX shell does: blanks separate, single quotes keep everything, double quotes keep all
 * but backslash escapes, a backslash before a line end joins lines. No variables, no pipes.
 * Throws `InputError` (without a place) for an open quote.
 */
export function splitCommandLine(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const next = text.charAt(i + 1);
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else word += char;
    } else if (char === '\\' && next === '\n') i++;
    else if (char === '\\' && (quote === undefined || /["\\$`]/.test(next))) {
      word = (word ?? '') + next;
      i++;
    } else if (quote === '"') {
      if (char === '"') quote = undefined;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote !== undefined) {
    throw new InputError({ code: 'bad-command', message: `the command has an open ${quote} quote` });
  }
  if (word !== undefined) words.push(word);
  return words;
}
