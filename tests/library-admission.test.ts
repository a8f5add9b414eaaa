import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type AdmissionAnswer, admit, type Json, type JsonObject, type Policy, type World } from '../src/index.ts';
import { asArray, asObject, isObject } from '../src/model/json.ts';
import { namespaceOf } from '../src/model/resource.ts';
import { policyOf } from '../src/policy/index.ts';
import { shared, sharedLines } from '../src/testing/shared.ts';
import { realFiles } from '../src/testrunner/file-system.ts';
import { findTestFiles } from '../src/testrunner/find-tests.ts';
import { createTestHost, type TestHost } from '../src/testrunner/host.ts';
import { pathOf } from '../src/testrunner/load-inputs.ts';
import { loadPolicies } from '../src/testrunner/load-policies.ts';
import { loadTests } from '../src/testrunner/load-tests.ts';
import type { TestDocument } from '../src/testrunner/test-document.ts';
import { readDocuments } from '../src/yaml/index.ts';

/** Only every so-many-th suite is asked, to save time. */
const EVERY = 2;

/** Why an answer may differ, as patterns over `suite kind/name: wanted … got …`. */
const CAUSES: readonly RegExp[] = [];

/** What cannot be answered: other policy kinds, and images that would be looked up in their registries. */
const NOT_SUPPORTED = /^not supported yet: (?:rules with |looking up the image |\w+Policy\b)/;

interface Row {
  readonly suite: string;
  readonly resource: number;
  readonly kind: string;
  readonly name: string;
  readonly code?: number;
  readonly message?: string;
  readonly denied?: readonly { readonly policy: string; readonly rule: string }[];
}

const ROOT = shared('suites/kyverno-policies');
const DATA = shared('golden/library-admission.jsonl');

test('admit gives the verdict and the refusing rules of a real cluster on the policy library', {
  skip: ROOT.skip || DATA.skip,
}, () => {
  const root = fileURLToPath(ROOT.url);
  const host = createTestHost({ now: Date.now }, { next: Math.random });
  const { documents } = loadTests(findTestFiles(root, 'kyverno-test.yaml', realFiles), realFiles);
  const tests = new Map(documents.map((document) => [relative(root, document.folder), document]));
  const rows = sharedLines('golden/library-admission.jsonl', 'float') as unknown as readonly Row[];
  const suites = [...Map.groupBy(rows, ({ suite }) => suite)].filter((_, index) => index % EVERY === 0);
  let [same, texts, unsupported] = [0, 0, 0];
  const different: string[] = [];
  for (const [suite, ofSuite] of suites) {
    const document = tests.get(suite);
    assert.ok(document !== undefined, suite);
    const objects = objectsOf(document);
    const world = worldOf(document, objects, host);
    for (const row of ofSuite) {
      // 403 and 409 are about what existed there; a row without a code is about the policy.
      if (row.code === undefined || row.code === 403 || row.code === 409) continue;
      const object = objects[row.resource];
      assert.ok(object !== undefined, `${suite} ${row.resource}`);
      const answer = admit(world, { operation: 'CREATE', object, dryRun: true });
      if (answer.allowed === null) {
        assert.match(answer.error ?? '', NOT_SUPPORTED);
        unsupported++;
      } else if (verdict(answer.code < 300, answer.denied) === verdict(row.code < 300, row.denied ?? [])) {
        same++;
        if (answer.message === (row.message ?? '')) texts++;
      } else
        different.push(`${suite} ${row.kind}/${row.name}: wanted ${row.message ?? row.code} got ${textOf(answer)}`);
    }
  }
  assert.ok(same > 500, `${same} the same, ${unsupported} not supported`);
  assert.deepEqual(
    different.filter((text) => !CAUSES.some((cause) => cause.test(text))),
    [],
  );
  assert.ok(different.length <= (same + different.length) * 0.01);
  assert.ok(texts >= same * 0.99, `${texts} of ${same} texts are the same`);
});

function verdict(allowed: boolean, denied: Row['denied']): string {
  return `${allowed} ${(denied ?? []).map(({ policy, rule }) => `${policy}/${rule}`).sort()}`;
}

function textOf({ message, code }: AdmissionAnswer): string {
  return message === '' ? String(code) : message;
}

/** The objects of a suite, in the order of its files. */
function objectsOf(test: TestDocument): readonly JsonObject[] {
  return (test.spec.resources ?? []).flatMap((listed) => {
    const path = pathOf(test, listed);
    return readDocuments(realFiles.read(path), path, 'int').map(({ value }) => value);
  });
}

/** The suite's ClusterPolicies, enforced, and the namespaces that its objects name. */
function worldOf(document: TestDocument, objects: readonly JsonObject[], host: TestHost): World {
  const reader = { ...host.policies, refusal: () => undefined };
  const { accepted } = loadPolicies(document, realFiles, reader, host.known);
  const names = new Set(objects.map(namespaceOf).filter((name) => name !== '' && name !== 'default'));
  return {
    policies: accepted.filter(({ kind }) => kind === 'ClusterPolicy').map(enforced),
    objects: [...names].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  };
}

function enforced({ document }: Policy): Policy {
  const { validationFailureActionOverrides: _, ...spec } = asObject(document['spec']) ?? {};
  const rules = (asArray(spec['rules']) ?? []).map((rule): Json => {
    const validate = isObject(rule) ? asObject(rule['validate']) : undefined;
    if (!isObject(rule) || validate === undefined) return rule;
    const { failureActionOverrides: __, ...rest } = validate;
    return { ...rule, validate: { ...rest, failureAction: 'Enforce' } };
  });
  return policyOf({ ...document, spec: { ...spec, admission: true, validationFailureAction: 'Enforce', rules } });
}
