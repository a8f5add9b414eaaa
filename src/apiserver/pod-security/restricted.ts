import { asString } from '../../model/json.ts';
import { isUnset, objectAt, objectsAt } from '../default/mutable.ts';
import { seccompBaseline, textsOf } from './baseline.ts';
import {
  badNames,
  type Check,
  type ContainerView,
  containersText,
  plural,
  podContext,
  quoteAll,
  settersText,
  sortedSet,
} from './view.ts';

/** The controls that the restricted level adds. Upstream: `k8s.io/pod-security-admission/policy`. */

/** Privilege escalation is switched off. */
export const allowPrivilegeEscalation: Check = (pod) => {
  const bad = badNames(pod, ({ context }) => context['allowPrivilegeEscalation'] !== false);
  if (bad.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersText(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  };
};

/** All capabilities are dropped; only NET_BIND_SERVICE may be added. */
export const capabilitiesRestricted: Check = (pod) => {
  const listed = ({ context }: ContainerView, key: string): readonly string[] =>
    textsOf(objectAt(context, 'capabilities'), key);
  const added = (view: ContainerView): readonly string[] =>
    listed(view, 'add').filter((name) => name !== 'NET_BIND_SERVICE');
  const missing = badNames(pod, (view) => !listed(view, 'drop').includes('ALL'));
  const adding = badNames(pod, (view) => added(view).length > 0);
  const names = quoteAll(sortedSet(pod.containers.flatMap(added)));
  const details = [
    ...(missing.length > 0 ? [`${containersText(missing)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [`${containersText(adding)} must not include ${names} in securityContext.capabilities.add`]
      : []),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const GOOD_VOLUMES = 'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(
  ' ',
);
const BAD_VOLUMES =
  'hostPath gcePersistentDisk awsElasticBlockStore gitRepo nfs iscsi glusterfs rbd flexVolume cinder cephfs flocker fc azureFile vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO storageos'.split(
    ' ',
  );

/** Only volumes that hold no host or network storage of their own. */
export const restrictedVolumes: Check = ({ spec }) => {
  const bad = objectsAt(spec, 'volumes').filter((volume) => GOOD_VOLUMES.every((kind) => isUnset(volume, kind)));
  if (bad.length === 0) return undefined;
  const names = bad.map((volume) => asString(volume['name']) ?? '');
  const types = sortedSet(bad.map((volume) => BAD_VOLUMES.find((kind) => !isUnset(volume, kind)) ?? 'unknown'));
  const verb = plural('uses', 'use', names.length);
  const noun = plural('restricted volume type', 'restricted volume types', types.length);
  const who = `${plural('volume', 'volumes', names.length)} ${quoteAll(names)}`;
  return { reason: 'restricted volume types', detail: `${who} ${verb} ${noun} ${quoteAll(types)}` };
};

/** Containers say that they don't run as root. */
export const runAsNonRoot: Check = (pod) => {
  const own = podContext(pod)['runAsNonRoot'];
  const reason = 'runAsNonRoot != true';
  const setters = settersText(
    own === false,
    badNames(pod, ({ context }) => context['runAsNonRoot'] === false),
  );
  if (setters !== '') return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` };
  const silent = own === true ? [] : badNames(pod, ({ context }) => isUnset(context, 'runAsNonRoot'));
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true` };
};

/** Nobody runs as user 0. */
export const runAsUser: Check = (pod) => {
  const own = podContext(pod)['runAsUser'] === 0n;
  const setters = settersText(
    own,
    badNames(pod, ({ context }) => context['runAsUser'] === 0n),
  );
  return setters === '' ? undefined : { reason: 'runAsUser=0', detail: `${setters} must not set runAsUser=0` };
};

/** Every container has a seccomp profile. */
export const seccompRestricted: Check = (pod) => {
  const bad = seccompBaseline(pod);
  if (bad !== undefined) return bad;
  if (!isUnset(podContext(pod), 'seccompProfile')) return undefined;
  const silent = badNames(pod, ({ context }) => isUnset(context, 'seccompProfile'));
  if (silent.length === 0) return undefined;
  const detail = `pod or ${containersText(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { reason: 'seccompProfile', detail };
};
