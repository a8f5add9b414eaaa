// Runs the test files given as arguments in this one process and prints the result as JSON: a process for each file
// would spend most of its time on loading the same modules again.
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import type { Part } from './part.ts';

const root = `${process.cwd()}/`;
const skipped: string[] = [];
const counts = { passed: 0, failed: 0 };
const stream = run({ files: process.argv.slice(2), isolation: 'none' });
stream.on('test:pass', ({ name, file, skip }) => {
  if (skip === undefined || skip === false) return;
  skipped.push(`${name}: ${skip === true ? 'no reason given' : String(skip)} (${file?.replace(root, '') ?? ''})`);
});
stream.on('test:summary', ({ file, counts: { passed, tests, skipped: left, todo } }) => {
  if (file !== undefined) return;
  counts.passed = passed;
  counts.failed = tests - passed - left - todo;
});
let output = '';
for await (const chunk of stream.compose(new spec())) output += String(chunk);
const from = output.indexOf('✖ failing tests:');
const part: Part = { name: 'unit tests', ...counts, skipped, output: from < 0 ? '' : output.slice(from) };
process.stdout.write(JSON.stringify(part), () => process.exit());
