import { findVariables } from '../../engine/variables/syntax.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';
import { type Abstract, listOf, literal, NOTHING, union } from './abstract.ts';
import type { Collector } from './collect.ts';
import { type Names, traceQuery } from './from-query.ts';

/** What a value of a policy stands for, the variables in it followed. */
export function traceTemplate(value: Json | undefined, names: Names, collector: Collector): Abstract {
  if (value === undefined) return NOTHING;
  if (isArray(value)) return listOf(union(value.map((item) => traceTemplate(item, names, collector))));
  if (isObject(value)) {
    const fields = Object.entries(value).map(([key, item]) => [key, traceTemplate(item, names, collector)] as const);
    return { ...union(fields.map(([, item]) => item)), fields: new Map(fields) };
  }
  if (typeof value !== 'string') return literal(value);
  const variables = findVariables(value);
  if (variables.length === 0) return literal(value);
  const traced = variables.map(({ expression }) => traceQuery(expression, names, collector));
  const [only] = variables;
  const [first = NOTHING] = traced;
  // Text around a variable is no value that the place itself could have.
  return only?.braces === value ? first : { paths: union(traced).paths, literals: [] };
}
