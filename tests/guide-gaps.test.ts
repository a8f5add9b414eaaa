// The README lists every scenario in which the guide's word and Kyverno's answer part.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseFeature } from '../src/harness/feature-file.ts';
import { filesBelow } from '../src/harness/files-below.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

test('the README lists every @guide-gap scenario', () => {
  const readme = readFileSync(`${ROOT}README.md`, 'utf8');
  const names = filesBelow(ROOT, 'features', /\.feature$/).flatMap((file) => {
    const { document } = parseFeature(readFileSync(ROOT + file, 'utf8'), file);
    const rules = document.feature?.children.flatMap(({ rule }) => rule?.children ?? []) ?? [];
    return rules.flatMap(({ scenario }) =>
      scenario?.tags.some(({ name }) => name === '@guide-gap') ? [scenario.name] : [],
    );
  });
  assert.ok(names.length >= 50);
  const missing = names.filter((name) => !readme.includes(`\n- ${name.replace(/: (?:\w+ )?<\w+>$/, '')}\n`));
  assert.deepEqual(missing, []);
});
