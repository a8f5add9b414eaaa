import { CONTEXT } from './context-shapes.ts';
import { FREE_CONDITIONS, LABEL_SELECTOR, OPEN_CONDITIONS_V1 } from './match-shapes.ts';
import {
  ANY,
  always,
  anyPrintedAs,
  BOOLEAN,
  fieldsOf,
  given,
  list,
  object,
  oneOf,
  type Shape,
  STRING,
  STRINGS,
} from './shape.ts';

const RESOURCE_SPEC = object({ apiVersion: STRING, kind: STRING, namespace: STRING, name: STRING, uid: STRING });

const MUTATE_FOREACH: Shape = object({
  list: STRING,
  order: given(oneOf('Ascending', 'Descending')),
  context: CONTEXT,
  preconditions: given(OPEN_CONDITIONS_V1),
  patchStrategicMerge: given(ANY),
  patchesJson6902: STRING,
  foreach: given(anyPrintedAs(() => list(MUTATE_FOREACH))),
});

/** `mutate`. */
export const MUTATION = object({
  mutateExistingOnPolicyUpdate: given(BOOLEAN),
  targets: list(
    object({
      ...fieldsOf(RESOURCE_SPEC),
      selector: given(LABEL_SELECTOR),
      context: CONTEXT,
      preconditions: given(anyPrintedAs(() => FREE_CONDITIONS)),
    }),
  ),
  patchStrategicMerge: given(ANY),
  patchesJson6902: STRING,
  foreach: list(MUTATE_FOREACH),
});

const GENERATE_PATTERN = object({
  ...fieldsOf(RESOURCE_SPEC),
  data: given(ANY),
  clone: always(object({ namespace: STRING, name: STRING })),
  cloneList: always(object({ namespace: STRING, kinds: STRINGS, selector: given(LABEL_SELECTOR) })),
});

/** `generate`. */
export const GENERATION = object({
  generateExisting: given(BOOLEAN),
  synchronize: BOOLEAN,
  orphanDownstreamOnPolicyDelete: BOOLEAN,
  ...fieldsOf(GENERATE_PATTERN),
  foreach: list(
    object({ list: STRING, context: CONTEXT, preconditions: given(OPEN_CONDITIONS_V1), ...fieldsOf(GENERATE_PATTERN) }),
  ),
});
