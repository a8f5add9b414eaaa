import { LABEL_SELECTOR } from './match-shapes.ts';
import { BOOLEAN, list, type ObjectShape, object, oneOf, type Shape, STRING, STRING_MAP, STRINGS } from './shape.ts';

const RULES = list(
  object({
    resourceNames: STRINGS,
    operations: STRINGS,
    apiGroups: STRINGS,
    apiVersions: STRINGS,
    resources: STRINGS,
    scope: STRING,
  }),
);

/** `matchConstraints`. */
export const MATCH_RESOURCES = object({
  namespaceSelector: LABEL_SELECTOR,
  objectSelector: LABEL_SELECTOR,
  resourceRules: RULES,
  excludeResourceRules: RULES,
  matchPolicy: STRING,
});

/** `variables` and `matchConditions`. */
export const NAMED_EXPRESSIONS = list(
  object({ name: STRING, expression: STRING }, { required: ['expression', 'name'] }),
  'name',
);

const ENABLED: Shape = object({ enabled: { type: 'boolean', default: true } });

/** `spec` of ValidatingPolicy and NamespacedValidatingPolicy; all versions have the same. */
export const VALIDATING_POLICY_SPEC = object({
  matchConstraints: MATCH_RESOURCES,
  validations: list(
    object(
      { expression: STRING, message: STRING, reason: STRING, messageExpression: STRING },
      { required: ['expression'] },
    ),
  ),
  failurePolicy: oneOf('Ignore', 'Fail'),
  auditAnnotations: list(object({ key: STRING, valueExpression: STRING }, { required: ['key', 'valueExpression'] })),
  matchConditions: NAMED_EXPRESSIONS,
  variables: NAMED_EXPRESSIONS,
  autogen: object({
    podControllers: object({ controllers: STRINGS }),
    validatingAdmissionPolicy: object({ enabled: BOOLEAN }),
  }),
  validationActions: list(oneOf('Deny', 'Audit', 'Warn'), 'item'),
  webhookConfiguration: object({ timeoutSeconds: { type: 'integer', int32: true } }),
  evaluation: object({ mode: STRING, admission: ENABLED, background: ENABLED }),
});

/** `spec` of a PolicyException of `policies.kyverno.io`; all versions have the same. */
export const CEL_EXCEPTION_SPEC: ObjectShape = object(
  {
    policyRefs: list(object({ name: STRING, kind: STRING }, { required: ['kind', 'name'] })),
    matchConditions: list(object({ name: STRING, expression: STRING }, { required: ['expression', 'name'] })),
    images: STRINGS,
    allowedValues: STRINGS,
    reportResult: { type: 'string', values: ['skip', 'pass'], default: 'skip' },
    expiresAt: STRING,
    properties: STRING_MAP,
    evaluationMode: STRING,
  },
  { required: ['policyRefs'] },
);
