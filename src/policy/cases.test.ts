import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asObject, asString } from '../model/json.ts';
import { readDocuments } from '../yaml/index.ts';
import { checkPolicy, parsePolicies } from './index.ts';

const FOLDER = new URL('./cases/', import.meta.url);

// The operators come from a Go map there, in any order.
function sameOrder(text: string): string {
  return text.replace(/valid values: \[.*\]/, 'valid values: […]');
}

for (const file of readdirSync(FOLDER)) {
  const cases = readDocuments(readFileSync(new URL(file, FOLDER), 'utf8'), file, 'int');
  test(`the CLI's words for the policies of ${file}`, async (t) => {
    assert.ok(cases.length > 20);
    for (const { value } of cases) {
      await t.test(asString(value['case']) ?? '', () => {
        const text = JSON.stringify(value['policy'], (_key, one) => (typeof one === 'bigint' ? Number(one) : one));
        const [policy] = parsePolicies(text, file);
        assert.ok(policy !== undefined && asObject(value['policy']) !== undefined);
        const refused = asString(value['refused']);
        const actual = checkPolicy(policy, { mode: 'cli' }).refused;
        assert.equal(actual && sameOrder(actual), refused && sameOrder(refused));
      });
    }
  });
}
