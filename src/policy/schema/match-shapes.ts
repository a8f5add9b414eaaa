import { ANY, always, fieldsOf, given, list, object, oneOf, STRING, STRING_MAP, STRINGS } from './shape.ts';

/** Operators of `v1` preconditions in foreach; `Equal` and `NotEqual` are not among them. */
const OPERATORS_V1 = [
  ...['Equals', 'NotEquals', 'In', 'AnyIn', 'AllIn', 'NotIn', 'AnyNotIn', 'AllNotIn'],
  ...['GreaterThanOrEquals', 'GreaterThan', 'LessThanOrEquals', 'LessThan'],
  ...['DurationGreaterThanOrEquals', 'DurationGreaterThan', 'DurationLessThanOrEquals', 'DurationLessThan'],
];

function conditionsOf(operators: readonly string[]) {
  const condition = object({ key: given(ANY), operator: oneOf(...operators), value: given(ANY), message: STRING });
  return object({ any: list(condition), all: list(condition) });
}

/** `any` and `all` of conditions with checked operators (`v1` foreach preconditions, attestations). */
export const CONDITIONS_V1 = conditionsOf(OPERATORS_V1);
/** The same where unknown fields are let through. */
export const OPEN_CONDITIONS_V1 = { ...CONDITIONS_V1, open: true } as const;
/** Conditions of `v2beta1` and of exceptions: without `In` and `NotIn`. */
export const CONDITIONS_V2 = conditionsOf(OPERATORS_V1.filter((name) => name !== 'In' && name !== 'NotIn'));
/** A condition in free form, as Kyverno prints it. */
export const CONDITION = object({ key: given(ANY), operator: STRING, value: given(ANY), message: STRING });
/** Any and all conditions in free form. */
export const FREE_CONDITIONS = object({ any: list(CONDITION), all: list(CONDITION) });

/** `metav1.LabelSelector`. */
export const LABEL_SELECTOR = object({
  matchLabels: STRING_MAP,
  matchExpressions: list(
    object({ key: always(STRING), operator: always(STRING), values: STRINGS }, { required: ['key', 'operator'] }),
  ),
});

/** `match.resources`. */
export const RESOURCE_DESCRIPTION = object(
  {
    kinds: STRINGS,
    name: STRING,
    names: STRINGS,
    namespaces: STRINGS,
    annotations: STRING_MAP,
    selector: given(LABEL_SELECTOR),
    namespaceSelector: given(LABEL_SELECTOR),
    operations: list(oneOf('CREATE', 'CONNECT', 'UPDATE', 'DELETE')),
  },
  { notBoth: ['name', 'names'] },
);

const USER_INFO = object({
  roles: STRINGS,
  clusterRoles: STRINGS,
  subjects: list(
    object(
      { kind: always(STRING), apiGroup: STRING, name: always(STRING), namespace: STRING },
      { required: ['kind', 'name'] },
    ),
  ),
});

const FILTER = object({ ...fieldsOf(USER_INFO), resources: always(RESOURCE_DESCRIPTION) });

/** `match` and `exclude` of `v1`. */
export const MATCH_V1 = object(
  { any: list(FILTER), all: list(FILTER), ...fieldsOf(USER_INFO), resources: always(RESOURCE_DESCRIPTION) },
  { notBoth: ['any', 'all'] },
);

/** `match` and `exclude` of `v2beta1` and of exceptions. */
export const MATCH_V2 = object({ any: list(FILTER), all: list(FILTER) }, { notBoth: ['any', 'all'] });
