import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientRequest } from '../model/admission.ts';
import type { JsonObject } from '../model/json.ts';
import { parsePolicies } from '../policy/index.ts';
import { policyYaml } from '../testing/features.ts';
import { runAgainScript } from './run-again.ts';

const POD: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'team-a' },
  spec: { n: 1n },
};
const SPACE: JsonObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } };

const COMMANDS: readonly [what: string, request: ClientRequest, command: string][] = [
  [
    'a creation',
    { operation: 'CREATE', object: POD },
    'kubectl create --dry-run=server --output=yaml -f request.yaml -n team-a --validate=warn',
  ],
  [
    'a creation by somebody, with strict validation',
    {
      operation: 'CREATE',
      object: POD,
      fieldValidation: 'Strict',
      userInfo: { username: 'system:serviceaccount:a:b', groups: ['on call'] },
    },
    "kubectl create --dry-run=server --output=yaml -f request.yaml -n team-a --as=system:serviceaccount:a:b --as-group='on call' --validate=strict",
  ],
  [
    'a replacement',
    { operation: 'UPDATE', object: POD },
    'kubectl replace --dry-run=server --output=yaml -f request.yaml -n team-a --validate=warn',
  ],
  [
    'a patch',
    { operation: 'UPDATE', resource: 'pods', name: 'web', namespace: 'team-a', patch: { type: 'merge', body: {} } },
    'kubectl patch pods web --type=merge --patch-file=patch.yaml --dry-run=server --output=yaml -n team-a',
  ],
  [
    'a patch of a subresource',
    {
      operation: 'UPDATE',
      resource: 'deployments.apps',
      name: 'web',
      subresource: 'scale',
      patch: { type: 'json', body: [] },
    },
    'kubectl patch deployments.apps web --type=json --subresource=scale --patch-file=patch.yaml --dry-run=server --output=yaml',
  ],
  [
    'a server-side apply',
    { operation: 'UPDATE', resource: 'pods', name: 'web', patch: { type: 'apply', body: POD } },
    'kubectl apply --server-side --force-conflicts --dry-run=server --output=yaml -f request.yaml --validate=warn',
  ],
  [
    'a deletion',
    { operation: 'DELETE', resource: 'pods', name: 'web', namespace: 'team-a' },
    'kubectl delete pods web --dry-run=server -n team-a',
  ],
  [
    'an exec',
    {
      operation: 'CONNECT',
      resource: 'pods',
      subresource: 'exec',
      name: 'web',
      namespace: 'team-a',
      options: { command: ['sh', '-c', "echo it's"], container: 'app' },
    },
    "kubectl exec web -c app -n team-a -- sh -c 'echo it'\\''s'",
  ],
  [
    'an eviction',
    { operation: 'CREATE', resource: 'pods', subresource: 'eviction', name: 'web', namespace: 'team-a', object: {} },
    "kubectl create --raw '/api/v1/namespaces/team-a/pods/web/eviction?dryRun=All' -f request.yaml",
  ],
];

for (const [what, request, command] of COMMANDS) {
  test(`${what} is asked again with kubectl, and with kyverdict admit`, () => {
    const lines = runAgainScript(request, [], []).split('\n');
    assert.ok(lines.includes(`${command} || true`), lines.join('\n'));
    assert.ok(lines.includes('kyverdict admit --config config.yaml --requests request.jsonl'));
    const line = lines[lines.indexOf("cat > request.jsonl <<'END-OF-FILE'") + 1] ?? '';
    assert.equal((JSON.parse(line) as JsonObject)['operation'], request.operation);
  });
}

test('the state and the policies are made first, but for namespaces that always exist', () => {
  const policies = parsePolicies(policyYaml('p', ['one']), 'p.yaml');
  const always: JsonObject = { ...SPACE, metadata: { name: 'default' } };
  const text = runAgainScript({ operation: 'CREATE', object: POD }, policies, [always, SPACE]);
  const order = [
    'kubectl apply -f state.yaml',
    'kubectl apply -f policies.yaml',
    'kubectl wait',
    'kubectl create',
    'kyverdict admit',
  ];
  const places = order.map((part) => text.indexOf(part));
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
  assert.ok(places.every((place) => place > 0));
  assert.doesNotMatch(text, /name: default/);
  assert.match(text, /kyverdict admit --policies policies\.yaml --cluster state\.yaml --config config\.yaml/);
  assert.match(text, /kubectl delete -f state\.yaml -f policies\.yaml/);
});
