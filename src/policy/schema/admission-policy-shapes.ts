import { ANY, list, type ObjectShape, object, STRING, STRING_MAP, STRINGS } from './shape.ts';

const SELECTOR = object({
  matchLabels: STRING_MAP,
  matchExpressions: list(object({ key: STRING, operator: STRING, values: STRINGS })),
});

const RULES = list(
  object({
    apiGroups: STRINGS,
    apiVersions: STRINGS,
    operations: STRINGS,
    resources: STRINGS,
    resourceNames: STRINGS,
    scope: STRING,
  }),
);

const MATCH_RESOURCES = object({
  excludeResourceRules: RULES,
  matchPolicy: STRING,
  namespaceSelector: SELECTOR,
  objectSelector: SELECTOR,
  resourceRules: RULES,
});

const NAMED_EXPRESSIONS = list(object({ name: STRING, expression: STRING }));

function kind(spec: ObjectShape): ObjectShape {
  return object({ apiVersion: STRING, kind: STRING, metadata: ANY, spec, status: ANY });
}

/**
 * ValidatingAdmissionPolicy and its binding as the Kyverno CLI reads them: types of fields are checked, whether a field is
 * there or has one of the known words is not. Upstream: the OpenAPI schema of Kubernetes 1.36.
 */
export const ADMISSION_POLICY_KINDS: readonly (readonly [string, ObjectShape])[] = [
  [
    'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy',
    kind(
      object({
        auditAnnotations: list(object({ key: STRING, valueExpression: STRING })),
        failurePolicy: STRING,
        matchConditions: NAMED_EXPRESSIONS,
        matchConstraints: MATCH_RESOURCES,
        paramKind: object({ apiVersion: STRING, kind: STRING }),
        validations: list(object({ expression: STRING, message: STRING, messageExpression: STRING, reason: STRING })),
        variables: NAMED_EXPRESSIONS,
      }),
    ),
  ],
  [
    'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding',
    kind(
      object({
        matchResources: MATCH_RESOURCES,
        paramRef: object({ name: STRING, namespace: STRING, parameterNotFoundAction: STRING, selector: SELECTOR }),
        policyName: STRING,
        validationActions: STRINGS,
      }),
    ),
  ],
];
