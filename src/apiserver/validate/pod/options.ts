import type { JsonObject } from '../../../model/json.ts';
import { root } from '../field-path.ts';
import { bool, has, obj, objs, optBool, str, strs } from '../fields.ts';
import { checkSelector } from '../label-selector.ts';
import { labelValue } from '../names.ts';
import { isHugePageMultiple, quantities } from '../quantities.ts';
import { isHugePages } from '../resource-names.ts';
import { allContainers } from './containers-of.ts';
import { isDeletionCost } from './deletion-cost.ts';
import { checkSpreadLabelKeys } from './label-keys.ts';
import { checkRelativePath } from './paths.ts';
import { isHostSysctl } from './sysctl.ts';

/**
 * Where validation of a pod is more lenient because the stored pod was so before, and whether it is a pod or a
 * template. Feature gates stand as in a default 1.36 server.
 * Upstream: `GetValidationOptionsFromPodSpecAndMeta` of `pkg/api/pod/util.go`.
 */
export interface PodOptions {
  readonly isPod: boolean;
  readonly anyDeletionCost: boolean;
  readonly anySelectorValue: boolean;
  readonly anyRequiredNodeAffinityValue: boolean;
  readonly anySpreadSelector: boolean;
  readonly lenientSpreadLabelKeys: boolean;
  readonly anyHugePages: boolean;
  readonly anyTokenPath: boolean;
  readonly hostSysctls: boolean;
  readonly anySELinuxChangePolicy: boolean;
  readonly comparingTolerations: boolean;
  readonly hostNetworkWithoutHostUsers: boolean;
  readonly volumeDevicesWithoutHostUsers: boolean;
  readonly restartingInitContainerResize: boolean;
}

/** The options for a new pod or template. */
export const STRICT: PodOptions = {
  isPod: false,
  anyDeletionCost: false,
  anySelectorValue: false,
  anyRequiredNodeAffinityValue: false,
  anySpreadSelector: false,
  lenientSpreadLabelKeys: false,
  anyHugePages: false,
  anyTokenPath: false,
  hostSysctls: false,
  anySELinuxChangePolicy: false,
  comparingTolerations: false,
  hostNetworkWithoutHostUsers: false,
  volumeDevicesWithoutHostUsers: false,
  restartingInitContainerResize: false,
};

/** The options for what replaces `old`: a stored pod or template, or nothing. */
export function podOptions(old: JsonObject | undefined): PodOptions {
  if (old === undefined) return STRICT;
  const spec = obj(old, 'spec') ?? {};
  const withoutHostUsers = optBool(spec, 'hostUsers') === false;
  return {
    isPod: false,
    anyDeletionCost: !isDeletionCost(obj(old, 'metadata')),
    anySelectorValue: hasBadAffinitySelector(spec),
    anyRequiredNodeAffinityValue: hasBadRequiredNodeAffinity(spec),
    anySpreadSelector: objs(spec, 'topologySpreadConstraints').some(
      (item) => checkSelector(root(''), obj(item, 'labelSelector')).length > 0,
    ),
    lenientSpreadLabelKeys: objs(spec, 'topologySpreadConstraints').some(
      (item) => checkSpreadLabelKeys(root(''), item).length > 0,
    ),
    anyHugePages: hasOddHugePages(spec),
    anyTokenPath: hasOddTokenPath(spec),
    hostSysctls: objs(obj(spec, 'securityContext'), 'sysctls').some((item) => isHostSysctl(str(item, 'name'), spec)),
    anySELinuxChangePolicy: has(obj(spec, 'securityContext'), 'seLinuxChangePolicy'),
    comparingTolerations: objs(spec, 'tolerations').some((item) => ['Lt', 'Gt'].includes(str(item, 'operator'))),
    hostNetworkWithoutHostUsers: withoutHostUsers && bool(spec, 'hostNetwork'),
    volumeDevicesWithoutHostUsers:
      withoutHostUsers && allContainers(spec).some(([container]) => objs(container, 'volumeDevices').length > 0),
    restartingInitContainerResize: objs(spec, 'initContainers').some(
      (container) =>
        str(container, 'restartPolicy') !== 'Always' &&
        objs(container, 'resizePolicy').some((item) => str(item, 'restartPolicy') === 'RestartContainer'),
    ),
  };
}

function hasBadAffinitySelector(spec: JsonObject): boolean {
  const affinity = obj(spec, 'affinity');
  const terms = ['podAffinity', 'podAntiAffinity'].flatMap((name) => {
    const part = obj(affinity, name);
    const preferred = objs(part, 'preferredDuringSchedulingIgnoredDuringExecution');
    return [
      ...objs(part, 'requiredDuringSchedulingIgnoredDuringExecution'),
      ...preferred.map((item) => obj(item, 'podAffinityTerm')),
    ];
  });
  return terms.some((term) =>
    ['labelSelector', 'namespaceSelector'].some((name) => checkSelector(root(''), obj(term, name)).length > 0),
  );
}

function hasBadRequiredNodeAffinity(spec: JsonObject): boolean {
  const node = obj(obj(spec, 'affinity'), 'nodeAffinity');
  return hasBadNodeSelectorValue(obj(node, 'requiredDuringSchedulingIgnoredDuringExecution'));
}

/** Whether a stored node selector has label values that are refused today. */
export function hasBadNodeSelectorValue(selector: JsonObject | undefined): boolean {
  return objs(selector, 'nodeSelectorTerms').some((term) =>
    objs(term, 'matchExpressions').some((item) => strs(item, 'values').some((value) => labelValue(value).length > 0)),
  );
}

function hasOddHugePages(spec: JsonObject): boolean {
  const lists = allContainers(spec).flatMap(([container]) => {
    const resources = obj(container, 'resources');
    return [obj(resources, 'limits'), obj(resources, 'requests')];
  });
  return [...lists, obj(spec, 'overhead')].some((list) =>
    quantities(list).some(([name, value]) => isHugePages(name) && !isHugePageMultiple(name, value)),
  );
}

function hasOddTokenPath(spec: JsonObject): boolean {
  return objs(spec, 'volumes').some((volume) =>
    objs(obj(volume, 'projected'), 'sources').some((source) => {
      const token = obj(source, 'serviceAccountToken');
      return token !== undefined && checkRelativePath(root(''), str(token, 'path')).length > 0;
    }),
  );
}
