import { isAdmissionPolicyKind } from '../../engine/index.ts';
import { type Failure, InputError } from '../../model/failure.ts';
import { asObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { excerptAt, type YamlDocument } from '../../yaml/index.ts';
import { checkPolicy } from '../check/index.ts';
import { objectsIn } from '../check/rule.ts';
import { expressionFaults } from '../expression-faults.ts';
import { isForServers, isValidatingPolicy, unsupportedKind } from '../kinds.ts';
import { readPolicyDocuments } from '../load.ts';
import { admissionPolicyFaults, celRuleFaults, matchConditionFaults } from './cel-faults.ts';
import type { Path, Trap } from './finding.ts';
import { refusalPath } from './refusal-path.ts';
import { policyTraps } from './rule-traps.ts';
import { validatingTraps } from './validating-traps.ts';

/** What the linter says. */
export interface LintFinding extends Failure {
  /** `error`: Kyverno refuses the policy. `warning`: it accepts it, but it will not do what it seems to. */
  readonly severity: 'error' | 'warning';
  /** The source line with a pointer, when there is a place. */
  readonly excerpt?: string;
}

/**
 * Everything wrong or suspicious in a file of policies: text that is no YAML, what the API server's schema or Kyverno
 * refuses, Kyverno's warnings, and rules that do something else than they seem to. Sorted by place. Throws nothing.
 */
export function lintPolicies(text: string, file: string): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  const seen = new Map<string, YamlDocument>();
  try {
    for (const document of readPolicyDocuments(text, file)) {
      if (document.type === 'broken') {
        findings.push(...document.failures.map((failure) => ({ ...failure, severity: 'error' as const })));
      }
      if (document.type !== 'policy') continue;
      const { policy, source } = document;
      const report = reporter(text, source, findings);
      const key = [policy.kind, policy.namespace, policy.name].join('/');
      if (seen.has(key)) {
        report(
          'warning',
          'repeated-policy',
          ['metadata', 'name'],
          `\`${policy.name}\` stands in this file twice`,
          'rename one',
        );
      }
      seen.set(key, source);
      lintPolicy(policy, report);
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    findings.push(...error.failures.map((failure) => ({ ...failure, severity: 'error' as const })));
  }
  return findings.sort(byPlace);
}

type Report = (
  severity: LintFinding['severity'],
  code: string,
  path: Path,
  message: string,
  hint?: string,
  index?: number,
) => void;

function reporter(text: string, source: YamlDocument, findings: LintFinding[]): Report {
  return (severity, code, path, message, hint, index) => {
    const place = source.placeOf(path, index);
    const excerpt = excerptAt(text, place.line ?? 1, place.column ?? 1);
    findings.push({ severity, code, message, place, excerpt, ...(hint === undefined ? {} : { hint }) });
  };
}

function lintPolicy(policy: Policy, report: Report): void {
  const kind = unsupportedKind(policy);
  if (kind !== undefined) {
    report('warning', 'not-supported', ['kind'], `${kind} is not checked: not supported yet`);
    return;
  }
  if (isAdmissionPolicyKind(policy)) {
    tell('error', admissionPolicyFaults(policy), report);
    return;
  }
  if (isValidatingPolicy(policy)) {
    if (isForServers(policy)) {
      const path = ['spec', 'evaluation', 'mode'];
      report('warning', 'not-supported', path, 'expressions about servers are not checked: not supported yet');
    }
    tell('error', expressionFaults(policy), report);
    tell('warning', validatingTraps(policy), report);
    return;
  }
  tell('error', matchConditionFaults(policy), report);
  lintRules(withoutConditions(policy, report), report);
}

/** The command line cannot be asked about conditions, so the rest is checked without them. */
function withoutConditions(policy: Policy, report: Report): Policy {
  const webhook = asObject(policy.spec['webhookConfiguration']) ?? {};
  if (objectsIn(webhook['matchConditions']).length === 0) return policy;
  const path = ['spec', 'webhookConfiguration', 'matchConditions'];
  report('warning', 'cli-crash', path, '`kyverno test` and `kyverno apply` crash on policies with `matchConditions`');
  const spec = { ...policy.spec, webhookConfiguration: { ...webhook, matchConditions: [] } };
  return { ...policy, spec };
}

function tell(severity: LintFinding['severity'], traps: readonly Trap[], report: Report): void {
  for (const { code, path, message, hint, index } of traps) report(severity, code, path, message, hint, index);
}

function lintRules(policy: Policy, report: Report): void {
  const { refused, warnings } = checkPolicy(policy, { mode: 'cli' });
  if (refused !== undefined) {
    report('error', 'refused', refusalPath(policy, refused), `Kyverno refuses the policy: ${refused.trim()}`);
  }
  for (const warning of new Set(warnings)) {
    if (warning !== refused) report('warning', 'kyverno-warning', refusalPath(policy, warning), warning);
  }
  if (refused !== undefined) return;
  tell('warning', [...policyTraps(policy), ...celRuleFaults(policy)], report);
}

function byPlace(a: LintFinding, b: LintFinding): number {
  const line = (finding: LintFinding) => finding.place?.line ?? 0;
  return line(a) - line(b) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
