import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseFeature } from './feature-file.ts';
import { loadStepLibrary } from './step-library.ts';

const PAGE = readFileSync(new URL('../../features/README.md', import.meta.url), 'utf8');
const LISTED = [...PAGE.matchAll(/^\*\*`(.+)`\*\*.*\n(?:.+\n)*?```gherkin\n([\s\S]*?)```/gm)].map(
  ([, expression = '', example = '']) => ({ expression, example }),
);
const { stepDefinitions } = await loadStepLibrary();

test('the page of steps lists every step that is defined', () => {
  const listed = LISTED.map(({ expression }) => expression).sort();
  assert.deepEqual(listed, stepDefinitions.map(({ pattern }) => String(pattern)).sort());
});

for (const { expression, example } of LISTED) {
  test(`the example of \`${expression}\` is that step and no other`, () => {
    const { pickles } = parseFeature(`Feature: f\nScenario: s\n${example}`, 'README.md');
    const steps = pickles[0]?.steps ?? [];
    assert.equal(steps.length, 1);
    for (const { text, argument } of steps) {
      const fitting = stepDefinitions.filter((definition) => definition.expression.match(text) !== null);
      assert.deepEqual(
        fitting.map(({ pattern }) => pattern),
        [expression],
      );
      const [definition] = fitting;
      const inText = definition?.expression.match(text)?.length ?? 0;
      assert.equal(inText + (argument === undefined ? 0 : 1), definition?.code.length, 'takes what the example gives');
    }
  });
}

test('the page explains every kind of word that steps use', () => {
  const used = new Set(stepDefinitions.flatMap(({ pattern }) => String(pattern).match(/\{\w+\}/g) ?? []));
  const selfEvident = ['{string}', '{int}', '{labels}', '{command}', '{action}', '{fieldValidation}', '{patchType}'];
  for (const word of used) {
    assert.ok(selfEvident.includes(word) || PAGE.includes(`\`${word}\``), `${word} is not explained`);
  }
});

test("the README's example uses steps that exist", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, example = ''] = /```gherkin\n([\s\S]*?)```/.exec(readme) ?? [];
  const steps = parseFeature(example, 'README.md').pickles.flatMap((pickle) => pickle.steps);
  assert.ok(steps.length >= 3);
  for (const { text } of steps) {
    assert.equal(stepDefinitions.filter(({ expression }) => expression.match(text) !== null).length, 1, text);
  }
});
