import type { Place } from '../model/failure.ts';
import type { Json, JsonObject } from '../model/json.ts';

/** One `results` row of a test document. */
export interface ResultRow {
  readonly policy?: string;
  readonly rule?: string;
  readonly resources?: readonly string[];
  readonly resourceSpecs?: readonly ResourceSpec[];
  readonly kind?: string;
  readonly result?: string;
  readonly operation?: string;
  readonly patchedResources?: string;
  readonly generatedResource?: string;
  readonly generatedResources?: readonly string[];
  readonly cloneSourceResource?: string;
  readonly failOnMissingResources?: boolean;
  readonly isDeletingPolicy?: boolean;
}

/** A resource by identity; only group, version, namespace and name are compared. */
export interface ResourceSpec {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly subresource?: string;
  readonly name?: string;
}

/** A canned answer for `apiCall` entries and CEL HTTP calls. */
export interface ApiCallResponse {
  readonly url?: string;
  readonly urlPath?: string;
  readonly method?: string;
  readonly response?: { readonly statusCode?: bigint | number; readonly body?: Json };
}

/** A GlobalContextEntry mock. */
export interface GlobalContextMock {
  readonly name?: string;
  readonly data?: Json;
  readonly resources?: readonly Json[];
  readonly resourceFiles?: readonly string[];
  readonly fieldPath?: string;
  readonly projections?: readonly { readonly name?: string; readonly path?: string }[];
}

/** The body of a Values document. */
export interface ValuesSpec {
  readonly globalValues?: JsonObject;
  readonly policies?: readonly {
    readonly name?: string;
    readonly resources?: readonly { readonly name?: string; readonly values?: JsonObject }[];
    readonly rules?: readonly {
      readonly name?: string;
      readonly values?: JsonObject;
      readonly foreachValues?: Readonly<Record<string, readonly Json[]>>;
    }[];
  }[];
  readonly namespaceSelector?: readonly {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
  }[];
  readonly namespaces?: readonly JsonObject[];
  readonly subresources?: readonly { readonly subresource?: ApiResource; readonly parentResource?: ApiResource }[];
}

/** A kind with its plural name, as discovery gives it. */
export interface ApiResource {
  readonly name?: string;
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
}

/** The body of a UserInfo document. */
export interface UserInfoSpec {
  readonly roles?: readonly string[];
  readonly clusterRoles?: readonly string[];
  readonly userInfo?: {
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
}

/** The fields of a test document. Paths are relative to the folder of the test file. */
export interface TestSpec {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly policies?: readonly string[];
  readonly resources?: readonly string[];
  readonly targetResources?: readonly string[];
  readonly paramResources?: readonly string[];
  readonly exceptions?: readonly string[];
  readonly variables?: string;
  readonly values?: ValuesSpec;
  readonly userinfo?: string;
  readonly context?: string;
  readonly clusterResources?: readonly string[];
  readonly apiCallResponses?: readonly ApiCallResponse[];
  readonly globalContextEntries?: readonly GlobalContextMock[];
  readonly jsonPayload?: string;
  readonly jsonPayloads?: readonly string[];
  readonly httpPayloads?: readonly string[];
  readonly envoyPayloads?: readonly string[];
  readonly results?: readonly ResultRow[];
}

/** One document of a test file. */
export interface TestDocument {
  /** The test file as the user addressed it. */
  readonly file: string;
  /** Its folder. */
  readonly folder: string;
  readonly spec: TestSpec;
  /** Where a row of `results` stands; the start of the document for an index without a row. */
  readonly rowPlace: (index: number) => Place;
}
