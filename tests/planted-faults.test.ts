// Faults are planted in every policy of the guide, one at a time, and the conformance features must notice each: a
// scenario fails, or the fault is declared in cases/cannot-happen.yaml as one that no request can show.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readDeclared } from '../src/harness/cannot-happen.ts';
import { openSuite, type SuiteScenario } from '../src/harness/quick-run.ts';
import { createEngineLane } from '../src/lanes/engine-lane.ts';
import { formatFailure, InputError } from '../src/model/failure.ts';
import type { Policy } from '../src/model/policy.ts';
import { DEFAULT_SETTINGS } from '../src/model/settings.ts';
import { parsePolicies } from '../src/policy/index.ts';
import { type Fault, faultsOf } from './planted-faults/policy-faults.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DECLARED = 'cases/cannot-happen.yaml';

const suite = await openSuite(
  ROOT,
  createEngineLane({
    settings: DEFAULT_SETTINGS,
    clock: { now: () => Date.UTC(2026, 0, 1) },
    random: { next: () => 0.5 },
  }),
  parsePolicies,
);
const declared = readDeclared(readFileSync(join(ROOT, DECLARED), 'utf8'), DECLARED, suite.policies).faults;

/** The scenarios that a policy is in, without those that all policies are in, which would be slow and say no more. */
function scenariosOf({ name }: Policy): SuiteScenario[] {
  return suite.scenarios.filter(({ policies }) => policies.includes(name) && policies.length < suite.policies.length);
}

/** Runs a faulty policy until a scenario notices; that one comes first for the next fault. */
async function notice(order: SuiteScenario[], { rule, name, faulty }: Fault): Promise<boolean> {
  const failure = await suite.firstFailure(order, faulty);
  if (failure === undefined) return false;
  const { error, scenario } = failure;
  const refusal = error instanceof InputError && error.failures.some(({ code }) => !code.startsWith('unknown-'));
  if (refusal) throw new Error(`${rule}: ${name} makes no policy: ${error.failures.map(formatFailure).join('; ')}`);
  order.splice(order.indexOf(scenario), 1);
  order.unshift(scenario);
  return true;
}

test('the conformance features pass with the policies as they are', async () => {
  assert.equal(suite.policies.length, 10);
  assert.equal(await suite.firstFailure(suite.scenarios), undefined);
});

for (const policy of suite.policies) {
  test(`every fault in ${policy.name} is noticed by a scenario, or declared`, async () => {
    const faults = faultsOf(policy);
    assert.ok(faults.length >= 25, `only ${faults.length} faults`);
    const isDeclared = ({ rule, name }: Fault) =>
      declared.some((entry) => entry.policy === policy.name && entry.rule === rule && entry.faults.includes(name));
    const order = scenariosOf(policy);
    const unnoticed: string[] = [];
    const happened: string[] = [];
    for (const fault of faults) {
      const noticed = await notice(order, fault);
      if (noticed && isDeclared(fault)) happened.push(`${fault.rule}: ${fault.name}`);
      if (!noticed && !isDeclared(fault)) unnoticed.push(`${fault.rule}: ${fault.name}`);
    }
    assert.deepEqual({ unnoticed, happened }, { unnoticed: [], happened: [] });
  });
}

test('every declared fault is one that is planted', () => {
  const planted = new Set(suite.policies.flatMap((policy) => faultsOf(policy).map(nameOf)));
  const missing = declared.flatMap(({ policy, rule, faults }) =>
    faults.map((name) => nameOf({ policy, rule, name })).filter((name) => !planted.has(name)),
  );
  assert.deepEqual(missing, []);
});

function nameOf({ policy, rule, name }: Pick<Fault, 'policy' | 'rule' | 'name'>): string {
  return `${policy}/${rule}: ${name}`;
}
