import { type ApiServer, createApiServer } from '../apiserver/index.ts';
import { createImageRecords, isCelException, isImageData } from '../engine/index.ts';
import type { Environment } from '../model/environment.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { namespaceOf } from '../model/resource.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';
import { type ApiReader, answerApiCall, findConfigMap } from './api-call.ts';
import { clusterObjects } from './cluster-objects.ts';
import { type ClusterState, createClusterState } from './cluster-state.ts';
import { withDefaults } from './default-objects.ts';
import { findGlobalEntry } from './global-context.ts';
import { type KyvernoConfig, parseKyvernoConfig } from './kyverno-config.ts';
import type { ResourceTable } from './resource-table.ts';
import { servedResources } from './served-resources.ts';
import { isKyvernoConfigMap, withConfig } from './settings-file.ts';
import type { World } from './world.ts';

/** A cluster with its objects in it: what the API server and Kyverno read. */
export interface Cluster {
  readonly settings: ClusterSettings;
  readonly resources: ResourceTable;
  readonly api: ApiServer;
  readonly state: ClusterState;
  readonly config: KyvernoConfig;
  /** What policies may read from outside a request. */
  readonly environment: Environment;
  /** PolicyExceptions of `policies.kyverno.io` that count. */
  readonly celExceptions: readonly JsonObject[];
}

/** Sets up a cluster. Throws `InputError` for documents about images that cannot be read. */
export function openCluster(world: World): Cluster {
  const settings = effectiveSettings(world);
  const policies = world.policies.map(({ document }) => document);
  const images = createImageRecords(world.objects.filter(isImageData));
  const given = world.objects.filter((object) => !isImageData(object));
  const objects = [...withDefaults(given, settings), ...policies];
  const { clock, random } = world;
  const resources = servedResources(objects);
  const api = createApiServer({ objects, settings: settings.kubernetes, clock, random });
  const state = createClusterState(api.store);
  const config = parseKyvernoConfig(settings.kyverno.config);
  const exceptions = exceptionsIn(objects, settings);
  const reader: ApiReader = { state, resources };
  const environment: Environment = {
    clock,
    random,
    data: {
      configMap: (namespace, name) => findConfigMap(reader, namespace, name),
      apiCall: (call) => answerApiCall(reader, call),
      globalReference: (name) => findGlobalEntry(reader, name, world),
      imageData: images.data,
      imageRecord: images.record,
    },
    namespaceLabels: state.namespaceLabels,
    exceptions: exceptions.filter((object) => !isCelException(object)),
    registry: config,
    objects: clusterObjects(reader),
  };
  return { settings, resources, api, state, config, environment, celExceptions: exceptions.filter(isCelException) };
}

/** A ConfigMap of Kyverno among the objects counts unless the settings have one of their own. */
function effectiveSettings({ settings, objects }: World): ClusterSettings {
  if (settings.kyverno.config !== DEFAULT_SETTINGS.kyverno.config) return settings;
  const { namespace } = settings.kyverno;
  const map = objects.findLast((object) => isKyvernoConfigMap(object) && namespaceOf(object) === namespace);
  const data = map?.['data'];
  if (!isObject(data)) return settings;
  const texts = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return withConfig(settings, Object.fromEntries(texts));
}

function exceptionsIn(objects: readonly JsonObject[], settings: ClusterSettings): readonly JsonObject[] {
  const { enabled, namespace } = settings.kyverno.exceptions;
  if (!enabled) return [];
  return objects.filter(
    (object) =>
      object['kind'] === 'PolicyException' &&
      /^(policies\.)?kyverno\.io\//.test(String(object['apiVersion'])) &&
      (namespace === '*' || namespaceOf(object) === namespace),
  );
}
