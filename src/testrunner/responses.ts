import type { JsonObject } from '../model/json.ts';
import type { PolicyResponse, RuleResponse, RuleStatus } from '../model/response.ts';
import { resourceKey } from './resources.ts';

/** A policy's answer to one resource in one run of a test. */
export interface TestResponse extends PolicyResponse {
  /** `apiVersion,Kind,namespace,name` of the resource. */
  readonly key: string;
  /** The resource that was judged, before mutation. */
  readonly resource: JsonObject;
  /** True for policy kinds whose results have no rule name of their own. */
  readonly ruleless: boolean;
  /** `policies.kyverno.io/scored` is not `"false"`. */
  readonly scored: boolean;
  /** True when the policy's mutation failed, so that no patched object came out of it. */
  readonly lost: boolean;
  /** By rule: errors of foreach elements that were passed over, so that the rule has another status. */
  readonly hiddenErrors?: ReadonlyMap<string, string>;
}

/** Responses by resource key, in the order they were given. */
export type ResponseMap = ReadonlyMap<string, readonly TestResponse[]>;

/** All runs of one test document. */
export interface TestRun {
  readonly trigger: ResponseMap;
  /** One further run per operation that a row asks for. */
  readonly byOperation: ReadonlyMap<string, ResponseMap>;
  /** Responses by the key of a mutate-existing target that one of their rules patched. */
  readonly targets: ResponseMap;
}

/** The answer of the first rule that patched the target with this key. Upstream: `extractPatchedTargetFromEngineResponse`. */
export function targetAnswer(response: PolicyResponse, key: string): RuleResponse | undefined {
  return response.rules.find(({ patchedTarget }) => patchedTarget !== undefined && resourceKey(patchedTarget) === key);
}

/** Words of a test's `result` field. */
export type ReportResult = 'pass' | 'fail' | 'warn' | 'error' | 'skip';

/** The status as reports and test rows have it: unscored failures are warnings. */
export function reportResult(status: RuleStatus, scored: boolean): ReportResult {
  if (status === 'warning') return 'warn';
  return status === 'fail' && !scored ? 'warn' : status;
}

/** The message that tables and reports show: report properties may replace it by status, or altogether. */
export function reportMessage(rule: RuleResponse): string {
  const word = rule.status === 'warning' ? 'warn' : rule.status;
  const byStatus = rule.properties?.[`${word}Message`];
  const always = rule.properties?.['message'];
  if (always !== undefined && always !== '') return always;
  return byStatus !== undefined && byStatus !== '' ? byStatus : rule.message;
}
