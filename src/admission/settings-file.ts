import { didYouMean, InputError, type Place } from '../model/failure.ts';
import { asString, getPath, isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { nameOf } from '../model/resource.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';
import { readDocuments, type YamlDocument } from '../yaml/index.ts';

/** Keys by which Kyverno's ConfigMap is told from others. */
const CONFIG_KEYS = new Set([
  'resourceFilters',
  'excludeGroups',
  'excludeUsernames',
  'excludeRoles',
  'excludeClusterRoles',
  'webhooks',
  'matchConditions',
  'defaultRegistry',
  'enableDefaultRegistryMutation',
  'maxContextSize',
]);

const SETTING_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['kubernetes', 'kyverno'],
  kubernetes: ['disabledPlugins'],
  kyverno: ['namespace', 'config', 'exceptions', 'forceFailurePolicyIgnore'],
  'kyverno.exceptions': ['enabled', 'namespace'],
};

/** Admission plugins that are on by default. Upstream: `pkg/kubeapiserver/options/plugins.go`. */
const PLUGIN_NAMES = `NamespaceLifecycle LimitRanger ServiceAccount TaintNodesByCondition PodSecurity Priority
  DefaultTolerationSeconds DefaultStorageClass StorageObjectInUseProtection PodGroupProtection
  PersistentVolumeClaimResize RuntimeClass CertificateApproval CertificateSigning ClusterTrustBundleAttest
  CertificateSubjectRestriction DefaultIngressClass PodTopologyLabels PodGroupWorkloadExists
  NodeDeclaredFeatureValidator JobValidation PodResizeValidator MutatingAdmissionPolicy MutatingAdmissionWebhook
  ValidatingAdmissionPolicy ValidatingAdmissionWebhook ResourceQuota`.split(/\s+/);

/**
 * Reads a `--config` file: Kyverno's ConfigMap as a Kubernetes object (other objects in the file do not count), a
 * settings document (`kubernetes:` and `kyverno:`, see `ClusterSettings`), or both. What is not said keeps its
 * default; a ConfigMap replaces all of Kyverno's configuration. Throws `InputError`.
 */
export function parseSettings(text: string, file: string): ClusterSettings {
  let settings = DEFAULT_SETTINGS;
  let found = false;
  for (const document of readDocuments(text, file, 'float')) {
    const { value } = document;
    if (value['kind'] === undefined) settings = applySettings(settings, document);
    else if (isKyvernoConfigMap(value)) settings = withConfig(settings, stringMap(document, ['data']));
    else continue;
    found = true;
  }
  if (found) return settings;
  throw new InputError({
    code: 'no-settings',
    message: "the file holds neither Kyverno's ConfigMap nor settings",
    place: { file },
    hint: 'give the ConfigMap `kyverno`, or a document with `kubernetes:` or `kyverno:`',
  });
}

/** Is this the ConfigMap that configures Kyverno? */
export function isKyvernoConfigMap(object: JsonObject): boolean {
  if (object['kind'] !== 'ConfigMap' || object['apiVersion'] !== 'v1') return false;
  const data = getPath(object, 'data');
  return nameOf(object) === 'kyverno' || (isObject(data) && Object.keys(data).some((key) => CONFIG_KEYS.has(key)));
}

/** The settings with another ConfigMap. */
export function withConfig(settings: ClusterSettings, config: Readonly<Record<string, string>>): ClusterSettings {
  return { ...settings, kyverno: { ...settings.kyverno, config } };
}

function applySettings(base: ClusterSettings, document: YamlDocument): ClusterSettings {
  checkKeys(document, []);
  const at = (...path: readonly string[]) => getPath(document.value, ...path);
  const { kubernetes, kyverno } = base;
  return {
    kubernetes: {
      disabledPlugins: pluginNames(document, kubernetes.disabledPlugins),
    },
    kyverno: {
      namespace: read(document, ['kyverno', 'namespace'], asString, kyverno.namespace),
      config: at('kyverno', 'config') === undefined ? kyverno.config : stringMap(document, ['kyverno', 'config']),
      exceptions: {
        enabled: read(document, ['kyverno', 'exceptions', 'enabled'], asBoolean, kyverno.exceptions.enabled),
        namespace: read(document, ['kyverno', 'exceptions', 'namespace'], asString, kyverno.exceptions.namespace),
      },
      forceFailurePolicyIgnore: read(
        document,
        ['kyverno', 'forceFailurePolicyIgnore'],
        asBoolean,
        kyverno.forceFailurePolicyIgnore,
      ),
    },
  };
}

function checkKeys(document: YamlDocument, path: readonly string[]): void {
  const known = SETTING_KEYS[path.join('.')];
  if (known === undefined) return;
  const value = path.length === 0 ? document.value : getPath(document.value, ...path);
  if (value === undefined) return;
  if (!isObject(value)) throw wrong(document.placeOf(path), `\`${path.join('.')}\` must be an object`);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      const near = didYouMean(key, known);
      const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${near}\`?`;
      throw wrong(document.placeOf([...path, key]), `unknown setting \`${[...path, key].join('.')}\``, hint);
    }
    checkKeys(document, [...path, key]);
  }
}

function read<T>(
  document: YamlDocument,
  path: readonly string[],
  convert: (value: Json) => T | undefined,
  fallback: T,
): T {
  const value = getPath(document.value, ...path);
  if (value === undefined) return fallback;
  const converted = convert(value);
  if (converted !== undefined) return converted;
  throw wrong(document.placeOf(path), `\`${path.join('.')}\` has a value of the wrong type`);
}

function pluginNames(document: YamlDocument, fallback: readonly string[]): readonly string[] {
  const path = ['kubernetes', 'disabledPlugins'];
  const names = read(document, path, stringList, fallback);
  for (const [i, name] of names.entries()) {
    if (PLUGIN_NAMES.includes(name)) continue;
    const near = didYouMean(name, PLUGIN_NAMES);
    const hint = near === undefined ? `plugins are ${PLUGIN_NAMES.join(', ')}` : `did you mean \`${near}\`?`;
    throw wrong(document.placeOf([...path, i]), `no admission plugin \`${name}\` is on by default`, hint);
  }
  return names;
}

function asBoolean(value: Json): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function stringList(value: Json): readonly string[] | undefined {
  return isArray(value) && value.every((item): item is string => typeof item === 'string') ? value : undefined;
}

function stringMap(document: YamlDocument, path: readonly string[]): Readonly<Record<string, string>> {
  const map: Record<string, string> = {};
  const value = getPath(document.value, ...path) ?? {};
  if (!isObject(value)) throw wrong(document.placeOf(path), `\`${path.join('.')}\` must be an object`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw wrong(document.placeOf([...path, key]), `\`${key}\` must be text`, 'put the value in quotes');
    }
    map[key] = text;
  }
  return map;
}

function wrong(place: Place, message: string, hint?: string): InputError {
  return new InputError({ code: 'bad-settings', message, place, ...(hint === undefined ? {} : { hint }) });
}
