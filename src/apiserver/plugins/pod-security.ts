import { NotSupportedError } from '../../model/failure.ts';
import { labelsOf } from '../../model/resource.ts';
import type { Plugin } from './plugin.ts';

const PREFIX = 'pod-security.kubernetes.io/';
const WORKLOADS = new Set(
  'pods deployments daemonsets statefulsets replicasets replicationcontrollers jobs cronjobs podtemplates'.split(' '),
);

/** Pod security standards by namespace label. Upstream: `k8s.io/pod-security-admission`. */
export const podSecurity: Plugin = {
  name: 'PodSecurity',
  validate: ({ resource, request, store }) => {
    if (request.namespace === '' || !WORKLOADS.has(resource.gvr.resource) || resource.type === undefined) return {};
    if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return {};
    const namespace = store.get('', 'Namespace', '', request.namespace);
    const labels = namespace === undefined ? {} : labelsOf(namespace);
    for (const mode of ['enforce', 'warn']) {
      const level = labels[`${PREFIX}${mode}`];
      if (level === undefined || level === 'privileged') continue;
      if (mode === 'enforce' && resource.gvr.resource !== 'pods') continue;
      throw new NotSupportedError('PodSecurity admission', `namespace ${request.namespace}, ${PREFIX}${mode}`);
    }
    return {};
  },
};
