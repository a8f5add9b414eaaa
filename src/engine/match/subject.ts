import type { JsonObject } from '../../model/json.ts';
import type { Operation } from '../../model/request.ts';
import type { GroupVersionKind } from '../../model/resource.ts';
import type { StringMap } from './metadata.ts';

/** Who asks, as match blocks see it. */
export interface MatchUser {
  readonly username: string;
  readonly groups: readonly string[];
  /** `namespace:name`. */
  readonly roles: readonly string[];
  readonly clusterRoles: readonly string[];
  /** True when there is no user information at all: then `match` ignores subjects and roles. */
  readonly unknown: boolean;
}

/** What a rule is matched against. */
export interface MatchSubject {
  readonly object: JsonObject;
  /** Kind of the parent resource, e.g. `Deployment` for `deployments/scale`. */
  readonly gvk: GroupVersionKind;
  readonly subresource: string;
  readonly operation: Operation;
  readonly user: MatchUser;
  /** Labels of the object's namespace; asked for only where a namespaceSelector needs them. */
  readonly namespaceLabels: () => StringMap;
}

/** A user without name, groups or roles. */
export const NO_USER: MatchUser = { username: '', groups: [], roles: [], clusterRoles: [], unknown: true };
