// The guide's policies and manifests are in the project as the guide has them, byte for byte.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shared } from '../src/testing/shared.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

for (const [folder, count] of [
  ['policies', 10],
  ['cases', 5],
] as const) {
  const { url, skip } = shared(`guide/${folder}`);
  test(`the guide's ${folder} are unchanged`, { skip }, () => {
    const own = folder === 'policies' ? `${ROOT}policies` : `${ROOT}cases/guide`;
    const names = readdirSync(url).sort();
    assert.equal(names.length, count);
    assert.deepEqual(readdirSync(own).sort(), names);
    for (const name of names)
      assert.deepEqual(
        readFileSync(`${own}/${name}`),
        readFileSync(new URL(`${folder}/${name}`, new URL('./', url))),
        name,
      );
  });
}
