import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { kyverdict, writeFiles } from '../../testing/run-command.ts';
import { shared } from '../../testing/shared.ts';

const FOLDER = writeFiles({
  'object.json': '{"a": {"b": "<x>"}, "n": 1.0}',
  'object.yaml': 'a: yes\n',
  'query.txt': 'a.b\n',
});

type Expected = readonly [code: number, stdout: string, stderr?: string];

/** As the real command answers. */
const CASES: readonly (readonly [args: readonly string[], expected: Expected, input?: string])[] = [
  [
    ['query', '-i', 'object.json', 'a.b', 'n'],
    [0, '# a.b\n"\\u003cx\\u003e"\n# n\n1\n'],
  ],
  [
    ['query', '-i', 'object.json', '-u', 'a.b', 'a'],
    [0, '# a.b\n<x>\n# a\n{\n  "b": "\\u003cx\\u003e"\n}\n'],
  ],
  [
    ['query', '-i', 'object.json', '-c', 'a'],
    [0, '# a\n{"b":"\\u003cx\\u003e"}\n'],
  ],
  [
    ['query', '-i', 'object.json', '-q', 'query.txt', 'n'],
    [0, '# n\n1\n# a.b\n\n"\\u003cx\\u003e"\n'],
  ],
  [
    ['query', '-i', 'object.yaml', '[a, `[]`, `{}`]'],
    [0, '# [a, `[]`, `{}`]\n[\n  true,\n  [],\n  {}\n]\n'],
  ],
  [['query', 'a'], [0, 'Reading from terminal input.\nEnter input object and hit Ctrl+D.\n# a\n1\n'], '{"a": 1}'],
  [
    ['query', '-i', 'object.json'],
    [0, 'Reading from terminal input.\nEnter a jmespath expression and hit Ctrl+D.\n# n\n1\n'],
    'n',
  ],
  [
    ['query', '-i', 'object.json', 'a.('],
    [1, '', 'Error: failed to compile JMESPath: a.(, error: SyntaxError: Expected identifier, lbracket, or lbrace\n'],
  ],
  [
    ['query', '-i', 'object.json', 'missing'],
    [1, '', 'Error: error evaluating JMESPath expression: Unknown key "missing" in path\n'],
  ],
  [
    ['query', '-i', 'object.json', 'avg(`[]`)'],
    [1, '# avg(`[]`)\n', 'Error: error marshalling result to JSON: json: unsupported value: NaN\n'],
  ],
  [
    ['parse', 'a.b'],
    [
      0,
      '# a.b\nASTSubexpression {\n  children: {\n    ASTField {\n      value: "a"\n    }\n    ASTField {\n      value: "b"\n    }\n}\n\n',
    ],
  ],
  [
    ['parse', 'a.('],
    [1, '', 'Error: SyntaxError: Expected identifier, lbracket, or lbrace\na.(\n  ^\n'],
  ],
  [
    ['function', 'base64_encode', 'abs'],
    [
      0,
      'Name: base64_encode\n  Signature: base64_encode(string) string\n' +
        '  Note:      encodes a regular, plaintext and unencoded string to base64\n\n' +
        'Name: abs\n  Signature: abs(number) number\n\n',
    ],
  ],
  [
    ['function', 'itmes'],
    [3, '', 'error: there is no function `itmes` (did you mean `items`?)\n'],
  ],
  [['quarry'], [3, '', 'error: `jp` has no subcommand `quarry` (did you mean `query`?)\n']],
  [
    ['query', '-i', 'nowhere.json', 'a'],
    [3, '', 'error: there is no file `nowhere.json`\n'],
  ],
];

for (const [args, [code, stdout, stderr = ''], input] of CASES) {
  test(`kyverdict jp ${args.join(' ')} answers as the real command`, async () => {
    assert.deepEqual(await kyverdict(['jp', ...args], FOLDER, input), { code, stdout, stderr });
  });
}

const PAGE = shared('kyverno/context-and-jmespath.md');

test('jp function lists every function of the description', { skip: PAGE.skip }, async () => {
  const page = readFileSync(PAGE.url, 'utf8');
  const chapters = page.slice(page.indexOf('## 8. '), page.indexOf('## 10. '));
  const cells = [...chapters.matchAll(/^\| ((?:`[^`]+` ?)+)/gm)].map(([, cell = '']) => cell);
  const functions = cells.flatMap((cell) => [...cell.matchAll(/`([a-z0-9_]+)/g)].map(([, name = '']) => name));
  const headings = [...chapters.matchAll(/^### 9.3 Arithmetic: `([a-z ]+)`/gm)].flatMap(([, list = '']) =>
    list.split(' '),
  );
  const described = [...functions, ...headings];
  assert.ok(described.length > 60, String(described.length));
  const { stdout } = await kyverdict(['jp', 'function']);
  const listed = new Set([...stdout.matchAll(/^Name: (.*)$/gm)].map(([, name]) => name));
  assert.deepEqual(
    described.filter((name) => !listed.has(name)),
    [],
  );
});
