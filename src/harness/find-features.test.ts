import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFiles } from '../testing/write-files.ts';
import { findFeatures } from './find-features.ts';

const ROOT = writeFiles({
  'features/a.feature': '',
  'features/deep/b.feature': '',
  'features/README.md': '',
  'policies/p.yaml': '',
});

test('without arguments all of features/ is the run, and it is a whole one', () => {
  assert.deepEqual(findFeatures([], ROOT), {
    root: ROOT,
    files: ['features/a.feature', 'features/deep/b.feature'],
    paths: ['features/a.feature', 'features/deep/b.feature'],
    partial: false,
  });
});

test('the folder features by name is a whole run too', () => {
  assert.equal(findFeatures(['features'], ROOT).partial, false);
});

test('a file, a folder inside, and lines are a selection', () => {
  assert.equal(findFeatures(['features/a.feature'], ROOT).partial, true);
  assert.deepEqual(findFeatures(['features/deep'], ROOT).files, ['features/deep/b.feature']);
  const lines = findFeatures(['features/a.feature:3:7', 'features/deep'], ROOT);
  assert.deepEqual([lines.paths, lines.partial], [['features/a.feature:3:7', 'features/deep/b.feature'], true]);
});

test('paths count from where the user stands, and the project is found above them', () => {
  const found = findFeatures(['b.feature'], join(ROOT, 'features/deep'));
  assert.deepEqual([found.root, found.files], [ROOT, ['features/deep/b.feature']]);
});

test('a path that is not there is an error with the nearest one', () => {
  assert.throws(() => findFeatures(['features/aa.feature'], ROOT), /did you mean `a\.feature`/);
  assert.throws(() => findFeatures([], join(ROOT, 'policies')), /no folder `features` here/);
});
