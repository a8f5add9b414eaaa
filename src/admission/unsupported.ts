import { NotSupportedError } from '../model/failure.ts';
import { asArray, asObject, isObject, type Json } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { AdmissionRequest } from '../model/request.ts';

/** Policy kinds that Kyverno's admission knows nothing of; the API server knows some. */
const OUTSIDE_ADMISSION =
  /^(?:Namespaced)?(?:Deleting|(?:Cluster)?Cleanup)Policy$|Binding$|^PolicyException$|^ValidatingAdmissionPolicy$/;

/** Pod controllers: policies on Pods have copies for them. */
const CONTROLLERS = new Set([
  'daemonsets',
  'deployments',
  'jobs',
  'statefulsets',
  'replicasets',
  'replicationcontrollers',
  'cronjobs',
]);

/** Throws `NotSupportedError` for a policy of another kind than ClusterPolicy and Policy that watches the request. */
export function refuseOtherKinds(policies: readonly Policy[], request: AdmissionRequest): void {
  const found = policies.find((policy) => !OUTSIDE_ADMISSION.test(policy.kind) && watches(policy, request));
  if (found === undefined) return;
  throw new NotSupportedError(`policies of kind ${found.kind}`, `policy ${found.name}`);
}

function watches({ spec, namespace }: Policy, request: AdmissionRequest): boolean {
  if (namespace !== '' && namespace !== request.namespace) return false;
  const constraints = asObject(spec['matchConstraints']);
  const rules = (asArray(constraints?.['resourceRules']) ?? []).filter(isObject);
  const { group, version, resource } = request.resource;
  const name = request.subResource === '' ? resource : `${resource}/${request.subResource}`;
  const lists = (list: Json | undefined, ...wanted: readonly string[]) =>
    (asArray(list) ?? []).some((item) => item === '*' || wanted.includes(String(item)));
  return rules.some((rule) => {
    if (!lists(rule['operations'], request.operation)) return false;
    const named = lists(rule['apiGroups'], group) && lists(rule['apiVersions'], version);
    const pods = CONTROLLERS.has(name) && lists(rule['resources'], 'pods') && lists(rule['apiGroups'], '');
    return pods || (named && lists(rule['resources'], name, '*/*', `${resource}/*`));
  });
}
