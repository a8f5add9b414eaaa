import { getPath } from '../../model/json.ts';
import { forbidden, notFound } from '../status/texts.ts';
import { forbid, type Plugin } from './plugin.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/**
 * Refuses to work in a namespace that does not exist or ends.
 * Upstream: apiserver/pkg/admission/plugin/namespace/lifecycle.
 */
export const namespaceLifecycle: Plugin = {
  name: 'NamespaceLifecycle',
  mutate: (call) => {
    const { request, resource, store } = call;
    const isNamespace = resource.gvk.group === '' && resource.gvk.kind === 'Namespace';
    if (isNamespace && request.operation === 'DELETE' && IMMORTAL.has(request.name)) {
      return forbidden('namespaces', request.name, 'this namespace may not be deleted');
    }
    if (isNamespace || request.namespace === '' || request.operation === 'DELETE') return undefined;
    if (resource.gvk.group === 'authorization.k8s.io' && resource.gvk.kind === 'LocalSubjectAccessReview') {
      return undefined;
    }
    const namespace = store.get('', 'Namespace', '', request.namespace);
    if (namespace === undefined) return notFound('namespaces', request.namespace);
    if (request.operation !== 'CREATE' || getPath(namespace, 'status', 'phase') !== 'Terminating') return undefined;
    return forbid(
      call,
      `unable to create new content in namespace ${request.namespace} because it is being terminated`,
    );
  },
};
