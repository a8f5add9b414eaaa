import { isArray, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { type Change, withinItem, withinKey, withRenamed } from './change.ts';
import { scalarFaults } from './scalar-faults.ts';

const ANCHOR = /^([=<^X+]?)\((.+)\)$/;

// Every object has them, so no anchor changes what they match.
const ALWAYS_THERE = ['metadata', 'spec'];

/** Everything that can be wrong with a pattern: keys, anchors, values, and what is below them. */
export function* patternFaults(pattern: Json, at: string): Iterable<Change> {
  if (isObject(pattern)) {
    for (const [key, value] of Object.entries(pattern)) {
      const place = `${at}/${key}`;
      if (!ALWAYS_THERE.includes(key)) yield* keyFaults(pattern, key, value, place);
      yield* withinKey(pattern, key, patternFaults(value, place));
    }
  } else if (isArray(pattern)) {
    for (const [i, item] of pattern.entries()) {
      yield* withinItem(pattern, i, patternFaults(item, `${at}/${i}`));
    }
  } else yield* scalarFaults(pattern, at);
}

function* keyFaults(pattern: JsonObject, key: string, value: Json, at: string): Iterable<Change> {
  const rename = (how: string, name: string) => ({
    name: `${at}: ${how}`,
    value: withRenamed(pattern, key, name, value),
  });
  const [, anchor = '', inner = ''] = ANCHOR.exec(key) ?? ['', '', ''];
  const plain = inner === '' ? key : inner;
  yield { name: `${at}: dropped`, value: withRenamed(pattern, key, key, undefined) };
  if (inner !== '') yield rename('anchor dropped', plain);
  if (inner === '' || anchor !== '=') yield rename('anchor = put in', `=(${plain})`);
  if (inner === '' || anchor !== '') yield rename('anchor () put in', `(${plain})`);
  if (anchor !== 'X') yield rename('anchor X put in', `X(${plain})`);
  if (isArray(value)) yield rename('anchor ^ put in', `^(${plain})`);
}
