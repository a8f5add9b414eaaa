import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { Environment } from '../model/environment.ts';
import { asArray, asObject, asString, getPath, type Json, type JsonObject, parseJson } from '../model/json.ts';
import { gvkOf, nameOf } from '../model/resource.ts';
import { shared, sharedLines } from '../testing/shared.ts';
import { compilePolicy, type EngineRequest, evaluatePolicy } from './index.ts';

const FILE = 'golden/network-policies-admission.jsonl';
const POLICIES = new URL('../../policies/', import.meta.url);
const WITH_NETWORK_POLICY = new Set(['default', 'production', 'dev-x', 'team-a']);
const NETWORK_POLICY: JsonObject = {
  metadata: { name: 'web' },
  spec: { podSelector: { matchLabels: { app: 'web-app' } } },
};

const ENV: Environment = {
  clock: { now: () => 0 },
  random: { next: () => 0.5 },
  data: {
    apiCall: ({ url }) => {
      const namespace = /^\/apis\/networking\.k8s\.io\/v1\/namespaces\/([^/]*)\/networkpolicies$/.exec(url)?.[1] ?? '';
      return { ok: true, value: { items: WITH_NETWORK_POLICY.has(namespace) ? [NETWORK_POLICY] : [] } };
    },
  },
  namespaceLabels: (namespace) => ({ 'kubernetes.io/metadata.name': namespace }),
  exceptions: [],
  registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
};

function guidePolicies() {
  const files = readdirSync(POLICIES).filter((file) => file.endsWith('.yaml'));
  const texts = files.map((file) => readFileSync(new URL(file, POLICIES), 'utf8'));
  const documents = texts.flatMap((text) => parseAllDocuments(text).map((document) => JSON.stringify(document.toJS())));
  return documents
    .map((text) => asObject(parseJson(text, 'int')) ?? {})
    .filter((document) => document['kind'] === 'ClusterPolicy')
    .map((document) =>
      compilePolicy({
        ...{
          apiVersion: 'kyverno.io/v1',
          kind: 'ClusterPolicy',
          name: nameOf(document),
          namespace: '',
          annotations: {},
        },
        document,
        spec: asObject(document['spec']) ?? {},
        rules: (asArray(getPath(document, 'spec', 'rules')) ?? []).map((rule) => asObject(rule) ?? {}),
      }),
    );
}

function requestOf(row: JsonObject, object: JsonObject): EngineRequest {
  const gvk = gvkOf(object);
  return {
    mode: 'admission',
    request: {
      kind: gvk,
      parentKind: gvk,
      resource: { group: gvk.group, version: gvk.version, resource: '' },
      subResource: '',
      name: nameOf(object),
      namespace: asString(row['namespace']) ?? '',
      operation: 'CREATE',
      object,
      oldObject: null,
      userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      roles: [],
      clusterRoles: [],
      dryRun: true,
    },
  };
}

/** Outside the webhook, or filtered by Kyverno's configuration. */
const isSeen = (row: JsonObject, object: JsonObject): boolean =>
  !['kube-system', 'kyverno'].includes(asString(row['namespace']) ?? '') && object['kind'] !== 'ReplicaSet';

test('the ten policies of the guide deny as measured, in these words', { skip: shared(FILE).skip }, () => {
  const policies = guidePolicies();
  let compared = 0;
  for (const line of sharedLines(FILE, 'int')) {
    const row = asObject(line) ?? {};
    const object = asObject(row['stored']);
    if (object === undefined || !isSeen(row, object)) continue;
    compared++;
    const request = requestOf(row, object);
    const denied = policies.flatMap((policy) =>
      evaluatePolicy(policy, request, ENV)
        .rules.filter(({ status }) => status === 'fail' || status === 'error')
        .map(({ name, message }): Json => ({ policy: policy.policy.name, rule: name, message })),
    );
    assert.deepEqual(sorted(denied), sorted(asArray(row['denied']) ?? []), asString(row['id']));
  }
  assert.equal(policies.length, 10);
  assert.ok(compared > 480, `${compared} rows`);
});

function sorted(denied: readonly Json[]): readonly string[] {
  return denied
    .map((one) => JSON.stringify([getPath(one, 'policy'), getPath(one, 'rule'), getPath(one, 'message')]))
    .sort();
}
