import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { EvaluationError } from '../../model/failure.ts';
import { type Json, type JsonObject, parseJson } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { AdmissionRequest } from '../../model/request.ts';
import type { RuleResponse } from '../../model/response.ts';
import type { EngineRequest } from '../request.ts';
import { compileValidatingPolicy, evaluateJsonPayload, evaluateValidatingPolicy } from './index.ts';

const PODS = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] }],
};

function policyOf(spec: JsonObject, identity: Partial<Policy> = {}): Policy {
  const common = { apiVersion: 'policies.kyverno.io/v1', kind: 'ValidatingPolicy', name: 'p', namespace: '' };
  return { ...common, annotations: {}, document: {}, rules: [], spec, ...identity };
}

function requestOf(object: JsonObject, more: Partial<AdmissionRequest> = {}): EngineRequest {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const request: AdmissionRequest = {
    ...{ kind, parentKind: kind, resource: { group: '', version: 'v1', resource: 'pods' }, subResource: '' },
    ...{ name: 'x', namespace: 'default', operation: 'CREATE', object, oldObject: null, userInfo: { username: 'u' } },
    ...{ roles: [], clusterRoles: [], dryRun: false, ...more },
  };
  return { request, mode: 'admission' };
}

const NOTHING_AROUND = { namespaceObject: () => undefined, host: {} };

function answers(
  spec: JsonObject,
  request: EngineRequest,
  exceptions: readonly JsonObject[] = [],
): readonly (readonly RuleResponse[])[] {
  const compiled = compileValidatingPolicy(policyOf(spec), exceptions);
  assert.equal(compiled.refusal, undefined);
  return evaluateValidatingPolicy(compiled, request, NOTHING_AROUND).map(({ rules }) => rules);
}

/** The answer of the policy itself on a Pod with these labels, as `status name message`. */
function answerOn(
  spec: JsonObject,
  labels: JsonObject = {},
  exceptions: readonly JsonObject[] = [],
): string | undefined {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', labels }, spec: {} };
  const [rules = []] = answers({ matchConstraints: PODS, ...spec }, requestOf(pod), exceptions);
  const [rule] = rules;
  return rule === undefined ? undefined : `${rule.status} ${rule.name} ${rule.message}`;
}

function exceptionOf(name: string, more: JsonObject, labels: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'PolicyException',
    metadata: { name, namespace: 'ns', labels },
    spec: { policyRefs: [{ name: 'p', kind: 'ValidatingPolicy' }], ...more },
  };
}

function when(expression: string): readonly Json[] {
  return [{ name: 'c', expression }];
}

describe('a ValidatingPolicy', () => {
  test('stops at the first validation that does not hold', () => {
    const validations = [
      { expression: 'true' },
      { expression: 'has(object.metadata.labels.app)', message: 'no app' },
      { expression: 'false', message: 'never told' },
    ];
    assert.equal(answerOn({ validations }), 'fail  no app');
    assert.equal(answerOn({ validations: validations.slice(0, 2) }, { app: 'a' }), 'pass  success');
  });

  test('takes the message of the expression, and one of its own where there is none', () => {
    const one = { expression: 'false' };
    assert.equal(answerOn({ validations: [one] }), 'fail  CEL expression validation failed at index 0');
    const messageExpression = '"no " + object.kind';
    assert.equal(answerOn({ validations: [{ ...one, message: 'm', messageExpression }] }), 'fail  no Pod');
    assert.equal(
      answerOn({ validations: [{ ...one, messageExpression: 'string(object.spec.x)' }] }),
      'fail  failed to evaluate message expression: no such key: x',
    );
  });

  test('knows variables everywhere but in match conditions', () => {
    const variables = [
      { name: 'a', expression: '1' },
      { name: 'b', expression: 'variables.a + 1' },
    ];
    assert.equal(answerOn({ variables, validations: [{ expression: 'variables.b == 2' }] }), 'pass  success');
    const matchConditions = when('variables.a == 1');
    const { refusal } = compileValidatingPolicy(policyOf({ variables, matchConditions }));
    assert.deepEqual(
      refusal?.problems.map(({ path }) => path.join('.')),
      ['spec.matchConditions.0.expression'],
    );
  });

  test('skips what its conditions leave out, and calls errors of theirs errors unless told to ignore them', () => {
    const validations = [{ expression: 'false' }];
    assert.equal(answerOn({ matchConditions: when('false'), validations }), 'skip  skip');
    const broken = [...when('object.spec.x == 1'), ...when('object.spec.y == 1')];
    const error = 'error evaluation failed to load context: no such key: x; no such key: y';
    assert.equal(answerOn({ matchConditions: broken, validations }), error);
    assert.equal(answerOn({ matchConditions: broken, validations, failurePolicy: 'Ignore' }), 'skip  skip');
    assert.equal(answerOn({ matchConditions: [...broken, ...when('false')], validations }), 'skip  skip');
  });

  test('answers for Pods and with its copies for controllers', () => {
    const spec = {
      matchConstraints: PODS,
      validations: [{ expression: 'object.spec.hostNetwork != true', message: 'object.spec.hostNetwork' }],
    };
    const compiled = compileValidatingPolicy(policyOf(spec));
    assert.deepEqual(
      compiled.variants.map(({ name }) => name),
      ['', 'cronjobs', 'defaults'],
    );
    const resource = { group: 'apps', version: 'v1', resource: 'deployments' };
    const object = { metadata: { name: 'x' }, spec: { template: { spec: { hostNetwork: true } } } };
    const found = answers(spec, requestOf(object, { resource }));
    assert.deepEqual(
      found.map((rules) => rules.map(({ message }) => message)),
      [[], [], ['object.spec.template.spec.hostNetwork']],
    );
  });

  test('keeps an object selector satisfied by an object that is not there', () => {
    const objectSelector = { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] };
    const validations = [{ expression: 'false', message: 'm' }];
    assert.equal(answerOn({ matchConstraints: { ...PODS, objectSelector }, validations }, { app: 'a' }), 'fail  m');
  });

  test('is left alone by requests of other namespaces when it belongs to one', () => {
    const spec = { matchConstraints: PODS, validations: [{ expression: 'false', message: 'm' }] };
    const compiled = compileValidatingPolicy(policyOf(spec, { kind: 'NamespacedValidatingPolicy', namespace: 'one' }));
    const ask = (namespace: string) =>
      evaluateValidatingPolicy(compiled, requestOf({}, { namespace }), NOTHING_AROUND).flatMap(({ rules }) => rules);
    assert.equal(ask('other').length, 0);
    assert.equal(ask('one').length, 1);
  });

  test('in JSON mode judges any document', () => {
    const spec = { evaluation: { mode: 'JSON' }, validations: [{ expression: 'object.a == 1.0', message: 'm' }] };
    const compiled = compileValidatingPolicy(policyOf(spec));
    const statusOf = (payload: JsonObject) =>
      evaluateJsonPayload(compiled, payload, { host: {} }).flatMap(({ rules }) => rules.map(({ status }) => status));
    assert.deepEqual([...statusOf({ a: 1 }), ...statusOf({ a: 2 }), ...statusOf({})], ['pass', 'fail', 'error']);
  });
});

describe('exceptions', () => {
  const validations = [{ expression: 'size(exceptions.allowedImages) > 0', message: 'none' }];

  test('free altogether, and the one with the highest priority says how that is called', () => {
    const quiet = exceptionOf('a', {});
    const loud = exceptionOf('b', { reportResult: 'pass' }, { 'polex.kyverno.io/priority': '3' });
    assert.equal(answerOn({ validations }), 'fail  none');
    assert.equal(
      answerOn({ validations }, {}, [quiet]),
      'skip exception rule is skipped due to policy exception: ns/a',
    );
    assert.equal(
      answerOn({ validations }, {}, [quiet, loud]),
      'pass exception rule is passed due to policy exception: ns/a, ns/b',
    );
  });

  test('for some images are for the expressions to heed', () => {
    assert.equal(answerOn({ validations }, {}, [exceptionOf('a', { images: ['nginx:*'] })]), 'pass  success');
  });

  test('do not count when they name others or their conditions do not hold', () => {
    const others = exceptionOf('a', { policyRefs: [{ name: 'p', kind: 'NamespacedValidatingPolicy' }] });
    assert.equal(answerOn({ validations }, {}, [others]), 'fail  none');
    const conditional = exceptionOf('a', { matchConditions: when('object.metadata.name == "y"') });
    assert.equal(answerOn({ validations }, {}, [conditional]), 'fail  none');
    const broken = exceptionOf('a', { matchConditions: when('object.spec.x == 1') });
    assert.match(answerOn({ validations }, {}, [broken]) ?? '', /^error evaluation failed to load context/);
  });
});

/** Expressions of a message with what `kyverno apply` made of them, or why it refused them. */
const MEASURED = readFileSync(new URL('expressions.measured.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => parseJson(line, 'int') as JsonObject);
const CONFIG_MAP: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', labels: { a: 'b' }, namespace: 'default' },
  data: { k: 'v', false: null, num: '5' },
  list: [1, 2.5, 'a', null, true, { x: 1 }],
};

test('expressions with the libraries of Kyverno give what the real command makes of them', () => {
  assert.ok(MEASURED.length > 400);
  const resource = { group: '', version: 'v1', resource: 'configmaps' };
  const kind = { group: '', version: 'v1', kind: 'ConfigMap' };
  const { request } = requestOf(CONFIG_MAP, { resource, kind, parentKind: kind });
  const host = {
    random: () => 0,
    getResource: ({ apiVersion }: { readonly apiVersion: string }) => checked(apiVersion),
    listResources: ({ apiVersion, resource: name }: { readonly apiVersion: string; readonly resource: string }) =>
      checked(apiVersion) ?? assert.fail(new EvaluationError(`${name} resource not found`)),
    globalReference: () => null,
    imageData: (image: string) => assert.fail(new EvaluationError(`image data for ${image} not found in the context`)),
  };
  for (const { expression = '', message, refused } of MEASURED) {
    const validations = [{ expression: 'false', messageExpression: expression }];
    const matchConstraints = {
      resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
    };
    const compiled = compileValidatingPolicy(policyOf({ matchConstraints, validations }));
    if (typeof refused === 'string') {
      assert.ok(
        compiled.refusal?.text.includes(refused),
        `${String(expression)}: ${compiled.refusal?.text ?? 'accepted'}`,
      );
      continue;
    }
    assert.equal(compiled.refusal?.text, undefined, String(expression));
    const asked = { request, mode: 'cli', userKnown: false } as const;
    const [answer] = evaluateValidatingPolicy(compiled, asked, { namespaceObject: () => undefined, host });
    assert.equal(answer?.rules[0]?.message, message, String(expression));
  }
});

/** The real command has looked at the version of what is not there. */
function checked(apiVersion: string): undefined {
  if (apiVersion.split('/').length > 2) throw new EvaluationError(`unexpected GroupVersion string: ${apiVersion}`);
}

test('expressions that do not compile are told with their place and in the words of the real program', () => {
  const spec = { validations: [{ expression: 'true' }, { expression: 'object.x', message: '"' }] };
  const { refusal } = compileValidatingPolicy(policyOf(spec));
  assert.deepEqual(
    refusal?.problems.map(({ path }) => path),
    [['spec', 'validations', 1, 'expression']],
  );
  assert.equal(
    refusal?.text,
    '[<nil>: Internal error: validating policy compiler 1.0 error: failed to compile policy, ' +
      'spec.validations[1].expression: Invalid value: "object.x": output is expected to be of type bool]',
  );
});
