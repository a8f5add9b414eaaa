import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { goJson } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, asString, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import { applyPatches, type Patches } from './patch.ts';

interface Row {
  readonly source: string;
  readonly object: JsonObject | null;
  readonly patch: Json;
  readonly status: string;
  readonly message: string;
  readonly patched: Json;
}

/** What the real engine's own functions answered to generated objects and patches. */
function measured(name: string): readonly Row[] {
  const lines = readFileSync(new URL(name, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((source) => {
    const row = asObject(parseJson(source, 'int')) ?? {};
    const { patch = null, patched = null } = row;
    const [status, message] = [asString(row['status']) ?? '', asString(row['message']) ?? ''];
    return { source, object: asObject(row['object']) ?? null, patch, status, message, patched };
  });
}

function outcome(object: JsonObject | null, patches: Patches): Pick<Row, 'status' | 'message' | 'patched'> {
  try {
    const { changed, object: patched } = applyPatches(object, patches);
    return changed
      ? { status: 'pass', message: '', patched }
      : { status: 'skip', message: 'no patches applied', patched: null };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { status: 'error', message: error.message, patched: null };
  }
}

const FORMS = [
  ['strategic-merge.measured.jsonl', (patch: Json): Patches => ({ strategicMerge: patch, json6902: '' })],
  ['json-patch.measured.jsonl', (patch: Json): Patches => ({ strategicMerge: null, json6902: asString(patch) ?? '' })],
] as const;

for (const [name, patchesOf] of FORMS) {
  test(`${name.replace('.measured.jsonl', '')} patches do to objects what they do in the real engine`, () => {
    const rows = measured(name);
    assert.ok(rows.length > 100);
    for (const { source, object, patch, status, message, patched } of rows) {
      const before = goJson(object);
      const got = outcome(object, patchesOf(patch));
      assert.equal(goJson(object), before, `the object is left alone: ${source}`);
      if (status === 'crash') assert.match(got.message, /Kyverno crashes here: runtime error: /, source);
      else assert.deepEqual(got, { status, message, patched }, source);
    }
  });
}

const key = fc.constantFrom('name', 'spec', 'containers', '(name)', '+(a)', '<(b)', 'a', '$patch', '__proto__', 'kind');
const anything = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<Json>('aa', '*', 'delete', '(x)', '', 5n, 1.5, true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries): JsonObject => Object.fromEntries(entries)),
  ),
})).value;
const object = anything.map(
  (value): JsonObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: value }),
);

test('any patch gives an object or an error of evaluation, and the same every time', () => {
  fc.assert(
    fc.property(object, anything, (one, strategicMerge) => {
      const patches = { strategicMerge, json6902: '' };
      const first = outcome(one, patches);
      assert.deepEqual(outcome(one, patches), first);
      if (first.status === 'pass') assert.ok(asObject(first.patched));
    }),
    { numRuns: 400 },
  );
});

test('a plain patch applied twice changes nothing more', () => {
  const plain = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.dictionary(fc.constantFrom('x', 'y'), fc.string()), {
    minKeys: 1,
  });
  fc.assert(
    fc.property(plain, plain, (spec, patch) => {
      const one: JsonObject = { apiVersion: 'e.com/v1', kind: 'Thing', spec };
      const patches = { strategicMerge: { spec: patch }, json6902: '' };
      const { object: once } = applyPatches(one, patches);
      assert.equal(applyPatches(once, patches).changed, false);
    }),
    { numRuns: 100 },
  );
});

test('any list of operations gives an object or an error of evaluation', () => {
  const path = fc.constantFrom(
    '',
    '/',
    '/spec',
    '/spec/0',
    '/spec/-',
    '/spec/-1',
    '/spec/a',
    '/a~1b/c',
    'x',
    '/spec/0/1',
  );
  const operation = fc.record(
    {
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'bogus'),
      path,
      from: path,
      value: anything,
    },
    { requiredKeys: ['op'] },
  );
  fc.assert(
    fc.property(object, fc.array(operation, { maxLength: 4 }), (one, operations) => {
      outcome(one, { strategicMerge: null, json6902: goJson(operations as unknown as Json) });
    }),
    { numRuns: 400 },
  );
});

const POD: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'aa' }, { name: 'bb' }] },
};

test('a JSON patch is written as JSON or as YAML', () => {
  const yaml = '- op: add\n  path: /metadata/labels/x\n  value: "1"';
  const json = '[{"op":"add","path":"/metadata/labels/x","value":"1"}]';
  const wanted = { ...POD, metadata: { name: 'a', labels: { x: '1' } } };
  for (const json6902 of [yaml, json]) {
    assert.deepEqual(applyPatches(POD, { strategicMerge: null, json6902 }).object, wanted);
  }
});

test('putting back what was removed counts as a change, because keys then have another order', () => {
  const json6902 = '[{"op":"remove","path":"/kind"},{"op":"add","path":"/kind","value":"Pod"}]';
  assert.deepEqual(applyPatches(POD, { strategicMerge: null, json6902 }), { changed: true, object: POD });
});

const broken: readonly (readonly [what: string, object: JsonObject | null, patches: Patches, message: string])[] = [
  ['nothing to do', POD, { strategicMerge: null, json6902: '' }, 'empty mutate rule'],
  [
    'YAML that is no list',
    POD,
    { strategicMerge: null, json6902: 'a: b' },
    'failed to patch resource: failed to decode patches: json: cannot unmarshal object into Go value of type jsonpatch.Patch',
  ],
  [
    'an operation that is unknown',
    POD,
    { strategicMerge: null, json6902: '- {op: put, path: /a}' },
    'failed to patch resource: failed to decode patches: invalid operation {"op":"put","path":"/a"}: unsupported operation',
  ],
  [
    'a patch on the missing object of a DELETE',
    null,
    { strategicMerge: { metadata: { labels: { a: 'b' } } }, json6902: '' },
    `failed to unmarshal patched resource: Object 'Kind' is missing in '{"metadata":{"labels":{"a":"b"}}}'`,
  ],
  [
    'a patch that deletes the object',
    POD,
    { strategicMerge: { $patch: 'delete' }, json6902: '' },
    'failed to patch resource: filter cannot create or delete objects',
  ],
];
for (const [what, one, patches, message] of broken) {
  test(`${what} is an error with Kyverno's text`, () => {
    assert.throws(() => applyPatches(one, patches), { name: 'EvaluationError', message });
  });
}
