import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { goJson } from '../../language/go-text.ts';
import {
  asArray,
  asObject,
  asString,
  getPath,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../model/json.ts';
import { shared } from '../../testing/shared.ts';
import { checkPodSecurity, compilePodSecurity, podSecurityProperties } from './index.ts';
import { findingsText } from './text.ts';

/** A rule, a resource and what the real engine's checks said about it. */
const ROWS: readonly JsonObject[] = readFileSync(new URL('pod-security.measured.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => asObject(parseJson(line, 'int')) ?? {});

function objects(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

test('pods and their controllers are judged as by the real engine', () => {
  assert.ok(ROWS.length > 100);
  const statuses = new Set<Json>();
  for (const { resource, exceptions, status = '', message, checks, ...rule } of ROWS) {
    const actual = checkPodSecurity('r', rule, asObject(resource) ?? {}, objects(exceptions));
    assert.equal(actual.status, status, goJson(resource ?? null));
    if (status === 'error') assert.ok(actual.message.endsWith(`: ${message}`), `${actual.message} for ${message}`);
    const expected = new Map(objects(checks).map(({ id, text, detail }) => [id, { text, detail }]));
    const found = actual.findings.map((finding) => {
      const text = findingsText([finding], 'Pod').replaceAll('spec.template.metadata', 'metadata');
      return [finding.id, { text, detail: finding.detail }] as const;
    });
    assert.deepEqual(new Map<Json | undefined, unknown>(found), expected, goJson(resource ?? null));
    statuses.add(status);
  }
  assert.deepEqual([...statuses].sort(), ['error', 'excepted', 'fail', 'pass']);
});

test('a recorded denial holds the message of the rule', { skip: shared('recorded/exchanges.json').skip }, () => {
  const text = readFileSync(shared('recorded/exchanges.json').url, 'utf8');
  const scenario = objects(parseJson(text, 'int')).find(({ name }) => name === 'pod-security') ?? {};
  const rule = objects(getPath(objects(scenario['policies'])[0], 'spec', 'rules'))[0] ?? {};
  const exchange = objects(scenario['exchanges'])[0];
  const resource = asObject(getPath(exchange, 'request', 'body')) ?? {};
  const podSecurity = asObject(getPath(rule, 'validate', 'podSecurity')) ?? {};
  const denial = asString(getPath(exchange, 'response', 'body', 'message')) ?? '';
  const { message, status } = checkPodSecurity(asString(rule['name']) ?? '', podSecurity, resource);
  assert.equal(status, 'fail');
  assert.ok(denial.replaceAll("''", "'").includes(message), message);
});

const PRIVILEGED = { name: 'a', image: 'nginx', securityContext: { privileged: true } };
const POD = { kind: 'Pod', spec: { containers: [PRIVILEGED] } };
const DEPLOYMENT = { kind: 'Deployment', spec: { template: { spec: POD.spec } } };
const CRON_JOB = { kind: 'CronJob', spec: { jobTemplate: { spec: { template: { spec: POD.spec } } } } };

test('the message names level, raw version, reason and field of the kind at hand', () => {
  const message = (version: string, field: string): string =>
    `Validation rule 'pss' failed. It violates PodSecurity "baseline:${version}": ` +
    `(Forbidden reason: privileged, field error list: [${field} is forbidden, forbidden values found: true])`;
  const path = 'containers[0].securityContext.privileged';
  const rows: readonly [JsonObject, JsonObject, string][] = [
    [{ level: 'baseline', version: 'latest' }, POD, message('latest', `spec.${path}`)],
    [{ level: 'baseline' }, DEPLOYMENT, message('', `spec.template.spec.${path}`)],
    [{ level: 'baseline' }, CRON_JOB, message('', `spec.jobTemplate.spec.template.spec.${path}`)],
  ];
  for (const [rule, resource, expected] of rows) {
    assert.equal(checkPodSecurity('pss', rule, resource).message, expected);
  }
});

test('annotations are looked for in the job template of a CronJob and shown below the template of any kind', () => {
  const annotations = { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' };
  const rule = { level: 'baseline' };
  const spec = { containers: [{ name: 'a', image: 'x' }] };
  const cronJob = (metadata: JsonObject, template: JsonObject): JsonObject => ({
    kind: 'CronJob',
    spec: { jobTemplate: { metadata, spec: { template } } },
  });
  assert.equal(checkPodSecurity('r', rule, cronJob({ annotations }, { spec })).status, 'fail');
  assert.equal(checkPodSecurity('r', rule, cronJob({}, { metadata: { annotations }, spec })).status, 'pass');
  assert.match(
    checkPodSecurity('r', rule, { kind: 'Pod', metadata: { annotations }, spec }).message,
    /\[spec\.template\.metadata\.annotations\[container\.apparmor.* forbidden values found: unconfined\]/,
  );
});

test('the level privileged has all checks and baseline leaves the restricted ones out', () => {
  const spec = { containers: [{ name: 'a', image: 'x' }] };
  const ids = (level: string): readonly string[] =>
    checkPodSecurity('r', { level }, { kind: 'Pod', spec }).findings.map(({ id }) => id);
  assert.deepEqual(ids('baseline'), []);
  assert.deepEqual(ids('privileged'), ids('restricted'));
  assert.deepEqual(ids('restricted'), [
    'allowPrivilegeEscalation',
    'capabilities_restricted',
    'runAsNonRoot',
    'seccompProfile_restricted',
  ]);
});

test('resources and versions that cannot be read are errors', () => {
  const rows: readonly [string, JsonObject, string][] = [
    ['latest', { kind: 'Service' }, 'Error while getting new resource: could not find correct resource type'],
    ['1.20', POD, 'failed to parse pod security api version: must be "latest" or "v1.x"'],
    [
      'latest',
      { kind: 'Pod', spec: { hostNetwork: 'yes' } },
      'Error while getting new resource: json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
  ];
  for (const [version, resource, message] of rows) {
    const result = checkPodSecurity('r', { level: 'baseline', version }, resource);
    assert.deepEqual(result, { status: 'error', message, findings: [] });
  }
});

test('keys are read in any case, as Go reads them', () => {
  const resource = { kind: 'Pod', Spec: { HOSTPID: true, containers: [] } };
  assert.deepEqual(
    checkPodSecurity('r', { level: 'baseline' }, resource).findings.map(({ id }) => id),
    ['hostNamespaces'],
  );
});

test('exclusions by image, field and value take away what they name', () => {
  const exclude = [{ controlName: 'Privileged Containers', images: ['nginx*'] }];
  const check = compilePodSecurity('r', { level: 'baseline', exclude });
  assert.equal(check(POD).status, 'pass');
  const other = { ...PRIVILEGED, name: 'b', image: 'other' };
  const left = check({ kind: 'Pod', spec: { containers: [PRIVILEGED, other] } });
  assert.deepEqual(
    left.findings.flatMap(({ fields }) => fields.map(({ field }) => field)),
    ['spec.containers[1].securityContext.privileged'],
  );
  const excepted = compilePodSecurity('r', { level: 'baseline' })(POD, exclude);
  assert.deepEqual(excepted, { status: 'excepted', message: '', findings: [] });
});

test('report properties list controls with the images of the containers named', () => {
  const rule = { level: 'baseline', version: 'v1.24' };
  const hostPid = { kind: 'Pod', spec: { ...POD.spec, hostPID: true } };
  const properties = podSecurityProperties(rule, checkPodSecurity('r', rule, hostPid), (name) =>
    name === 'a' ? 'docker.io/nginx:latest' : undefined,
  );
  assert.deepEqual(properties, {
    standard: 'baseline',
    version: 'v1.24',
    controls: 'hostNamespaces,privileged',
    controlsJSON:
      '[{"ID":"hostNamespaces","Name":"Host Namespaces","Images":null},' +
      '{"ID":"privileged","Name":"Privileged Containers","Images":["docker.io/nginx:latest"]}]',
  });
  assert.equal(
    podSecurityProperties(rule, checkPodSecurity('r', rule, { kind: 'Pod' }), () => undefined),
    undefined,
  );
});

test('no resource and no rule make the check throw', () => {
  const rows = ROWS.filter(({ status }) => status !== 'error');
  const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
  const row = fc.constantFrom(...rows);
  fc.assert(
    fc.property(
      row,
      row,
      fc.array(fc.nat({ max: 5 }), { maxLength: 6 }),
      value,
      (rule, { resource }, path, planted) => {
        const changed = plant(resource ?? null, path, planted);
        const result = checkPodSecurity('r', rule, asObject(changed) ?? {}, objects(rule['exceptions']));
        assert.ok(asString(result.status) !== undefined);
      },
    ),
    { numRuns: 600, interruptAfterTimeLimit: 800 },
  );
});

/** Replaces the value that a list of child numbers leads to. */
function plant(value: Json, path: readonly number[], planted: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined || value === null || typeof value !== 'object') return planted;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return planted;
  if (isObject(value)) return { ...value, [key]: plant(value[key] ?? null, rest, planted) };
  return (asArray(value) ?? []).map((item, i) => (String(i) === key ? plant(item, rest, planted) : item));
}
