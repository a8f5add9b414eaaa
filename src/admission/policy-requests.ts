import type { AdmissionAnswer, ClientRequest } from '../model/admission.ts';
import { NotSupportedError } from '../model/failure.ts';
import { asObject, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { gvkOf, nameOf, namespaceOf } from '../model/resource.ts';
import { admitPolicy } from '../policy/index.ts';
import { clusterView } from './installable.ts';
import type { ResourceTable } from './resource-table.ts';
import { warningHeaders } from './warning-header.ts';

const KYVERNO_GROUP = /(?:^|\.)kyverno\.io$/;
const ANSWERED: ReadonlySet<string> = new Set([
  'ClusterPolicy',
  'Policy',
  'ValidatingPolicy',
  'NamespacedValidatingPolicy',
]);

const IN_NAMESPACES: ReadonlySet<string> = new Set(['Policy', 'NamespacedValidatingPolicy']);

/**
 * The answer to a request about a kind of Kyverno's own, where the cluster state does not define it: the creation of a
 * policy of these kinds is judged as by Kyverno's policy webhook. `undefined` for any other request, and where no
 * policy is installed, so no Kyverno. Throws `NotSupportedError` for the other requests about Kyverno's kinds.
 */
export function answerPolicyRequest(
  client: ClientRequest,
  installed: readonly Policy[],
  resources: ResourceTable,
): AdmissionAnswer | undefined {
  const { object, operation, resource = '' } = client;
  const { group, kind } = object === undefined ? { group: resource, kind: resource } : gvkOf(object);
  if (!KYVERNO_GROUP.test(group) || !installed.some(isOfKyverno)) return undefined;
  if (object === undefined || operation !== 'CREATE' || !ANSWERED.has(kind) || client.subresource !== undefined) {
    throw new NotSupportedError(`${operation} of ${kind}`, 'a kind of Kyverno itself');
  }
  const document = IN_NAMESPACES.has(kind) ? inNamespace(object, client.namespace ?? 'default') : object;
  const { fieldValidation = 'Warn', id } = client;
  const answer = admitPolicy(document, { cluster: clusterView(resources), fieldValidation });
  const common = {
    ...(id === undefined ? {} : { id }),
    denied: [],
    warnings: warningHeaders([...deprecation(object), ...answer.warnings]),
    rules: [],
  };
  if (!answer.allowed) {
    const { code, message, reason } = answer;
    return { ...common, allowed: false, code, message, ...(reason === undefined ? {} : { reason }) };
  }
  const { name, namespace, document: stored } = answer.policy;
  if (installed.some((one) => one.kind === kind && one.name === name && one.namespace === namespace)) {
    const message = `${kind.toLowerCase().replace(/y$/, 'ies')}.${group} "${name}" already exists`;
    return { ...common, allowed: false, code: 409, message, reason: 'AlreadyExists' };
  }
  return { ...common, allowed: true, code: 201, message: '', object: stored };
}

/** Upstream: the custom resource definitions, which deprecate a version. */
function deprecation({ apiVersion, kind }: JsonObject): readonly string[] {
  if (apiVersion !== 'policies.kyverno.io/v1alpha1') return [];
  return [`${apiVersion} ${String(kind)} is deprecated; use policies.kyverno.io/v1 ${String(kind)}`];
}

function isOfKyverno({ apiVersion }: Policy): boolean {
  return KYVERNO_GROUP.test(apiVersion.slice(0, apiVersion.indexOf('/')));
}

function inNamespace(object: JsonObject, namespace: string): JsonObject {
  if (namespaceOf(object) !== '') return object;
  return { ...object, metadata: { ...asObject(object['metadata']), name: nameOf(object), namespace } };
}
