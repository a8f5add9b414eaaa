import { isAdmissionPolicyKind } from '../../engine/index.ts';
import { asString, getPath, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import { isValidatingPolicy } from '../../policy/index.ts';
import { reportMessage } from '../responses.ts';
import type { AppliedResponse } from './apply.ts';
import { type ApplyCounts, countWord } from './counts.ts';

/** The two kinds of report documents. */
export type ReportApi = 'openreports.io' | 'wgpolicyk8s.io';

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * Reports of all answers: one of all cluster-wide policies, called `merged`, then one for each answer of a namespaced
 * policy.
 * `seconds` is the time of the run since 1970.
 * Upstream: `cmd/cli/kubectl-kyverno/report/report.go`, `pkg/utils/report/results.go`.
 */
export function policyReports(
  responses: readonly AppliedResponse[],
  auditWarn: boolean,
  api: ReportApi,
  seconds: number,
): readonly JsonObject[] {
  const answered = responses.filter(({ rules }) => rules.length > 0);
  const results = (of: readonly AppliedResponse[]): readonly JsonObject[] =>
    of.flatMap((response) => response.rules.map((rule) => resultOf(response, rule, auditWarn, seconds)));
  const merged = results(answered.filter(({ policy }) => policy.namespace === ''));
  const open = api === 'openreports.io';
  const apiVersion = open ? 'openreports.io/v1alpha1' : 'wgpolicyk8s.io/v1alpha2';
  const document = (kind: string, metadata: JsonObject, list: readonly JsonObject[]): JsonObject => ({
    apiVersion,
    kind,
    metadata,
    ...(open ? { source: '' } : {}),
    summary: summaryOf(list),
    results: list,
  });
  return [
    ...(merged.length === 0
      ? []
      : [document(open ? 'ClusterReport' : 'ClusterPolicyReport', { name: 'merged' }, merged)]),
    ...answered
      .filter(({ policy }) => policy.namespace !== '')
      .map((response) => {
        const { name, namespace } = response.policy;
        return document('PolicyReport', { name, namespace }, results([response]));
      }),
  ];
}

function resultOf(
  response: AppliedResponse,
  rule: AppliedResponse['rules'][number],
  auditWarn: boolean,
  seconds: number,
): JsonObject {
  const { source, resource, policy } = response;
  const category = source.annotations['policies.kyverno.io/category'] ?? '';
  const severity = source.annotations['policies.kyverno.io/severity'] ?? '';
  const message = reportMessage(rule);
  const exceptions = rule.exceptions?.map((name) => name.slice(name.lastIndexOf('/') + 1)) ?? [];
  return {
    source: sourceOf(source),
    policy: policy.namespace === '' ? policy.name : `${policy.namespace}/${policy.name}`,
    ...(rule.name === '' ? {} : { rule: rule.name }),
    ...(category === '' ? {} : { category }),
    ...(SEVERITIES.includes(severity) ? { severity } : {}),
    timestamp: { seconds: BigInt(seconds), nanos: 0n },
    result: countWord(response, rule, auditWarn),
    ...(response.scored ? { scored: true } : {}),
    resources: [subjectOf(resource)],
    ...(message === '' ? {} : { message }),
    properties: {
      ...rule.properties,
      process: processOf(source),
      ...(exceptions.length === 0 ? {} : { exceptions: exceptions.join(',') }),
    },
  };
}

function subjectOf(resource: JsonObject): JsonObject {
  const metadata = resource['metadata'];
  const text = (key: string): string =>
    typeof metadata === 'object' && metadata !== null && key in metadata
      ? (asString((metadata as JsonObject)[key]) ?? '')
      : '';
  const fields = {
    kind: asString(resource['kind']) ?? '',
    namespace: namespaceOf(resource),
    name: nameOf(resource),
    uid: text('uid'),
    apiVersion: asString(resource['apiVersion']) ?? '',
    resourceVersion: text('resourceVersion'),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function sourceOf(policy: Policy): string {
  if (isValidatingPolicy(policy)) return 'KyvernoValidatingPolicy';
  return isAdmissionPolicyKind(policy) ? policy.kind : 'kyverno';
}

function processOf(policy: Policy): string {
  const { spec } = policy;
  if (isAdmissionPolicyKind(policy)) return 'background scan';
  if (isValidatingPolicy(policy)) {
    const isOn = (who: string) => getPath(spec, 'evaluation', who, 'enabled') !== false;
    return isOn('background') ? 'background scan' : isOn('admission') ? 'admission review' : '';
  }
  if (spec['background'] !== false) return 'background scan';
  return spec['admission'] !== false ? 'admission review' : '';
}

function summaryOf(results: readonly JsonObject[]): JsonObject {
  const count = (word: keyof ApplyCounts): bigint => BigInt(results.filter(({ result }) => result === word).length);
  return { pass: count('pass'), fail: count('fail'), warn: count('warn'), error: count('error'), skip: count('skip') };
}
