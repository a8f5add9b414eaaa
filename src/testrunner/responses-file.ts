import { goJson } from '../language/go-text.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { asString } from '../model/json.ts';
import { nameOf, namespaceOf } from '../model/resource.ts';
import type { RuleResponse } from '../model/response.ts';
import { type ResponseMap, reportResult, type TestResponse, type TestRun } from './responses.ts';

/**
 * Every engine response of a test as JSON Lines, in a stable order: `test`, `lane` (`trigger`, `trigger:UPDATE`,
 * `target`), `key`, `policy`, `resource`, `rules` (null when no rule answered), `patched`.
 * `test` is the path of the test file relative to the folder the user gave.
 */
export function responseLines(test: string, run: TestRun): readonly string[] {
  return [
    ...laneLines(test, 'trigger', run.trigger),
    ...[...run.byOperation].flatMap(([operation, responses]) => laneLines(test, `trigger:${operation}`, responses)),
    ...laneLines(test, 'target', run.targets),
  ];
}

function laneLines(test: string, lane: string, responses: ResponseMap): readonly string[] {
  return [...responses].flatMap(([key, list]) => list.map((response) => goJson(record(test, lane, key, response))));
}

function record(test: string, lane: string, key: string, response: TestResponse): JsonObject {
  const { policy, resource, rules, scored, patched } = response;
  return {
    test,
    lane,
    key,
    policy: { kind: policy.kind, name: policy.name, namespace: policy.namespace },
    resource: {
      apiVersion: asString(resource['apiVersion']) ?? '',
      kind: asString(resource['kind']) ?? '',
      name: nameOf(resource),
      namespace: namespaceOf(resource),
    },
    rules: rules.length === 0 ? null : rules.map((rule) => ruleRecord(rule, scored)),
    ...(patched === undefined ? {} : { patched }),
  };
}

function ruleRecord(rule: RuleResponse, scored: boolean): Json {
  const { name, type, status, message, generated, patchedTarget } = rule;
  return {
    name,
    type,
    status,
    result: reportResult(status, scored),
    message,
    ...(generated === undefined ? {} : { generated }),
    ...(patchedTarget === undefined ? {} : { patchedTarget }),
  };
}
