import type { Json, JsonObject } from '../model/json.ts';
import { labelsOf, nameOf } from '../model/resource.ts';
import type { ValuesSpec } from './test-document.ts';

/** The values of a test, ready to be asked. Upstream: `cmd/cli/kubectl-kyverno/variables/variables.go`. */
export interface Values {
  readonly global: JsonObject;
  /** Variables of one policy on one resource: global values, then those of every matching entry, then CREATE. */
  readonly forResource: (policy: string, resource: string) => Readonly<Record<string, Json>>;
  /** Values of a rule, whatever its autogen prefix; `undefined` when the rule has no entry. */
  readonly forRule: (policy: string, rule: string) => Readonly<Record<string, Json>> | undefined;
  /** Labels of a namespace; `undefined` when the test says nothing of it. */
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>> | undefined;
  /** The Namespace object that CEL policies see; `undefined` when the test says nothing of it. */
  readonly namespaceObject: (namespace: string) => JsonObject | undefined;
  readonly spec: ValuesSpec;
}

/** Prepares the values of a test document. */
export function createValues(spec: ValuesSpec): Values {
  const labels = new Map<string, Readonly<Record<string, string>>>();
  for (const entry of spec.namespaceSelector ?? []) labels.set(entry.name ?? '', entry.labels ?? {});
  for (const namespace of spec.namespaces ?? []) labels.set(nameOf(namespace), labelsOf(namespace));
  const global = spec.globalValues ?? {};
  return {
    global,
    spec,
    namespaceLabels: (namespace) => labels.get(namespace),
    namespaceObject(namespace) {
      const whole = spec.namespaces?.find((one) => nameOf(one) === namespace);
      const named = spec.namespaceSelector?.find(({ name }) => name === namespace);
      if (whole !== undefined || named === undefined) return whole;
      const own = named.labels === undefined ? {} : { labels: named.labels };
      return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, ...own } };
    },
    forResource(policy, resource) {
      const values: Record<string, Json> = { ...global };
      for (const entry of spec.policies ?? []) {
        if (entry.name !== policy) continue;
        for (const item of entry.resources ?? []) if (item.name === resource) Object.assign(values, item.values ?? {});
      }
      values['request.operation'] ??= 'CREATE';
      return values;
    },
    forRule(policy, rule) {
      const base = rule.replace(/^autogen-(cronjob-)?/, '');
      for (const entry of spec.policies ?? []) {
        if (entry.name !== policy) continue;
        const found =
          entry.rules?.find((item) => item.name === rule) ?? entry.rules?.find((item) => item.name === base);
        if (found === undefined) continue;
        return { ...found.values, ...firstForeachValues(found.foreachValues) };
      }
      return undefined;
    },
  };
}

/** The command line never advances its element counter, so each iteration sees element 0. */
function firstForeachValues(values: Readonly<Record<string, readonly Json[]>> | undefined): Record<string, Json> {
  const first: Record<string, Json> = {};
  for (const [name, list] of Object.entries(values ?? {})) {
    const [value] = list;
    if (value !== undefined) first[name] = value;
  }
  return first;
}
