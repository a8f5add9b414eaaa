import { NotSupportedError } from '../../model/failure.ts';
import { asString, getPath } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import type { Plugin, PluginCall } from './plugin.ts';

const GROUP = 'admissionregistration.k8s.io';

/**
 * Policies in CEL that the API server itself evaluates. They are not built: one that is bound stops every request
 * with its name. Upstream: apiserver/pkg/admission/plugin/policy.
 */
export const mutatingAdmissionPolicy: Plugin = {
  name: 'MutatingAdmissionPolicy',
  mutate: (call) => {
    stopAtBound(call, 'MutatingAdmissionPolicy');
    return undefined;
  },
};

function stopAtBound({ resource, store }: PluginCall, kind: string): void {
  // Such policies never apply to their own kind of resource.
  if (resource.gvk.group === GROUP) return;
  for (const binding of store.list(GROUP, `${kind}Binding`)) {
    const name = asString(getPath(binding, 'spec', 'policyName')) ?? '';
    const policy = store.get(GROUP, kind, '', name);
    if (policy !== undefined) throw new NotSupportedError(`${kind} ${nameOf(policy)}`);
  }
}
