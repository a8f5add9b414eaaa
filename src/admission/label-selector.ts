import { asArray, asObject, asString, type JsonObject } from '../model/json.ts';

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>;

/** One demand on labels; `values` counts for `In` and `NotIn` only. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** Do the labels meet all demands? Upstream: `labels.Requirement.Matches` of apimachinery. */
export function matchesRequirements(requirements: readonly LabelRequirement[], labels: Labels): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    const listed = value !== undefined && values.includes(value);
    return operator === 'In' ? listed : !listed;
  });
}

/**
 * The demands of a LabelSelector object; none for an empty one, which selects everything.
 * `undefined` when it is malformed (unknown operator, values where none belong or none where some do).
 * Upstream: `LabelSelectorAsSelector` of apimachinery.
 */
export function selectorRequirements(selector: JsonObject): readonly LabelRequirement[] | undefined {
  const requirements: LabelRequirement[] = [];
  for (const [key, value] of Object.entries(asObject(selector['matchLabels']) ?? {})) {
    requirements.push({ key, operator: 'In', values: [asString(value) ?? ''] });
  }
  for (const item of asArray(selector['matchExpressions']) ?? []) {
    const expression = asObject(item) ?? {};
    const values = (asArray(expression['values']) ?? []).map((value) => asString(value) ?? '');
    const operator = asString(expression['operator']);
    const wantsValues = operator === 'In' || operator === 'NotIn';
    if (!wantsValues && operator !== 'Exists' && operator !== 'DoesNotExist') return undefined;
    if (wantsValues === (values.length === 0)) return undefined;
    requirements.push({ key: asString(expression['key']) ?? '', operator, values });
  }
  return requirements;
}

/**
 * The demands of a selector in a query, e.g. `app=web,tier in (a,b),!old`; `undefined` when it cannot be read.
 * Upstream: `labels.Parse` of apimachinery, without `>` and `<`.
 */
export function parseSelectorText(text: string): readonly LabelRequirement[] | undefined {
  const requirements: LabelRequirement[] = [];
  const rest = text.trim();
  if (rest === '') return requirements;
  // A comma inside parentheses belongs to a list of values.
  for (const term of rest.split(/,(?![^()]*\))/)) {
    const requirement = parseTerm(term.trim());
    if (requirement === undefined) return undefined;
    requirements.push(requirement);
  }
  return requirements;
}

const NAME = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const VALUE = '(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const EQUALITY = new RegExp(`^(${NAME})\\s*(==|=|!=)\\s*(${VALUE})$`);
const SET = new RegExp(`^(${NAME})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${NAME})$`);

function parseTerm(term: string): LabelRequirement | undefined {
  const equality = EQUALITY.exec(term);
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality;
    return { key, operator: operator === '!=' ? 'NotIn' : 'In', values: [value] };
  }
  const set = SET.exec(term);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    return { key, operator: operator === 'in' ? 'In' : 'NotIn', values: list.split(',').map((value) => value.trim()) };
  }
  const existence = EXISTENCE.exec(term);
  if (existence === null) return undefined;
  return { key: existence[2] ?? '', operator: existence[1] === '!' ? 'DoesNotExist' : 'Exists', values: [] };
}
