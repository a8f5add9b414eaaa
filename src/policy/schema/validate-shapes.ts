import { CONTEXT } from './context-shapes.ts';
import { ATTESTOR_SET } from './image-shapes.ts';
import { CONDITIONS_V2, FREE_CONDITIONS, LABEL_SELECTOR, OPEN_CONDITIONS_V1 } from './match-shapes.ts';
import {
  ANY,
  always,
  anyPrintedAs,
  BOOLEAN,
  type Field,
  given,
  list,
  object,
  oneOf,
  type Shape,
  STRING,
  STRINGS,
} from './shape.ts';

/** `deny` whose conditions are free-form. */
const DENY_V1 = object({ conditions: given(anyPrintedAs(() => FREE_CONDITIONS)) });

/** `validate.foreach[]`; nested ones are free-form. */
const FOREACH: Shape = object({
  list: STRING,
  elementScope: given(BOOLEAN),
  context: CONTEXT,
  preconditions: given(OPEN_CONDITIONS_V1),
  pattern: given(ANY),
  anyPattern: given(ANY),
  deny: given(DENY_V1),
  foreach: given(anyPrintedAs(() => list(FOREACH))),
});

/** The names of Pod Security controls. */
export const CONTROL_NAMES = [
  ...['HostProcess', 'Host Namespaces', 'Privileged Containers', 'Capabilities', 'HostPath Volumes', 'Host Ports'],
  ...['AppArmor', 'SELinux', '/proc Mount Type', 'Seccomp', 'Sysctls', 'Volume Types', 'Privilege Escalation'],
  ...['Running as Non-root', 'Running as Non-root user'],
] as const;

/** An excluded Pod Security control, in rules and in exceptions. */
export const POD_SECURITY_CONTROL = object(
  { controlName: always(oneOf(...CONTROL_NAMES)), images: STRINGS, restrictedField: STRING, values: STRINGS },
  { required: ['controlName'] },
);

const VERSIONS = [...Array.from({ length: 14 }, (_, i) => `v1.${19 + i}`), 'latest'];

const POD_SECURITY = object({
  level: oneOf('privileged', 'baseline', 'restricted'),
  version: oneOf(...VERSIONS),
  exclude: list(POD_SECURITY_CONTROL),
});

const CEL = object({
  generate: given({ type: 'boolean', default: false }),
  expressions: list(
    object(
      { expression: always(STRING), message: STRING, reason: given(STRING), messageExpression: STRING },
      { required: ['expression'] },
    ),
  ),
  paramKind: given(object({ apiVersion: STRING, kind: STRING })),
  paramRef: given(
    object({
      name: STRING,
      namespace: STRING,
      selector: given(LABEL_SELECTOR),
      parameterNotFoundAction: given(STRING),
    }),
  ),
  auditAnnotations: list(
    object({ key: always(STRING), valueExpression: always(STRING) }, { required: ['key', 'valueExpression'] }),
  ),
  variables: list(object({ name: always(STRING), expression: always(STRING) }, { required: ['expression', 'name'] })),
});

const MANIFESTS = object({
  attestors: list(ATTESTOR_SET),
  annotationDomain: STRING,
  ignoreFields: list(
    object({
      fields: STRINGS,
      objects: list(object({ group: STRING, version: STRING, kind: STRING, name: STRING, namespace: STRING })),
    }),
  ),
  dryRun: always(object({ enable: BOOLEAN, namespace: STRING })),
  repository: STRING,
});

/** Failure actions for some namespaces. */
export const OVERRIDES = list(
  object({
    action: oneOf('audit', 'enforce', 'Audit', 'Enforce'),
    namespaces: STRINGS,
    namespaceSelector: given(LABEL_SELECTOR),
  }),
);

function validation(deny: Shape, newer: Readonly<Record<string, Field>>): Shape {
  return object({
    failureAction: given(oneOf('Audit', 'Enforce')),
    failureActionOverrides: OVERRIDES,
    ...newer,
    message: STRING,
    manifests: given(MANIFESTS),
    foreach: list(FOREACH),
    pattern: given(ANY),
    anyPattern: given(ANY),
    deny: given(deny),
    podSecurity: given(POD_SECURITY),
    cel: given(CEL),
    assert: given(ANY),
  });
}

/** `validate` of `v1`. */
export const VALIDATION_V1 = validation(DENY_V1, {
  allowExistingViolations: given({ type: 'boolean', default: true }),
});
/** `validate` of `v2beta1`. */
export const VALIDATION_V2 = validation(object({ conditions: given(CONDITIONS_V2) }), {});
