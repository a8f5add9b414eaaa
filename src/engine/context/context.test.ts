import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContextData, Environment } from '../../model/environment.ts';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { expressionOf } from '../variables/index.ts';
import { compileEntries, createContext, loadMockedCall, splitPath } from './index.ts';

function environment(data: ContextData = {}): Environment {
  return {
    clock: { now: () => 0 },
    random: { next: () => 0.5 },
    data,
    namespaceLabels: () => undefined,
    exceptions: [],
    registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
  };
}

const TREE: JsonObject = { request: { object: { x: '5', nul: null, q: 'request.object.x' }, namespace: 'ns' } };

/** The value of a query after entries were registered, or the text of the error. */
function ask(entries: Json, query: string, data: ContextData = {}, policyNamespace = '', maxSize?: number): Json {
  const env = environment(data);
  const context = createContext(TREE, 'CREATE', env, maxSize);
  context.checkpoint();
  try {
    for (const entry of compileEntries(entries)) entry.register({ context, env, policyNamespace });
    return context.query(expressionOf(query));
  } catch (error) {
    if (error instanceof EvaluationError) return `ERROR ${error.message}`;
    throw error;
  }
}

const variable = (name: string, of: JsonObject): JsonObject => ({ name, variable: of });

const VARIABLES: readonly (readonly [entries: readonly JsonObject[], query: string, answer: Json])[] = [
  [[variable('a', { value: '1' }), variable('b', { value: '{{ a }}x' })], 'b', '1x'],
  [
    [variable('b', { value: '{{ a }}x' }), variable('a', { value: '1' })],
    'b',
    'ERROR failed to substitute variables in context entry b {{ a }}x: failed to resolve a at path : JMESPath query failed: Unknown key "a" in path',
  ],
  [[1, 2, 3].map((n) => variable('foo', { value: n === 1 ? '1' : `{{ foo }}${n}` })), 'foo', '123'],
  [[variable('x', { value: 1000000n })], 'x', 1e6],
  [[variable('x', { value: { a: 1n }, jmesPath: 'a' })], 'x', 1],
  [[variable('x', { jmesPath: 'request.object.x' })], 'x', '5'],
  [[variable('x', { jmesPath: '{{ request.object.q }}' })], 'x', '5'],
  [[variable('x', { jmesPath: 'request.nope', default: 7n })], 'x', 7],
  [[variable('x', { jmesPath: 'request.object.nul', default: 7n })], 'x', 7],
  [[variable('x', { value: { a: 1n }, jmesPath: 'b', default: 'd' })], 'x', 'd'],
  [
    [variable('x', { value: { a: 1n }, jmesPath: 'b' })],
    'x',
    'ERROR failed to apply jmespath b to variable <nil>: Unknown key "b" in path',
  ],
  [
    [variable('x', { jmesPath: 'request.nope' })],
    'x',
    'ERROR failed to apply jmespath request.nope to variable <nil>: JMESPath query failed: Unknown key "nope" in path',
  ],
  [
    [variable('x', { value: { a: null }, jmesPath: 'a', default: 1n })],
    'x',
    'ERROR failed to add context entry for variable x since it evaluated to nil',
  ],
  [
    [variable('x', { value: { a: 1n }, jmesPath: 'b ||' })],
    'x',
    'ERROR failed to apply jmespath b || to variable <nil>: failed to compile JMESPath: b ||, error: SyntaxError: Incomplete expression',
  ],
  [[variable('bad', { value: '{{ nope }}' })], 'request.object.x', '5'],
  [[variable('one', { value: '1' })], '"one-two" || `"no"`', 'no'],
];

for (const [entries, query, answer] of VARIABLES) {
  test(`\`${query}\` after variables ${entries.map(({ name }) => name)} gives ${JSON.stringify(answer)}`, () => {
    assert.deepEqual(ask(entries, query), answer);
  });
}

test('a load that failed is not tried again before the next checkpoint comes back', () => {
  const env = environment();
  const context = createContext(TREE, 'CREATE', env);
  context.checkpoint();
  for (const entry of compileEntries([variable('x', { value: '{{ nope }}' })])) {
    entry.register({ context, env, policyNamespace: '' });
  }
  const message = (query: string) => {
    try {
      return context.query(expressionOf(query));
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  };
  assert.match(String(message('x')), /^failed to substitute variables in context entry x/);
  assert.equal(message('x'), 'JMESPath query failed: Unknown key "x" in path');
});

test('names are gone after their checkpoint, and loop entries are loaded anew for each element', () => {
  const env = environment();
  const context = createContext(TREE, 'CREATE', env);
  context.checkpoint();
  const register = (entry: JsonObject) => {
    for (const one of compileEntries([entry])) one.register({ context, env, policyNamespace: '' });
  };
  const seen: Json[] = [];
  register(variable('outer', { value: 'o' }));
  context.checkpoint();
  for (const [index, element] of ['a', 'b'].entries()) {
    context.reset();
    context.setElement(element, index, 0);
    register(variable('loop', { value: '{{ outer }}{{ element }}{{ elementIndex }}' }));
    seen.push(context.query(expressionOf('loop')));
  }
  context.restore();
  assert.deepEqual(seen, ['oa0', 'ob1']);
  assert.equal(context.query(expressionOf('outer')), 'o');
  context.restore();
  assert.throws(() => context.query(expressionOf('outer')), /Unknown key "outer"/);
});

test('element indexes are whole numbers', () => {
  const context = createContext(TREE, 'CREATE', environment());
  context.setElement({ a: 1 }, 2, 0);
  context.setElement('inner', 3, 1);
  assert.deepEqual(context.query(expressionOf('[element, element0, elementIndex, elementIndex0, elementIndex1]')), [
    'inner',
    { a: 1 },
    3n,
    2n,
    3n,
  ]);
});

const CONFIG_MAP: ContextData = {
  configMap: (namespace, name) =>
    name === 'cm'
      ? { ok: true, value: { data: { k: `${namespace}/${name}` }, metadata: { name } } }
      : { ok: false, error: `configmaps "${name}" not found` },
};
const configMap = (of: JsonObject): JsonObject => ({ name: 'c', configMap: of });

test('a ConfigMap entry takes its namespace, the policy`s, or default', () => {
  assert.equal(ask([configMap({ name: 'cm', namespace: '{{ request.namespace }}' })], 'c.data.k', CONFIG_MAP), 'ns/cm');
  assert.equal(ask([configMap({ name: 'cm' })], 'c.data.k', CONFIG_MAP), 'default/cm');
  assert.equal(ask([configMap({ name: 'cm' })], 'c.data.k', CONFIG_MAP, 'team'), 'team/cm');
  assert.equal(
    ask([configMap({ name: 'cm', namespace: 'ns' })], 'c.data.k', CONFIG_MAP, 'team'),
    'ERROR failed to retrieve config map for context entry c: context entry c: configMap namespace "ns" is different from policy namespace "team"',
  );
  assert.equal(
    ask([configMap({ name: 'nope', namespace: 'ns' })], 'c', CONFIG_MAP),
    'ERROR failed to retrieve config map for context entry c: failed to get configmap ns/nope : configmaps "nope" not found',
  );
});

test('an entry whose backend is absent is not registered', () => {
  const unknown = 'ERROR JMESPath query failed: Unknown key "c" in path';
  assert.equal(ask([configMap({ name: 'cm' })], 'c'), unknown);
  assert.equal(ask([{ name: 'c', apiCall: { urlPath: '/x' } }], 'c'), unknown);
  assert.equal(ask([{ name: 'c', globalReference: { name: 'g' } }], 'c'), unknown);
  assert.equal(ask([{ name: 'c', imageRegistry: { reference: 'g' } }], 'c'), unknown);
  assert.equal(ask([{ name: 'c' }], 'c'), 'ERROR failed to create deferred loader for context entry c');
});

const API: ContextData = {
  apiCall: ({ url, method, body }) =>
    url.startsWith('/api/v1/namespaces/')
      ? { ok: true, value: { items: [{ n: 1n }], method, body: body ?? null } }
      : { ok: false, error: 'the server could not find the requested resource' },
};
const apiCall = (of: JsonObject): JsonObject => ({ name: 'c', apiCall: { method: 'GET', ...of } });

test('an API call is filled in, made, queried and stored with floats', () => {
  const urlPath = '/api/v1/namespaces/{{ request.namespace }}/pods';
  assert.deepEqual(ask([apiCall({ urlPath })], 'c.items', API), [{ n: 1 }]);
  assert.equal(ask([apiCall({ urlPath, jmesPath: 'items | length(@)' })], 'c', API), 1);
  const data = [{ key: 'a', value: '{{ request.object.x }}' }];
  assert.deepEqual(ask([apiCall({ urlPath, method: 'POST', data })], '[c.method, c.body]', API), ['POST', { a: '5' }]);
  assert.equal(
    ask([apiCall({ urlPath, jmesPath: 'nope' })], 'c', API),
    'ERROR failed to store data for APICall: failed to apply JMESPath nope for context entry c: Unknown key "nope" in path',
  );
});

test('an API call that fails gives its default, as written, or the error', () => {
  const failed =
    'ERROR failed to fetch data for APICall: failed to GET resource with raw url: /x: the server could not find the requested resource';
  assert.equal(ask([apiCall({ urlPath: '/x' })], 'c', API), failed);
  assert.deepEqual(ask([apiCall({ urlPath: '/x', default: [1n], jmesPath: 'nope' })], 'c', API), [1]);
  assert.match(
    String(ask([apiCall({ urlPath: '{{ nope }}', default: 1n })], 'c', API)),
    /failed to substitute variables/,
  );
});

test('an API call of a namespaced policy stays in its namespace', () => {
  const call = (urlPath: string) => ask([apiCall({ urlPath })], 'c.method', API, 'team');
  assert.equal(call('/api/v1/namespaces/team/pods'), 'GET');
  assert.match(String(call('/api/v1/namespaces/team/../ns/pods')), /refers to namespace ns, which is different/);
  assert.match(String(call('/api/v1/nodes')), /path \/api\/v1\/nodes does not contain a namespace segment/);
});

test('a call that the data cannot answer is no error of the rule', () => {
  const apiCallBackend = () => {
    throw new NotSupportedError('this call');
  };
  assert.throws(
    () => ask([apiCall({ urlPath: '/x', default: 1n })], 'c', { apiCall: apiCallBackend }),
    NotSupportedError,
  );
});

test('canned answers are stored at once and need a good status', () => {
  const env = environment();
  const context = createContext(TREE, 'CREATE', env);
  const [entry] = compileEntries([apiCall({ urlPath: '/{{ request.object.x }}', jmesPath: 'a' })]);
  assert.ok(entry);
  const target = { context, env, policyNamespace: '' };
  const mock = (statusCode: number) => (method: string, url: string) =>
    method === 'GET' && url === '/5' ? { statusCode, body: { a: 1n } } : undefined;
  assert.equal(
    loadMockedCall(entry, target, () => undefined),
    false,
  );
  assert.equal(loadMockedCall(entry, target, mock(200)), true);
  assert.equal(context.query(expressionOf('c')), 1);
  assert.throws(() => loadMockedCall(entry, target, mock(500)), /HTTP 500 from apiCall mock for context entry "c"/);
});

test('a global reference is looked up by name and queried', () => {
  const data: ContextData = {
    globalReference: (name) =>
      name === 'g.p' ? { ok: true, value: [1n, 2n] } : { ok: false, error: 'no data available' },
  };
  assert.equal(ask([{ name: 'c', globalReference: { name: 'g.p', jmesPath: 'length(@)' } }], 'c', data), 2);
  assert.equal(
    ask([{ name: 'c', globalReference: { name: 'h' } }], 'c', data),
    'ERROR failed to marshal APICall data for context entry c: no data available',
  );
});

test('image data is fetched by reference and queried', () => {
  const data: ContextData = { imageData: (reference) => ({ ok: true, value: { image: reference, size: 3n } }) };
  const entry = { name: 'c', imageRegistry: { reference: 'img:{{ request.object.x }}' } };
  assert.deepEqual(ask([entry], 'c', data), { image: 'img:5', size: 3 });
});

test('entries together may not grow beyond the limit', () => {
  const entry = variable('x', { value: 'abcdef' });
  assert.equal(ask([entry], 'x', {}, '', 8), 'abcdef');
  assert.equal(ask([entry], 'x', {}, '', 7), 'ERROR context size limit exceeded: 8 bytes exceeds limit of 7 bytes');
});

test('merging keeps what is there, and replacing a variable does not', () => {
  const data: ContextData = { globalReference: () => ({ ok: true, value: { b: 2n } }) };
  const entries = [variable('c', { value: { a: 1n } }), { name: 'c', globalReference: { name: 'g' } }];
  assert.deepEqual(ask(entries, 'c', data), { a: 1, b: 2 });
  assert.deepEqual(ask([variable('c', { value: { a: 1n } }), variable('c', { value: { b: 2n } })], 'c'), { b: 2 });
});

const PATHS: readonly (readonly [path: string, parts: readonly string[]])[] = [
  ['a.b', ['a', 'b']],
  ['a."b.c".d', ['a', 'b.c', 'd']],
  ['"a""b"', ['a"b']],
  ['a..b', ['a', '', 'b']],
  ['a.', ['a', '']],
];

for (const [path, parts] of PATHS) {
  test(`the path ${path} has ${parts.length} parts`, () => assert.deepEqual(splitPath(path), parts));
}

test('a misplaced quote in a path is an error', () => {
  assert.throws(() => splitPath('a.b"c'), /column 4: bare " in non-quoted-field/);
  assert.throws(() => splitPath('a."b'), /extraneous or missing " in quoted-field/);
});
