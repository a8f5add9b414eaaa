import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { annotationsOf, gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { compileAdmissionPolicy } from './admission-policy.ts';

/** Resources and parameters, then cases: documents and what `kyverno apply` 1.19.0 answered, by resource or for all. */
const LINES = readFileSync(new URL('./admission-policy.measured.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => asObject(parseJson(line, 'int')) ?? {});
const [HEAD = {}, ...CASES] = LINES;
const PLURALS: Readonly<Record<string, string>> = {
  Pod: 'pods',
  Deployment: 'deployments',
  ConfigMap: 'configmaps',
  Namespace: 'namespaces',
  ClusterRole: 'clusterroles',
};

function objects(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

function policyOf(document: JsonObject): Policy {
  return {
    apiVersion: asString(document['apiVersion']) ?? '',
    kind: asString(document['kind']) ?? '',
    name: nameOf(document),
    namespace: '',
    annotations: annotationsOf(document),
    document,
    spec: asObject(document['spec']) ?? {},
    rules: [],
  };
}

/** As the command line holds it: namespaced, its numbers floats. */
function resourceOf(given: JsonObject): JsonObject {
  const object =
    asObject(
      parseJson(
        JSON.stringify(given, (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
        'float',
      ),
    ) ?? {};
  const clusterWide = object['kind'] === 'Namespace' || object['kind'] === 'ClusterRole';
  if (clusterWide || namespaceOf(object) !== '') return object;
  return { ...object, metadata: { ...asObject(object['metadata']), namespace: 'default' } };
}

function judged(documents: readonly JsonObject[], resource: JsonObject): readonly string[] | undefined {
  const policies = documents.map(policyOf);
  const [policy] = policies;
  assert.ok(policy);
  const kind = gvkOf(resource);
  const { rules } = compileAdmissionPolicy(policy, policies.slice(1)).judge({
    object: resource,
    kind,
    resource: { group: kind.group, version: kind.version, resource: PLURALS[kind.kind] ?? '' },
    user: { username: '' },
    namespaceLabels: (name) =>
      asObject(asObject(HEAD['namespaceLabels'])?.[name]) as Readonly<Record<string, string>> | undefined,
    params: objects(HEAD['params']),
  });
  const [rule] = rules;
  const binding = rule?.properties?.['binding'];
  return rule && [rule.status, rule.message, ...(binding === undefined ? [] : [binding])];
}

test('a ValidatingAdmissionPolicy answers as the real command does', () => {
  assert.ok(CASES.length > 50);
  for (const { name, documents, answers = {} } of CASES) {
    for (const resource of objects(HEAD['resources']).map(resourceOf)) {
      const id = `${String(resource['kind'])}/${nameOf(resource)}`;
      const wanted = asObject(answers)?.['*'] ?? asObject(answers)?.[id];
      assert.deepEqual(judged(objects(documents), resource), wanted, `${String(name)} on ${id}`);
    }
  }
});
