import type { Json } from '../../../model/json.ts';

/** A query and what it must give: a value (a `bigint` where Go has an int) or the text of the error. */
export type QueryCase = readonly [query: string, expected: { readonly gives: Json } | { readonly error: string }];

/** The data that the cases are about. */
export const CASE_DATA: Json = {
  a: { b: null, n: 1 },
  list: [3, 1, 2],
  words: ['b', 'a'],
  pods: [{ name: 'web', age: 3 }, { name: 'db', age: 1 }, { age: 2 }],
  text: 'Hello',
  empty: '',
  zero: 0,
  yes: true,
};
