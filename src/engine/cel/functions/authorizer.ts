import type { AccessCheck, CelHost } from '../host.ts';
import { CelError, CelOpaque, type CelValue } from '../values.ts';
import { dataAt, textAt } from './arguments.ts';
import type { FunctionBody, FunctionTable } from './function.ts';

type Check = Omit<AccessCheck, 'verb'>;

interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error: string;
}

const PREFIX = 'kubernetes.authorization.';
const EMPTY: Check = { group: '', resource: '', subresource: '', namespace: '', name: '' };

/** `authorizer`: questions about the user of the request. */
export const AUTHORIZER: CelValue = value('Authorizer', EMPTY);

/** `authorizer.requestResource`: questions about the object of the request. */
export function requestAuthorizer(check: Omit<Check, 'path' | 'serviceAccount'>): CelValue {
  return value('ResourceCheck', check);
}

/**
 * The authorizer, by overload. Field and label selectors are taken but change no answer.
 * Upstream: `authz.go` in `k8s.io/apiserver/pkg/cel/library`.
 */
export const AUTHORIZER_FUNCTIONS: FunctionTable = {
  authorizer_path: refine('PathCheck', 'path', 'path must not be empty'),
  authorizer_group: refine('GroupCheck', 'group'),
  authorizer_serviceaccount: (args) => {
    const [namespace, name] = [textAt(args, 1), textAt(args, 2)];
    if (!isSubdomain(name)) return new CelError('Invalid service account name');
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace))
      return new CelError('Invalid service account namespace');
    return value('Authorizer', { ...dataAt<Check>(args, 0), serviceAccount: { namespace, name } });
  },
  groupcheck_resource: refine('ResourceCheck', 'resource', 'resource must not be empty'),
  resourcecheck_subresource: refine('ResourceCheck', 'subresource'),
  resourcecheck_namespace: refine('ResourceCheck', 'namespace'),
  resourcecheck_name: refine('ResourceCheck', 'name'),
  authorizer_fieldselector: ([check = null]) => check,
  authorizer_labelselector: ([check = null]) => check,
  pathcheck_check: decide,
  resourcecheck_check: decide,
  decision_errored: (args) => dataAt<Decision>(args, 0).error !== '',
  decision_error: (args) => dataAt<Decision>(args, 0).error,
  decision_allowed: (args) => dataAt<Decision>(args, 0).allowed,
  decision_reason: (args) => dataAt<Decision>(args, 0).reason,
};

function value(type: string, data: Check | Decision): CelValue {
  return new CelOpaque(PREFIX + type, data);
}

function refine(type: string, field: keyof Check, whenBlank?: string): FunctionBody {
  return (args) => {
    const text = textAt(args, 1);
    if (whenBlank !== undefined && text.trim() === '') return new CelError(whenBlank);
    return value(type, { ...dataAt<Check>(args, 0), [field]: text });
  };
}

function decide(args: readonly CelValue[], host: CelHost): CelValue {
  const check: AccessCheck = { ...dataAt<Check>(args, 0), verb: textAt(args, 1) };
  if (host.authorize === undefined) return new CelError('the authorizer cannot be asked here');
  return value('Decision', { ...host.authorize(check), error: '' });
}

function isSubdomain(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
}
