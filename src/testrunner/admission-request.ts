import type { JsonObject } from '../model/json.ts';
import type { AdmissionRequest, Operation } from '../model/request.ts';
import { gvkOf, nameOf, namespaceOf } from '../model/resource.ts';
import type { UserInfoSpec, ValuesSpec } from './test-document.ts';

/** A resource as the command line asks about it. */
export interface ResourceQuestion {
  readonly resource: JsonObject;
  /** The resource before mutation, when it differs: its kind is asked about, whatever was made of it. */
  readonly original?: JsonObject;
  /** As given by the test; anything but UPDATE and DELETE is evaluated as CREATE. */
  readonly operation: string;
  readonly user: UserInfoSpec | undefined;
  readonly subresources: ValuesSpec['subresources'];
}

/**
 * The admission request that the command line makes of a resource: on UPDATE the same object is old and new, on DELETE
 * it is the old one. Upstream: `cmd/cli/kubectl-kyverno/processor/policy_processor.go`.
 */
export function admissionRequest({
  resource,
  original,
  operation,
  user,
  subresources,
}: ResourceQuestion): AdmissionRequest {
  const known: Operation = operation === 'UPDATE' || operation === 'DELETE' ? operation : 'CREATE';
  const kind = gvkOf(original ?? resource);
  const mapped = subresources?.find(
    ({ subresource: sub }) =>
      (sub?.group ?? '') === kind.group && (sub?.version ?? '') === kind.version && (sub?.kind ?? '') === kind.kind,
  );
  const parent = mapped?.parentResource;
  return {
    kind,
    resource: { group: '', version: '', resource: '' },
    subResource: mapped?.subresource?.name?.split('/')[1] ?? '',
    parentKind:
      parent === undefined
        ? kind
        : { group: parent.group ?? '', version: parent.version ?? '', kind: parent.kind ?? '' },
    name: nameOf(resource),
    namespace: namespaceOf(resource),
    operation: known,
    object: known === 'DELETE' ? null : resource,
    oldObject: known === 'CREATE' ? null : resource,
    userInfo: { username: user?.userInfo?.username ?? '', ...user?.userInfo },
    roles: user?.roles ?? [],
    clusterRoles: user?.clusterRoles ?? [],
    dryRun: false,
  };
}
