import { ADMISSION_POLICY_KINDS } from './admission-policy-shapes.ts';
import { CEL_EXCEPTION_SPEC, VALIDATING_POLICY_SPEC } from './cel-shapes.ts';
import { GENERATION, MUTATION } from './change-shapes.ts';
import { CONTEXT } from './context-shapes.ts';
import { IMAGE_EXTRACTORS, IMAGE_VERIFICATION_V1, IMAGE_VERIFICATION_V2 } from './image-shapes.ts';
import { CONDITIONS_V2, FREE_CONDITIONS, MATCH_V1, MATCH_V2 } from './match-shapes.ts';
import {
  ANY,
  always,
  anyPrintedAs,
  BOOLEAN,
  given,
  list,
  type ObjectShape,
  object,
  oneOf,
  type Shape,
  STRING,
  STRING_MAP,
  STRINGS,
} from './shape.ts';
import { OVERRIDES, POD_SECURITY_CONTROL, VALIDATION_V1, VALIDATION_V2 } from './validate-shapes.ts';

const CEL_CONDITIONS = list(
  object({ name: always(STRING), expression: always(STRING) }, { required: ['expression', 'name'] }),
);
const TRUE: Shape = { type: 'boolean', default: true };

function rule(match: Shape, preconditions: Shape, validate: Shape, image: Shape): ObjectShape {
  return object(
    {
      name: always({ type: 'string', maxLength: 63 }),
      context: CONTEXT,
      reportProperties: STRING_MAP,
      match: always(match),
      exclude: given(match),
      imageExtractors: IMAGE_EXTRACTORS,
      preconditions: given(preconditions),
      celPreconditions: CEL_CONDITIONS,
      mutate: given(MUTATION),
      validate: given(validate),
      generate: given(GENERATION),
      verifyImages: list(image),
      skipBackgroundRequests: given(TRUE),
    },
    { required: ['match', 'name'] },
  );
}

/** A rule of `kyverno.io/v1`. */
export const RULE_V1 = rule(
  MATCH_V1,
  anyPrintedAs(() => FREE_CONDITIONS),
  VALIDATION_V1,
  IMAGE_VERIFICATION_V1,
);
const RULE_V2 = rule(MATCH_V2, CONDITIONS_V2, VALIDATION_V2, IMAGE_VERIFICATION_V2);

const FAILURE_POLICY = oneOf('Ignore', 'Fail');

function spec(rules: Shape): Shape {
  return object({
    rules: list(rules),
    applyRules: given(oneOf('All', 'One')),
    failurePolicy: given(FAILURE_POLICY),
    validationFailureAction: {
      type: 'string',
      values: ['audit', 'enforce', 'Audit', 'Enforce'],
      default: 'Audit',
    },
    validationFailureActionOverrides: OVERRIDES,
    emitWarning: given({ type: 'boolean', default: false }),
    admission: given(TRUE),
    background: given(TRUE),
    schemaValidation: given(BOOLEAN),
    webhookTimeoutSeconds: given({ type: 'integer', int32: true }),
    mutateExistingOnPolicyUpdate: BOOLEAN,
    generateExistingOnPolicyUpdate: given(BOOLEAN),
    generateExisting: BOOLEAN,
    useServerSideApply: BOOLEAN,
    webhookConfiguration: given(
      object({
        failurePolicy: given(FAILURE_POLICY),
        timeoutSeconds: given({ type: 'integer', int32: true }),
        matchConditions: CEL_CONDITIONS,
      }),
    ),
  });
}

function kind(specShape: Shape, more: Readonly<Record<string, Shape>>): ObjectShape {
  return object({ apiVersion: STRING, kind: STRING, metadata: ANY, spec: specShape, ...more }, { required: ['spec'] });
}

// The status is written by Kyverno; nobody's policy file is judged by it.
const STATUS = { status: ANY };

const EXCEPTION = kind(
  object(
    {
      background: given(BOOLEAN),
      match: MATCH_V2,
      conditions: given(CONDITIONS_V2),
      exceptions: list(
        object({ policyName: always(STRING), ruleNames: always(STRINGS) }, { required: ['policyName', 'ruleNames'] }),
      ),
      podSecurity: list(POD_SECURITY_CONTROL),
    },
    { required: ['exceptions', 'match'] },
  ),
  {},
);

/** `apiVersion/kind` of the kinds whose fields are known here, with their fields. */
export const KINDS: ReadonlyMap<string, ObjectShape> = new Map([
  ['kyverno.io/v1/ClusterPolicy', kind(spec(RULE_V1), STATUS)],
  ['kyverno.io/v1/Policy', kind(spec(RULE_V1), STATUS)],
  ['kyverno.io/v2beta1/ClusterPolicy', kind(spec(RULE_V2), STATUS)],
  ['kyverno.io/v2beta1/Policy', kind(spec(RULE_V2), STATUS)],
  ['kyverno.io/v2/PolicyException', EXCEPTION],
  ['kyverno.io/v2beta1/PolicyException', EXCEPTION],
  ...['v1', 'v1beta1', 'v1alpha1'].flatMap((version): readonly [string, ObjectShape][] => [
    [`policies.kyverno.io/${version}/ValidatingPolicy`, kind(VALIDATING_POLICY_SPEC, STATUS)],
    [`policies.kyverno.io/${version}/PolicyException`, kind(CEL_EXCEPTION_SPEC, {})],
  ]),
  ...['v1', 'v1beta1'].map((version): [string, ObjectShape] => [
    `policies.kyverno.io/${version}/NamespacedValidatingPolicy`,
    kind(VALIDATING_POLICY_SPEC, STATUS),
  ]),
  ...ADMISSION_POLICY_KINDS,
]);
