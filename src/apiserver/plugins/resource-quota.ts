import { NotSupportedError } from '../../model/failure.ts';
import { getPath, isObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import type { Plugin } from './plugin.ts';

/** Kinds with a quota of their own name, beside `count/…`. */
const COUNTED = new Set(
  'pods services secrets configmaps persistentvolumeclaims replicationcontrollers resourcequotas'.split(' '),
);

/** Limits what a namespace may hold. Upstream: apiserver/pkg/admission/plugin/resourcequota. */
export const resourceQuota: Plugin = {
  name: 'ResourceQuota',
  validate: ({ resource, request, store }) => {
    if (request.operation !== 'CREATE' || request.subResource !== '' || request.namespace === '') return {};
    const { resource: plural, group } = resource.gvr;
    for (const quota of store.list('', 'ResourceQuota', request.namespace)) {
      const hard = getPath(quota, 'spec', 'hard');
      const keys = isObject(hard) ? Object.keys(hard) : [];
      const own = COUNTED.has(plural) && group === '';
      const touched = keys.some((key) =>
        key.startsWith('count/') ? key === `count/${group === '' ? plural : `${plural}.${group}`}` : own,
      );
      if (touched) throw new NotSupportedError('ResourceQuota admission', `${request.namespace}/${nameOf(quota)}`);
    }
    return {};
  },
};
