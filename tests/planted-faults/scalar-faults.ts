import type { Json } from '../../src/model/json.ts';
import type { Change } from './change.ts';

/** Everything that can be wrong with a value of a pattern: bounds, alternatives, negation, wildcards. */
export function* scalarFaults(value: Json, at: string): Iterable<Change> {
  if (typeof value === 'bigint') yield* boundFaults(value, at);
  if (typeof value !== 'string') return;
  yield { name: `${at}: anything goes`, value: '*' === value ? '?' : '*' };
  yield { name: `${at}: another value`, value: value === 'false' ? 'true' : `${value}-x` };
  yield { name: `${at}: negated`, value: value.startsWith('!') ? value.slice(1) : `!${value}` };
  const alternatives = value.split(' | ');
  if (alternatives.length === 1) return;
  for (const gone of alternatives) {
    yield { name: `${at}: without ${gone}`, value: alternatives.filter((one) => one !== gone).join(' | ') };
  }
  yield { name: `${at}: one alternative more`, value: `${value} | None | cache` };
}

/** A whole number, one less and one more. */
export function* boundFaults(value: bigint, at: string): Iterable<Change> {
  yield { name: `${at}: ${value - 1n} instead of ${value}`, value: value - 1n };
  yield { name: `${at}: ${value + 1n} instead of ${value}`, value: value + 1n };
}
