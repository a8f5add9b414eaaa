import { asArray, asString, getPath, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import type { AppliedResponse } from './apply.ts';
import { countWord } from './counts.ts';

/**
 * A PolicyException for each failure of a cluster-wide policy. `ttl` is a duration as Go writes it, `''` for none.
 * Upstream: `printException` in `cmd/cli/kubectl-kyverno/commands/apply/print.go`.
 */
export function exceptionsForFailures(
  responses: readonly AppliedResponse[],
  auditWarn: boolean,
  ttl: string,
): readonly JsonObject[] {
  return responses
    .filter(({ policy }) => policy.namespace === '')
    .flatMap((response) =>
      response.rules
        .filter((rule) => countWord(response, rule, auditWarn) === 'fail')
        .map((rule) => exceptionFor(response, rule.name, rule.properties?.['controlsJSON'], ttl)),
    );
}

function exceptionFor(
  { resource, policy }: AppliedResponse,
  rule: string,
  controls: string | undefined,
  ttl: string,
): JsonObject {
  const kind = asString(resource['kind']) ?? '';
  const name = nameOf(resource);
  const namespace = namespaceOf(resource);
  const kinds = [kind];
  const rules = [rule];
  if (rule.startsWith('autogen-')) {
    if (kind === 'CronJob') {
      kinds.push('Job', 'Pod');
      rules.push(rule.replaceAll('autogen-cronjob-', 'autogen-'), rule.slice('autogen-cronjob-'.length));
    } else {
      kinds.push('Pod');
      rules.push(rule.slice('autogen-'.length));
    }
  }
  const names = rule.startsWith('autogen-') ? [name, `${name}-*`] : [name];
  return {
    apiVersion: 'kyverno.io/v2beta1',
    kind: 'PolicyException',
    metadata: {
      ...(ttl === '' ? {} : { labels: { 'cleanup.kyverno.io/ttl': ttl } }),
      name: [policy.name, rule, namespace, name].join('-'),
    },
    spec: {
      exceptions: [{ policyName: policy.name, ruleNames: rules }],
      match: { all: [{ resources: { kinds, names, namespaces: [namespace] } }] },
      ...(controls === undefined ? {} : { podSecurity: controlsOf(controls) }),
    },
  };
}

/** The failed controls with the tags of their images as wildcards. */
function controlsOf(text: string): Json {
  return (asArray(parseJson(text, 'int')) ?? []).map((control) => {
    const images = asArray(getPath(control, 'Images'));
    const controlName = asString(getPath(control, 'Name')) ?? '';
    const wild = images?.map((image) => (asString(image) ?? '').replace(/[:@].*/, '*'));
    return wild === undefined ? { controlName } : { controlName, images: wild };
  });
}
