import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFiles } from '../testing/write-files.ts';
import { filesBelow } from './files-below.ts';

test('files of folders come sorted, also through links, each link to an ancestor once', () => {
  const root = writeFiles({
    'a/z.yaml': '',
    'a/b/c.json': '',
    'a/b/d.txt': '',
    'a/node_modules/e.yaml': '',
    'other/f.yml': '',
  });
  symlinkSync('../other', join(root, 'a/linked'));
  symlinkSync('../other/f.yml', join(root, 'a/g.yml'));
  symlinkSync('..', join(root, 'a/loop'));
  symlinkSync('nowhere', join(root, 'a/lost.yaml'));
  const files = ['a/b/c.json', 'a/g.yml', 'a/linked/f.yml', 'a/lost.yaml', 'a/z.yaml'];
  assert.deepEqual(filesBelow(root, 'a'), files);
  assert.deepEqual(
    filesBelow(join(root, 'a'), '.'),
    files.map((file) => file.slice(2)),
  );
  assert.deepEqual(filesBelow(root, 'a', /\.txt$/), ['a/b/d.txt']);
});
