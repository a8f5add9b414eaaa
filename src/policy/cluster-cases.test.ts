import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asArray, asString } from '../model/json.ts';
import { readDocuments } from '../yaml/index.ts';
import { type ClusterView, checkPolicy, parsePolicies } from './index.ts';

const cases = readDocuments(
  readFileSync(new URL('./cluster-cases/cluster.yaml', import.meta.url), 'utf8'),
  'cluster.yaml',
  'int',
);

/** The cluster on which the answers were measured, as far as the cases ask. */
const cluster: ClusterView = {
  findKind: (kind) => {
    if (/^foo\/|^Foo$|^Pod\/foo$/.test(kind)) return 'unknown';
    return /[/.](exec|scale)$|^Pod\/\*$/.test(kind) ? 'subresource' : 'resource';
  },
  isClusterScoped: (kind) => /(^|v1\/)(Namespace|Node|ClusterRole)$/.test(kind),
  deniedVerbs: ({ verbs }) => verbs,
};

assert.ok(cases.length > 30);
for (const { value } of cases) {
  test(`a cluster's words: ${asString(value['case'])}`, () => {
    const text = JSON.stringify(value['policy'], (_key, one) => (typeof one === 'bigint' ? Number(one) : one));
    const [policy] = parsePolicies(text, 'cluster.yaml');
    assert.ok(policy !== undefined);
    const { refused, warnings } = checkPolicy(policy, { mode: 'cluster', cluster });
    assert.equal(refused, asString(value['refused']));
    assert.deepEqual(warnings, asArray(value['warnings']));
  });
}
