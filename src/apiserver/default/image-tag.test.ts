import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageTag } from './image-tag.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const CASES: readonly (readonly [image: string, tag: string])[] = [
  ['nginx', 'latest'],
  ['nginx:1.27', '1.27'],
  ['docker.io/nginx:latest', 'latest'],
  ['localhost:5000/app', 'latest'],
  ['localhost:5000/app:2', '2'],
  [`nginx@${DIGEST}`, ''],
  [`nginx:latest@${DIGEST}`, 'latest'],
  ['nginx:latest@sha256:abc', ''],
  ['Nginx', ''],
  ['ghcr.io/Acme/web', ''],
  ['', ''],
  ['a'.repeat(64), ''],
  ['nginx:-bad', ''],
  ['[::1]:80/app', 'latest'],
];

for (const [image, tag] of CASES) {
  test(`the tag of \`${image.slice(0, 40)}\` is \`${tag}\``, () => assert.equal(imageTag(image), tag));
}
