import type { Json } from '../model/json.ts';

/**
 * The shape of a document of the `cli.kyverno.io` kinds, as data: what the strict decoder accepts.
 * Field names are matched without regard to case, as Go's JSON reader does.
 */
export type Shape =
  | 'string'
  | 'bool'
  | 'int'
  | 'any'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

const strings: Shape = { list: 'string' };
const freeObject: Shape = { map: 'any' };

const resultFields: Readonly<Record<string, Shape>> = {
  policy: 'string',
  rule: 'string',
  resources: strings,
  resourceSpecs: {
    list: {
      fields: {
        group: 'string',
        version: 'string',
        kind: 'string',
        namespace: 'string',
        subresource: 'string',
        name: 'string',
      },
    },
  },
  kind: 'string',
  result: 'string',
  operation: 'string',
  patchedResources: 'string',
  generatedResource: 'string',
  generatedResources: strings,
  cloneSourceResource: 'string',
  failOnMissingResources: 'bool',
  isValidatingAdmissionPolicy: 'bool',
  isMutatingAdmissionPolicy: 'bool',
  isValidatingPolicy: 'bool',
  isMutatingPolicy: 'bool',
  isGeneratingPolicy: 'bool',
  isImageValidatingPolicy: 'bool',
  isDeletingPolicy: 'bool',
};

const valuesFields: Readonly<Record<string, Shape>> = {
  globalValues: freeObject,
  policies: {
    list: {
      fields: {
        name: 'string',
        resources: { list: { fields: { name: 'string', values: freeObject } } },
        rules: { list: { fields: { name: 'string', values: freeObject, foreachValues: { map: { list: 'any' } } } } },
      },
    },
  },
  namespaceSelector: { list: { fields: { name: 'string', labels: { map: 'string' } } } },
  namespaces: { list: freeObject },
  subresources: {
    list: {
      fields: {
        subresource: { fields: apiResourceFields() },
        parentResource: { fields: apiResourceFields() },
      },
    },
  },
};

function apiResourceFields(): Readonly<Record<string, Shape>> {
  return {
    name: 'string',
    singularName: 'string',
    namespaced: 'bool',
    group: 'string',
    version: 'string',
    kind: 'string',
    verbs: strings,
    shortNames: strings,
    categories: strings,
    storageVersionHash: 'string',
  };
}

const header: Readonly<Record<string, Shape>> = { apiVersion: 'string', kind: 'string', metadata: freeObject };

/** Test documents. Upstream: `cmd/cli/kubectl-kyverno/apis/v1alpha1/test.go`. */
export const testShape: Shape = {
  fields: {
    ...header,
    name: 'string',
    policies: strings,
    resources: strings,
    targetResources: strings,
    paramResources: strings,
    exceptions: strings,
    variables: 'string',
    values: { fields: valuesFields },
    userinfo: 'string',
    context: 'string',
    clusterResources: strings,
    apiCallResponses: {
      list: {
        fields: {
          url: 'string',
          urlPath: 'string',
          method: 'string',
          response: { fields: { statusCode: 'int', body: 'any' } },
        },
      },
    },
    globalContextEntries: {
      list: {
        fields: {
          name: 'string',
          data: 'any',
          resources: { list: 'any' },
          resourceFiles: strings,
          fieldPath: 'string',
          projections: { list: { fields: { name: 'string', path: 'string' } } },
        },
      },
    },
    jsonPayload: 'string',
    jsonPayloads: strings,
    httpPayloads: strings,
    envoyPayloads: strings,
    results: { list: { fields: resultFields } },
  },
};

/** Values documents. Upstream: `apis/v1alpha1/values.go`. */
export const valuesShape: Shape = { fields: { ...header, ...valuesFields } };

/** UserInfo documents. Upstream: `apis/v1alpha1/user_info.go`. */
export const userInfoShape: Shape = {
  fields: {
    ...header,
    roles: strings,
    clusterRoles: strings,
    userInfo: { fields: { username: 'string', uid: 'string', groups: strings, extra: { map: strings } } },
    synchronize: 'bool',
  },
};

/** ClusterResource documents (a fake cluster). Upstream: `apis/v1alpha1/cluster_resource.go`. */
export const clusterResourceShape: Shape = {
  fields: { ...header, spec: { fields: { crds: strings, resources: { list: freeObject } } } },
};

/** Context documents (data for CEL policies). Upstream: `apis/v1alpha1/context.go`. */
export const contextShape: Shape = {
  fields: { ...header, spec: { fields: { resources: { list: freeObject }, images: { list: freeObject } } } },
};

/** Something in a document that its shape does not allow. */
export interface ShapeProblem {
  readonly path: readonly (string | number)[];
  /** The sentence as Go's JSON reader says it, e.g. `json: unknown field "resource"`. */
  readonly message: string;
  /** Names that would have been right at this place. */
  readonly known: readonly string[];
}

/** A value that fits a shape, with canonical field names; `problems` is empty when all of it fitted. */
export interface Shaped {
  readonly value: Json;
  readonly problems: readonly ShapeProblem[];
}
