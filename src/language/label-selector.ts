import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../model/json.ts';
import { hasWildcard, wildcardMatch } from './wildcard.ts';

type Labels = Readonly<Record<string, string>>;

/** Does a set of labels satisfy the selector? A text is the reason why the selector cannot be used. */
export type SelectorTest = (labels: Labels) => boolean | string;

/**
 * Compiles a label selector. Pairs of `matchLabels` with wildcards hold when one actual pair matches both key and value;
 * with `wildcards` false they make the selector unusable, as for Kubernetes itself.
 * Upstream: `CheckSelector` in `pkg/utils/match/labels.go`, `pkg/engine/wildcards/wildcards.go`.
 */
export function compileSelector(selector: JsonObject, wildcards = true): SelectorTest {
  const pairs = Object.entries(asObject(selector['matchLabels']) ?? {}).map(
    ([key, value]): readonly [string, string] => [key, asString(value) ?? ''],
  );
  const isWild = ([key, value]: readonly [string, string]) => wildcards && (hasWildcard(key) || hasWildcard(value));
  const wild = pairs.filter(isWild);
  const plain = pairs.filter((pair) => !isWild(pair));
  const requirements = [
    ...plain.map(([key, value]) => compileRequirement(key, 'In', [value])),
    ...(asArray(selector['matchExpressions']) ?? []).filter(isObject).map(compileExpression),
  ];
  const broken = requirements.find((requirement) => typeof requirement === 'string');
  if (broken !== undefined) return () => broken;
  const tests = requirements.filter((requirement) => typeof requirement === 'function');
  return (labels) => {
    for (const [key, value] of wild) {
      const name = Object.keys(labels).find(
        (one) => wildcardMatch(key, one) && wildcardMatch(value, labels[one] ?? ''),
      );
      if (name === undefined) return false;
      // The pair that was found takes the place of the wildcards, and is then checked like a written one.
      const requirement = compileRequirement(name, 'In', [labels[name] ?? '']);
      if (typeof requirement === 'string') return requirement;
    }
    return tests.every((test) => test(labels));
  };
}

function compileExpression(expression: JsonObject): ((labels: Labels) => boolean) | string {
  const values = (asArray(expression['values']) ?? []).map((value: Json) => asString(value) ?? '');
  return compileRequirement(asString(expression['key']) ?? '', asString(expression['operator']) ?? '', values);
}

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Upstream: `LabelSelectorAsSelector` in `k8s.io/apimachinery`, `labels.NewRequirement`. */
function compileRequirement(
  key: string,
  operator: string,
  values: readonly string[],
): ((labels: Labels) => boolean) | string {
  if (!isLabelKey(key)) return `key: Invalid value: "${key}"`;
  const bad = values.find((value) => !isLabelValue(value));
  if (bad !== undefined) return `values[${values.indexOf(bad)}][${key}]: Invalid value: "${bad}"`;
  const has = (labels: Labels) => Object.hasOwn(labels, key);
  const isIn = (labels: Labels) => has(labels) && values.includes(labels[key] ?? '');
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        return "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty";
      return operator === 'In' ? isIn : (labels) => !isIn(labels);
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) return 'values: Invalid value: values set must be empty for exists and does not exist';
      return operator === 'Exists' ? has : (labels) => !has(labels);
    default:
      return `"${operator}" is not a valid label selector operator`;
  }
}

function isLabelKey(key: string): boolean {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2 || name.length > 63 || !NAME.test(name)) return false;
  const [prefix] = parts;
  return parts.length === 1 || (prefix !== undefined && prefix.length <= 253 && DOMAIN.test(prefix));
}

function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && NAME.test(value));
}
