import { didYouMean } from '../../../model/failure.ts';
import type { CelEnvironment } from '../environment.ts';
import type { CelIssue } from '../source.ts';
import { signaturesOf } from './signatures.ts';

const MOST_FORMS = 4;

/** What may have been meant, for a problem that the checker found; `undefined` when nothing is near. */
export function celHint({ at, message }: CelIssue, text: string, env: CelEnvironment): string | undefined {
  const [, name = ''] = /^undeclared reference to '([^']*)'/.exec(message) ?? [];
  if (name !== '') {
    const functions = signaturesOf(env).map((one) => one.name);
    const variables = [...env.variables.keys(), ...functions.flatMap((one) => one.split('.').slice(0, -1))];
    return meant(name, text[at] === '(' ? functions : variables);
  }
  const [, field = ''] = /^undefined field '([^']*)'/.exec(message) ?? [];
  return field === '' ? formsHint(message, env) : meant(field, env.fieldNames());
}

function formsHint(message: string, env: CelEnvironment): string | undefined {
  const [, fn, first = ''] =
    /^found no matching overload for '([^']*)' applied to '\(?([\w.]+?)(?:[(),]|\.\()/.exec(message) ?? [];
  const written = fn === '@in' ? 'in' : fn?.replace(/^_?([^\w]+)_.*$/, '$1');
  const all = signaturesOf(env).find((one) => one.name === written)?.forms ?? [];
  const near = all.filter((form) => form.startsWith(first));
  const forms = near.length > 0 ? near : all;
  if (forms.length === 0) return undefined;
  return `there is ${forms.slice(0, MOST_FORMS).join(', ')}${forms.length > MOST_FORMS ? ', …' : ''}`;
}

function meant(name: string, candidates: readonly string[]): string | undefined {
  const best = didYouMean(name, candidates);
  return best === undefined ? undefined : `did you mean \`${best}\`?`;
}
