import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asArray, asObject, asString, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { gvkOf } from '../../model/resource.ts';
import { readDocuments } from '../../yaml/index.ts';
import { fieldErrorsText, validateCreate, validateUpdate } from './index.ts';

const FOLDER = new URL('./cases/', import.meta.url);

/** The value with what stands at the end of a JSON pointer replaced, or left out for `null`. */
function changed(value: Json | undefined, steps: readonly string[], to: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return to;
  if (isArray(value)) return value.map((item, i) => (String(i) === step ? changed(item, rest, to) : item));
  const object: Record<string, Json> = { ...(isObject(value) ? value : {}) };
  if (rest.length === 0 && to === null) delete object[step];
  else object[step] = changed(object[step], rest, to);
  return object;
}

function applied(object: JsonObject, change: JsonObject): JsonObject {
  const result = Object.entries(change).reduce<Json>((value, [pointer, to]) => {
    const steps = pointer.split('/').slice(1);
    return changed(
      value,
      steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
      to,
    );
  }, object);
  return asObject(result) ?? {};
}

for (const file of readdirSync(FOLDER)) {
  const documents = readDocuments(readFileSync(new URL(file, FOLDER), 'utf8'), file, 'int');
  test(`${file.replace('.yaml', '')} is refused as by the API server`, () => {
    let count = 0;
    for (const { value } of documents) {
      const old = asObject(value['old']);
      const base = asObject(value['base']) ?? old ?? {};
      for (const row of asArray(value['cases']) ?? []) {
        const change = asObject(asObject(row)?.['change']) ?? {};
        const object = applied(base, change);
        const errors =
          old === undefined ? validateCreate(gvkOf(object), object) : validateUpdate(gvkOf(object), object, old);
        const actual = errors.length === 0 ? '' : fieldErrorsText(errors);
        const about = `${gvkOf(object).kind} ${Object.keys(change).join(' ')}`;
        assert.equal(actual, asString(asObject(row)?.['error']) ?? '', about);
        count++;
      }
    }
    assert.ok(count >= 10, `${count} cases`);
  });
}
