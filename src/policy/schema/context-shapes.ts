import { ANY, always, BOOLEAN, given, list, object, oneOf, STRING, STRINGS } from './shape.ts';

/** `imageRegistryCredentials`. */
export const REGISTRY_CREDENTIALS = object({
  allowInsecureRegistry: BOOLEAN,
  providers: list(oneOf('default', 'amazon', 'azure', 'google', 'github')),
  secrets: STRINGS,
});

const SERVICE = object(
  {
    url: always(STRING),
    headers: list(object({ key: always(STRING), value: always(STRING) }, { required: ['key', 'value'] })),
    caBundle: always(STRING),
  },
  { required: ['url'] },
);

const API_CALL = object({
  urlPath: always(STRING),
  method: { type: 'string', values: ['GET', 'POST'], default: 'GET' },
  data: list(object({ key: always(STRING), value: always(ANY) }, { required: ['key', 'value'] })),
  service: given(SERVICE),
  default: given(ANY),
  jmesPath: STRING,
});

/** The sources a context entry can have, in the order of the schema. */
export const CONTEXT_SOURCES = ['configMap', 'apiCall', 'imageRegistry', 'variable', 'globalReference'] as const;

/** `context` of a rule or foreach. */
export const CONTEXT = list(
  object(
    {
      name: always(STRING),
      configMap: given(object({ name: always(STRING), namespace: STRING }, { required: ['name'] })),
      apiCall: given(API_CALL),
      imageRegistry: given(
        object(
          { reference: always(STRING), jmesPath: STRING, imageRegistryCredentials: given(REGISTRY_CREDENTIALS) },
          { required: ['reference'] },
        ),
      ),
      variable: given(object({ value: given(ANY), jmesPath: STRING, default: given(ANY) })),
      globalReference: given(object({ name: always(STRING), jmesPath: STRING }, { required: ['name'] })),
    },
    { required: ['name'], oneOf: CONTEXT_SOURCES },
  ),
);
