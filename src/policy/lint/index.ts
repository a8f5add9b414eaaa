import { type Failure, InputError } from '../../model/failure.ts';
import { asObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { excerptAt, type YamlDocument } from '../../yaml/index.ts';
import { checkPolicy } from '../check/index.ts';
import { objectsIn } from '../check/rule.ts';
import { expressionFaults } from '../expression-faults.ts';
import { isValidatingPolicy, unsupportedKind } from '../kinds.ts';
import { readPolicyDocuments } from '../load.ts';
import type { Path } from './finding.ts';
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

type Report = (severity: LintFinding['severity'], code: string, path: Path, message: string, hint?: string) => void;

function reporter(text: string, source: YamlDocument, findings: LintFinding[]): Report {
  return (severity, code, path, message, hint) => {
    const place = source.placeOf(path);
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
  if (objectsIn(asObject(policy.spec['webhookConfiguration'])?.['matchConditions']).length > 0) {
    const path = ['spec', 'webhookConfiguration', 'matchConditions'];
    report('warning', 'not-supported', path, 'policies with `matchConditions` are not checked: not supported yet');
    return;
  }
  if (isValidatingPolicy(policy)) {
    for (const { code, path, message, hint } of expressionFaults(policy)) report('error', code, path, message, hint);
    for (const { code, path, message, hint } of validatingTraps(policy)) report('warning', code, path, message, hint);
    return;
  }
  const { refused, warnings } = checkPolicy(policy, { mode: 'cli' });
  if (refused !== undefined) {
    report('error', 'refused', refusalPath(policy, refused), `Kyverno refuses the policy: ${refused.trim()}`);
  }
  for (const warning of new Set(warnings)) {
    if (warning !== refused) report('warning', 'kyverno-warning', refusalPath(policy, warning), warning);
  }
  if (refused !== undefined) return;
  for (const { code, path, message, hint } of policyTraps(policy)) report('warning', code, path, message, hint);
}

function byPlace(a: LintFinding, b: LintFinding): number {
  const line = (finding: LintFinding) => finding.place?.line ?? 0;
  return line(a) - line(b) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
