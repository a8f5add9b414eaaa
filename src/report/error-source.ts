import { formatFailure } from '../model/failure.ts';
import type { ErrorSource } from '../model/response.ts';

/** Where an error arose, the line with a pointer, and the values that led to it; ends with a line break. */
export function errorSourceText({ message, hint, place, excerpt, values }: ErrorSource): string {
  const head = formatFailure({ code: 'cel', message, place, ...(hint === undefined ? {} : { hint }) });
  return [head, excerpt, ...values.map(({ name, value }) => `  ${name} is ${value}`), ''].join('\n');
}

/** The texts of those answers that have a source, each once. */
export function errorSourcesText(answers: readonly { readonly source?: ErrorSource }[]): string {
  const texts = answers.flatMap(({ source }) => (source === undefined ? [] : [errorSourceText(source)]));
  return [...new Set(texts)].join('');
}
