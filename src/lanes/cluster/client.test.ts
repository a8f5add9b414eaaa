import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Served, serveHttp } from '../../testing/http-server.ts';
import { type ApiRequest, createClient, statusMessage, warningHeaders } from './client.ts';
import { ClusterTroubleError, type TroubleKind } from './trouble.ts';

const GET: ApiRequest = { method: 'GET', path: '/api/v1/namespaces' };
const SHORT = { milliseconds: 60, what: 'an answer of the API server' };

async function trouble(served: Served): Promise<ClusterTroubleError> {
  await using server = await serveHttp(() => served);
  using client = createClient(server.connection, SHORT);
  try {
    await client.send(GET);
  } catch (error) {
    assert.ok(error instanceof ClusterTroubleError);
    return error;
  }
  return assert.fail('there was an answer');
}

test('a request has its method, path, content type, body and whom it impersonates', async () => {
  await using server = await serveHttp(() => ({ status: 200, body: {} }));
  using client = createClient(server.connection);
  const as = { username: 'dana', groups: ['a', 'b'], uid: 'u1', extra: { Scopes: ['x', 'y'] } };
  const path = '/api/v1/namespaces/default/pods/web?dryRun=All';
  await client.send({
    method: 'PATCH',
    path,
    body: { n: 9007199254740993n },
    contentType: 'application/merge-patch+json',
    as,
  });
  const [seen] = server.seen;
  assert.deepEqual([seen?.method, seen?.path, seen?.body], ['PATCH', path, { n: 9007199254740993n }]);
  const header = (name: string) => seen?.headers[name];
  assert.deepEqual(header('content-type'), ['application/merge-patch+json']);
  assert.deepEqual(header('impersonate-user'), ['dana']);
  assert.deepEqual(header('impersonate-group'), ['a', 'b']);
  assert.deepEqual(header('impersonate-uid'), ['u1']);
  assert.deepEqual(header('impersonate-extra-scopes'), ['x', 'y']);
});

test('a reply keeps its status, whole numbers of any size and each warning', async () => {
  const headers = { warning: ['299 - "one \\"quoted\\"", 299 - "two"', '299 - "three"'] };
  await using server = await serveHttp(() => ({ status: 201, headers, text: '{"n":9007199254740993}' }));
  using client = createClient(server.connection);
  const reply = await client.send(GET);
  assert.equal(reply.status, 201);
  assert.deepEqual(reply.body, { n: 9007199254740993n });
  assert.deepEqual(reply.warnings, ['299 - "one \\"quoted\\""', '299 - "two"', '299 - "three"']);
});

test('a reply that is no JSON is the message of a status', async () => {
  await using server = await serveHttp(() => ({ status: 404, text: '404 page not found\n' }));
  using client = createClient(server.connection);
  assert.equal(statusMessage(await client.send(GET)), '404 page not found\n');
});

test('an empty refusal is told by its number', async () => {
  await using server = await serveHttp(() => ({ status: 503 }));
  using client = createClient(server.connection);
  assert.equal(statusMessage(await client.send(GET)), 'HTTP 503');
});

test('a server that hangs is a timeout that names the request', async () => {
  const error = await trouble('hang');
  assert.equal(error.kind, 'timeout');
  assert.equal(error.message, 'waited 0.06 s for an answer of the API server: GET /api/v1/namespaces');
});

test('a connection that breaks is an API server that cannot be reached, with what to check', async () => {
  const error = await trouble('drop');
  assert.equal(error.kind, 'unreachable');
  assert.match(error.message, /^the API server at http:\/\/127\.0\.0\.1:\d+ cannot be reached: /);
  assert.match(error.hint ?? '', /kubeconfig/);
});

test('nobody listening is an API server that cannot be reached', async () => {
  const server = await serveHttp(() => 'hang');
  await server[Symbol.asyncDispose]();
  using client = createClient(server.connection);
  await assert.rejects(
    client.send(GET),
    (error) => error instanceof ClusterTroubleError && error.kind === 'unreachable',
  );
});

test('credentials that have run out are asked for again, once', async () => {
  let token = 0;
  await using server = await serveHttp(({ headers }) => ({
    status: headers['authorization']?.[0] === '2' ? 200 : 401,
  }));
  const authorize = async (options: { headers?: unknown }) => {
    token++;
    options.headers = { authorization: String(token) };
  };
  using client = createClient({ ...server.connection, authorize });
  assert.equal((await client.send(GET)).status, 401);
  assert.equal((await client.send(GET)).status, 200);
  assert.equal((await client.send(GET)).status, 200);
  assert.equal(token, 2);
});

test('credentials that cannot be had are a lack of rights', async () => {
  const authorize = () => Promise.reject(new Error('spawn get-token ENOENT'));
  using client = createClient({ server: 'http://127.0.0.1:1', context: 'prod', authorize });
  await assert.rejects(client.send(GET), (error) => {
    assert.ok(error instanceof ClusterTroubleError);
    const kind: TroubleKind = 'rights';
    assert.equal(error.kind, kind);
    assert.equal(error.message, 'the credentials of the context `prod` cannot be had: spawn get-token ENOENT');
    return true;
  });
});

test('warnings are told apart also where a text has commas and quotes', () => {
  const one = '299 - "a, 299 - \\"b\\", c"';
  assert.deepEqual(warningHeaders([`${one}, 299 - "d"`]), [one, '299 - "d"']);
  assert.deepEqual(warningHeaders([]), []);
});
