import { asArray, asString } from '../../model/json.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import { labelValue } from '../validate/names.ts';

const DEPRECATED: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

/** Why a node label should not be used any more. Upstream: pkg/api/node/util.go. */
export function deprecatedLabel(key: string | undefined): string | undefined {
  return key === undefined ? undefined : DEPRECATED.get(key);
}

/** Old labels in a term of a node selector, and for preferences values that no label can have. */
export function warnOnNodeTerm(term: Mutable, path: string, checkValues: boolean): readonly string[] {
  const warnings: string[] = [];
  objectsAt(term, 'matchExpressions').forEach((expression, i) => {
    const key = asString(expression['key']);
    const text = deprecatedLabel(key);
    if (text !== undefined) warnings.push(`${path}.matchExpressions[${i}].key: ${key} is ${text}`);
    if (!checkValues) return;
    (asArray(expression['values']) ?? []).forEach((value, j) => {
      for (const problem of labelValue(asString(value) ?? '')) {
        warnings.push(`${path}.matchExpressions[${i}].values[${j}]: ${asString(value) ?? ''} is invalid, ${problem}`);
      }
    });
  });
  return warnings;
}

/** Old labels in a label selector over nodes. */
export function warnOnNodeSelector(selector: Mutable | undefined, path: string): readonly string[] {
  if (selector === undefined) return [];
  const labels = Object.keys(objectAt(selector, 'matchLabels') ?? {});
  return [
    ...warnOnNodeTerm(selector, path, false),
    ...labels.flatMap((label) => {
      const text = deprecatedLabel(label);
      return text === undefined ? [] : [`${path}.matchLabels.${label}: ${text}`];
    }),
  ];
}
