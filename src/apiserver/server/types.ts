import type { ClientRequest } from '../../model/admission.ts';
import type { Clock, RandomSource } from '../../model/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import type { AdmissionRequest } from '../../model/request.ts';
import type { Empty } from '../decode/empties.ts';
import type { PolicyAnswers, Store } from '../plugins/plugin.ts';
import type { Resource } from '../resources/resource.ts';
import type { ApiStatus } from '../status/status.ts';

/** How the API server is set up, as far as it changes answers. */
export interface ApiServerSettings {
  /**
   * Names of admission plugins that are switched off beside those that a server has off by default.
   * Default: `ServiceAccount`, as on the cluster that the golden data was measured on.
   */
  readonly disabledPlugins?: readonly string[];
}

/** What the API server works on: the stored objects and its settings. */
export interface ApiServerWorld {
  /** Every object that exists, as a user wrote it: decoded and defaulted when first needed. */
  readonly objects: readonly JsonObject[];
  readonly settings: ApiServerSettings;
  readonly clock: Clock;
  readonly random: RandomSource;
}

/**
 * A request on its way through the API server, between two stages. `admission` is what admission plugins and
 * webhooks see at this point; everything else is for the next stage.
 */
export interface InFlight {
  readonly client: ClientRequest;
  readonly resource: Resource;
  /** What is stored now: the object itself, or the parent of a subresource; absent for a create. */
  readonly stored?: JsonObject;
  readonly admission: AdmissionRequest;
  /** Empty lists and maps of the object that `admission` does not show, but validation sees. */
  readonly empties: readonly Empty[];
  /** Warnings so far, in the order in which the API server adds them, not yet made unique (see `headerWarnings`). */
  readonly warnings: readonly string[];
  /** What the API server's own policies answered. */
  readonly policies?: PolicyAnswers;
}

/** What a stage says: go on, or the answer of the API server. */
export type StageResult =
  | { readonly ok: true; readonly request: InFlight }
  | {
      readonly ok: false;
      readonly status: ApiStatus;
      readonly warnings: readonly string[];
      readonly policies?: PolicyAnswers;
    };

/** The end of a request that nobody refused. */
export type FinishResult =
  | {
      readonly ok: true;
      /** 200 or 201. */
      readonly code: number;
      /** The object as it would be stored, without uid, resourceVersion, managedFields and times; absent for delete and exec. */
      readonly object?: JsonObject;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly status: ApiStatus; readonly warnings: readonly string[] };

/**
 * An API server over a fixed state. The stages are to be called in this order:
 * `decode`, `mutate`, (mutating webhooks, `replaceObject` after each that changed the object), `validate`,
 * (validating webhooks), `finish`. Requests don't see each other's effects.
 * Each may throw `NotSupportedError` for what is not built.
 */
export interface ApiServer {
  /** What exists, as the API server would show it: decoded, defaulted, with what built-in admission adds. */
  readonly store: Store;
  /** Routing, decoding, field validation, defaulting, the stored object, patch application. */
  readonly decode: (request: ClientRequest) => StageResult;
  /** Built-in mutating admission, e.g. NamespaceLifecycle, LimitRanger, Priority, DefaultTolerationSeconds. */
  readonly mutate: (request: InFlight) => StageResult;
  /** The request with the object that a mutating webhook returned: decoded and defaulted again. */
  readonly replaceObject: (request: InFlight, object: JsonObject) => StageResult;
  /**
   * What comes between mutating and validating webhooks: the strategy's preparation (status reset, allocated
   * fields), validation (422), the API server's own warnings, and built-in validating admission (PodSecurity …).
   */
  readonly validate: (request: InFlight) => StageResult;
  /** What follows the validating webhooks: quota, 409 for a name that is taken, the object as stored. */
  readonly finish: (request: InFlight) => FinishResult;
}
