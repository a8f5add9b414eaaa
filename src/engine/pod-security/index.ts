import { asArray, asString, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { compileExclusions } from './exclude.ts';
import type { Finding } from './finding.ts';
import { checksOf, parseMinor } from './level.ts';
import { readPod } from './pod.ts';
import { findingProperties, findingsText } from './text.ts';

export type { FieldFinding, Finding } from './finding.ts';

/**
 * What a podSecurity rule says. `excepted`: it failed, but the entries of exceptions excused everything.
 * `findings` are the checks that failed; only `fail` has any.
 */
export interface PodSecurityResult {
  readonly status: 'pass' | 'fail' | 'error' | 'excepted';
  /** The rule's message; empty for `excepted`, whose text names the exceptions. */
  readonly message: string;
  readonly findings: readonly Finding[];
}

/** Checks a Pod or a pod controller; `exceptions` are the podSecurity entries of the exceptions that apply. */
export type PodSecurityCheck = (resource: JsonObject, exceptions?: readonly JsonObject[]) => PodSecurityResult;

/**
 * Compiles a rule's `validate.podSecurity` block (level, version, exclude). The check never throws: a resource that
 * cannot be decoded, or is of another kind, and a version that cannot be read are results with status `error`.
 * Upstream: `pkg/engine/handlers/validation/validate_pss.go`.
 */
export function compilePodSecurity(ruleName: string, podSecurity: JsonObject): PodSecurityCheck {
  const level = asString(podSecurity['level']) ?? '';
  const version = asString(podSecurity['version']) ?? '';
  const minor = parseMinor(version);
  const runChecks = checksOf(level, minor ?? 0);
  const exclude = compileExclusions(entriesOf(podSecurity['exclude']));
  return (resource, exceptions = []) => {
    const { pod, error } = readPod(resource);
    if (pod === undefined) return errorResult(`Error while getting new resource: ${error}`);
    if (minor === undefined) {
      return errorResult('failed to parse pod security api version: must be "latest" or "v1.x"');
    }
    const findings = exclude(runChecks(pod), pod, runChecks);
    if (findings.length === 0) {
      return { status: 'pass', message: `Validation rule '${ruleName}' passed.`, findings };
    }
    const left = compileExclusions(exceptions)(findings, pod, runChecks);
    if (left.length === 0) return { status: 'excepted', message: '', findings: left };
    const text = findingsText(left, asString(resource['kind']) ?? '');
    const message = `Validation rule '${ruleName}' failed. It violates PodSecurity "${level}:${version}": ${text}`;
    return { status: 'fail', message, findings: left };
  };
}

/** One-off form of `compilePodSecurity`. */
export function checkPodSecurity(
  ruleName: string,
  podSecurity: JsonObject,
  resource: JsonObject,
  exceptions?: readonly JsonObject[],
): PodSecurityResult {
  return compilePodSecurity(ruleName, podSecurity)(resource, exceptions);
}

/**
 * The report properties of a failure: `standard`, `version`, `controls`, `controlsJSON`. `imageOf` gives the full
 * image reference of the container of that name, looked up in containers, then init, then ephemeral containers.
 */
export function podSecurityProperties(
  podSecurity: JsonObject,
  result: PodSecurityResult,
  imageOf: (container: string) => string | undefined,
): Readonly<Record<string, string>> | undefined {
  if (result.findings.length === 0) return undefined;
  const level = asString(podSecurity['level']) ?? '';
  return findingProperties(result.findings, level, asString(podSecurity['version']) ?? '', imageOf);
}

function errorResult(message: string): PodSecurityResult {
  return { status: 'error', message, findings: [] };
}

function entriesOf(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}
