import { EvaluationError } from '../../../model/failure.ts';
import type { Re2Matcher } from '../../regex.ts';
import { wildcardMatch } from '../../wildcard.ts';
import { formatFloat32 } from '../float32.ts';
import { cachedRegex } from '../regex-cache.ts';
import { compileTemplate, replaceMatches } from '../regex-replace.ts';
import { goEqual } from '../value.ts';
import { define, type QueryFunction } from './define.ts';
import { functionError } from './errors.ts';

/** Kyverno's functions that match. Upstream: kyverno pkg/engine/jmespath/functions.go. */
export const patternFunctions: readonly QueryFunction[] = [
  define(
    'regex_match',
    ['string', 'string|number'],
    'bool',
    'first string is the regular exression which is compared with second input which can be a number or string',
    ([regex, text]) => cachedRegex(regex).test(textOf(text)),
  ),
  define(
    'regex_replace_all',
    ['string', 'string|number', 'string|number'],
    'string',
    'converts all parameters to string',
    ([regex, text, replacement]) => {
      const compiled = replacing('regex_replace_all', regex);
      return replaceMatches(compiled, textOf(text), compileTemplate(textOf(replacement), compiled.names));
    },
  ),
  define(
    'regex_replace_all_literal',
    ['string', 'string|number', 'string|number'],
    'string',
    'converts all parameters to string',
    ([regex, text, replacement]) => {
      const literal = textOf(replacement);
      return replaceMatches(replacing('regex_replace_all_literal', regex), textOf(text), () => literal);
    },
  ),
  define(
    'pattern_match',
    ['string', 'string|number'],
    'bool',
    "'*' matches zero or more alphanumeric characters, '?' matches a single alphanumeric character",
    ([pattern, text]) => wildcardMatch(pattern, textOf(text)),
  ),
  define(
    'label_match',
    ['object', 'object'],
    'bool',
    'object arguments must be enclosed in backticks; ex. `{{request.object.spec.template.metadata.labels}}`',
    ([selector, labels]) =>
      Object.keys(selector).every((key) => Object.hasOwn(labels, key) && goEqual(labels[key], selector[key])),
  ),
];

function textOf(value: string | number): string {
  return typeof value === 'string' ? value : formatFloat32(value);
}

/** The replacing functions put their name before the error of the regular expression. */
function replacing(name: string, regex: string): Re2Matcher {
  try {
    return cachedRegex(regex);
  } catch (error) {
    throw error instanceof EvaluationError ? functionError(name, error.message) : error;
  }
}
