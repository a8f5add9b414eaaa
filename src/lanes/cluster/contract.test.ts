import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { denyText, webhookDenial } from '../../admission/deny-text.ts';
import { asArray, asObject, asString, deepEqual, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import type { LaneAnswer } from '../../model/lane.ts';
import type { UserInfo } from '../../model/request.ts';
import { nameOf } from '../../model/resource.ts';
import { discoveryReply } from '../../testing/discovery-reply.ts';
import { type SeenRequest, type Served, serveHttp, type TestServer } from '../../testing/http-server.ts';
import { recordedObjects, recordedRequest } from '../../testing/recorded-request.ts';
import { shared } from '../../testing/shared.ts';
import { askOnce } from './ask-once.ts';
import { createClient } from './client.ts';
import { createDiscovery } from './discovery.ts';
import { ClusterTroubleError } from './trouble.ts';

/** Scenarios with exchanges that are no questions of the lane; their replies have tests of their own below. */
const NOT_ASKED = new Set(['policy-lifecycle', 'webhook-unreachable']);
/** Whom the recording's own credentials belong to. */
const ADMIN: UserInfo = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };

const { url, skip } = shared('recorded/exchanges.json');
const source = skip === false ? readFileSync(url, 'utf8') : '[]';
const scenarios = recordedObjects(parseJson(source, 'int'));

/** The part of a request that the recording has. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: JsonObject;
  readonly body: Json;
}

const RECORDED_HEADERS = ['Accept', 'Content-Type', 'Impersonate-User', 'Impersonate-Group'];

function sentBy({ method, path, headers, body }: SeenRequest): Sent {
  const kept = RECORDED_HEADERS.flatMap((name): readonly [string, Json][] => {
    const values = headers[name.toLowerCase()] ?? [];
    return values.length === 0 ? [] : [[name, values.join(', ')]];
  });
  return { method, path, headers: Object.fromEntries(kept), body: body ?? null };
}

/** The recording's client named a content type also where there was no content. */
function asRecorded(http: JsonObject): Sent {
  const headers = { ...asObject(http['headers']) };
  if (http['body'] === undefined || http['body'] === null) delete headers['Content-Type'];
  return { method: text(http, 'method'), path: text(http, 'path'), headers, body: http['body'] ?? null };
}

function replyWith(response: JsonObject): Served {
  const headers = (asObject(response['headers']) ?? {}) as Record<string, string | readonly string[]>;
  const { body } = response;
  const status = Number(response['status']);
  return typeof body === 'string' ? { status, headers, text: body } : { status, headers, body: body ?? {} };
}

/** A server that replays one scenario: what was recorded, discovery, and the objects that existed. */
function replay(scenario: JsonObject): Promise<TestServer> {
  const existing = recordedObjects(scenario['existing']);
  const exchanges = recordedObjects(scenario['exchanges']);
  return serveHttp((request) => {
    const sent = sentBy(request);
    const found = exchanges.find((exchange) => {
      const recorded = asRecorded(asObject(exchange['request']) ?? {});
      return deepEqual(recorded as unknown as Json, sent as unknown as Json);
    });
    if (found !== undefined) return replyWith(asObject(found['response']) ?? {});
    if (request.method === 'GET') {
      const discovered = discoveryReply(request.path);
      if (discovered !== undefined) return { status: 200, body: discovered };
      const stored = existing.find((object) => request.path.endsWith(`/${nameOf(object)}`));
      if (stored !== undefined) return { status: 200, body: stored };
    }
    return { status: request.method === 'GET' ? 404 : 599, body: { message: `not recorded: ${request.path}` } };
  });
}

function text(object: JsonObject, key: string): string {
  return asString(object[key]) ?? '';
}

for (const scenario of scenarios) {
  const name = asString(scenario['name']) ?? '';
  if (NOT_ASKED.has(name)) continue;
  test(`the lane sends the requests of ${name} as recorded and reads the answers`, async () => {
    await using server = await replay(scenario);
    using client = createClient(server.connection);
    const tools = { client, discovery: createDiscovery(client), self: ADMIN };
    for (const exchange of recordedObjects(scenario['exchanges'])) {
      const http = asObject(exchange['request']) ?? {};
      const request = recordedRequest(http, impersonatedGroups(http));
      const { answer } = await askOnce(tools, [], request);
      const response = asObject(exchange['response']) ?? {};
      const status = Number(response['status']);
      assert.deepEqual(
        [answer.code, answer.allowed, answer.message, answer.warnings],
        [
          status,
          status < 300,
          status < 300 ? '' : messageOf(response['body']),
          asArray(asObject(response['headers'])?.['Warning']) ?? [],
        ],
      );
      if (/blocked due to/.test(answer.message)) assert.equal(textOf(answer), answer.message);
    }
  });
}

function messageOf(body: Json | undefined): string {
  return typeof body === 'string' ? body : text(asObject(body) ?? {}, 'message');
}

function impersonatedGroups(http: JsonObject): readonly string[] {
  const group = asString(asObject(http['headers'])?.['Impersonate-Group']);
  return group === undefined ? [] : [group];
}

/** The refusal text that Kyverno would make of what was read from one. */
function textOf({ message, denied }: LaneAnswer): string {
  const [, webhook = '', kind = '', namespace = '', name = ''] =
    /"(.*?)" denied .*?resource ([^/]*)\/([^/]*)\/(.*?) was/s.exec(message) ?? [];
  const policies = [...Map.groupBy(denied, ({ policy }) => policy)].map(([policy, rules]) => ({
    policy,
    rules: new Map(rules.map(({ rule, message: reason }) => [rule, reason])),
  }));
  return webhookDenial(webhook, denyText({ kind, namespace, name }, policies));
}

test('a webhook that is down is trouble and no answer', { skip }, async () => {
  const scenario = scenarios.find((one) => one['name'] === 'webhook-unreachable') ?? {};
  await using server = await replay(scenario);
  using client = createClient(server.connection);
  const tools = { client, discovery: createDiscovery(client), self: ADMIN };
  const http = asObject(recordedObjects(scenario['exchanges'])[0]?.['request']) ?? {};
  await assert.rejects(askOnce(tools, [], recordedRequest(http)), (error) => {
    assert.ok(error instanceof ClusterTroubleError);
    assert.equal(error.kind, 'server');
    assert.match(error.message, /failed calling webhook "validate\.kyverno\.svc-fail"/);
    return true;
  });
});
