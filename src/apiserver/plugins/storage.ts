import { compareQuantity, parseQuantity } from '../../language/quantity.ts';
import { asArray, asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import { annotationsOf, nameOf } from '../../model/resource.ts';
import { ensureObject, isUnset, type Mutable } from '../default/mutable.ts';
import { forbid, isWriteOf, type Plugin, type PluginCall } from './plugin.ts';

const OLD_CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** The newest object marked as default; of equally old ones the first by name. */
function defaultOf(list: readonly JsonObject[], annotations: readonly string[]): JsonObject | undefined {
  const time = (object: JsonObject): string => asString(getPath(object, 'metadata', 'creationTimestamp')) ?? '';
  return list
    .filter((object) => annotations.some((key) => annotationsOf(object)[key] === 'true'))
    .sort((a, b) => (time(a) === time(b) ? (nameOf(a) < nameOf(b) ? -1 : 1) : time(a) < time(b) ? 1 : -1))[0];
}

/** Gives claims without a class the default one. Upstream: plugin/pkg/admission/storage/storageclass/setdefault. */
export const defaultStorageClass: Plugin = {
  name: 'DefaultStorageClass',
  mutate: (call, object) => {
    if (object === undefined || call.request.operation !== 'CREATE') return undefined;
    if (!isWriteOf(call, '', 'persistentvolumeclaims')) return undefined;
    const spec = ensureObject(object, 'spec');
    if (!isUnset(spec, 'storageClassName') || OLD_CLASS_ANNOTATION in annotationsOf(object)) return undefined;
    const found = defaultOf(call.store.list('storage.k8s.io', 'StorageClass'), [
      'storageclass.kubernetes.io/is-default-class',
      'storageclass.beta.kubernetes.io/is-default-class',
    ]);
    if (found !== undefined) spec['storageClassName'] = nameOf(found);
    return undefined;
  },
};

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  volumeattributesclasses: 'kubernetes.io/vac-protection',
};

/** Protects volumes in use. Upstream: plugin/pkg/admission/storage/storageobjectinuseprotection. */
export const storageObjectInUseProtection: Plugin = {
  name: 'StorageObjectInUseProtection',
  mutate: (call, object) => {
    const { resource, request } = call;
    const finalizer = FINALIZERS[resource.gvr.resource];
    if (object === undefined || finalizer === undefined || request.operation !== 'CREATE') return undefined;
    if (!['', 'storage.k8s.io'].includes(resource.gvr.group) || request.subResource !== '') return undefined;
    const metadata = ensureObject(object, 'metadata');
    const finalizers = asArray(metadata['finalizers']) ?? [];
    if (!finalizers.includes(finalizer)) metadata['finalizers'] = [...finalizers, finalizer];
    return undefined;
  },
};

/** Gives ingresses the default class. Upstream: plugin/pkg/admission/network/defaultingressclass. */
export const defaultIngressClass: Plugin = {
  name: 'DefaultIngressClass',
  mutate: (call, object) => {
    if (object === undefined || call.request.operation !== 'CREATE') return undefined;
    if (!isWriteOf(call, 'networking.k8s.io', 'ingresses')) return undefined;
    const spec = ensureObject(object, 'spec');
    if (!isUnset(spec, 'ingressClassName') || 'kubernetes.io/ingress.class' in annotationsOf(object)) return undefined;
    const found = defaultOf(call.store.list('networking.k8s.io', 'IngressClass'), [
      'ingressclass.kubernetes.io/is-default-class',
    ]);
    if (found !== undefined) spec['ingressClassName'] = nameOf(found);
    return undefined;
  },
};

/** Which claims may grow. Upstream: plugin/pkg/admission/storage/persistentvolume/resize. */
export const persistentVolumeClaimResize: Plugin = {
  name: 'PersistentVolumeClaimResize',
  validate: (call) => {
    const { object, oldObject, operation } = call.request;
    if (operation !== 'UPDATE' || !isWriteOf(call, '', 'persistentvolumeclaims')) return {};
    if (object === null || oldObject === null) return {};
    const size = (claim: JsonObject) =>
      parseQuantity(asString(getPath(claim, 'spec', 'resources', 'requests', 'storage')) ?? '0');
    const [before, after] = [size(oldObject), size(object)];
    if (before === undefined || after === undefined || compareQuantity(after, before) <= 0) return {};
    if (getPath(oldObject, 'status', 'phase') !== 'Bound') {
      return { refused: forbid(call, 'Only bound persistent volume claims can be expanded') };
    }
    if (allowsResize(call, object, oldObject)) return {};
    const detail =
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
    return { refused: forbid(call, detail) };
  },
};

function allowsResize({ store }: PluginCall, object: JsonObject, oldObject: JsonObject): boolean {
  const classOf = (claim: JsonObject): string =>
    annotationsOf(claim)[OLD_CLASS_ANNOTATION] ?? asString(getPath(claim, 'spec', 'storageClassName')) ?? '';
  const name = classOf(object);
  if (name === '' || classOf(oldObject) !== name) return false;
  return store.get('storage.k8s.io', 'StorageClass', '', name)?.['allowVolumeExpansion'] === true;
}

/** Marks new nodes as not ready. Upstream: plugin/pkg/admission/nodetaint. */
export const taintNodesByCondition: Plugin = {
  name: 'TaintNodesByCondition',
  mutate: (call, object) => {
    if (object === undefined || call.request.operation !== 'CREATE' || !isWriteOf(call, '', 'nodes')) return undefined;
    const spec: Mutable = ensureObject(object, 'spec');
    const taints = asArray(spec['taints']) ?? [];
    const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
    const known = taints.some(
      (entry) => asObject(entry)?.['key'] === taint.key && asObject(entry)?.['effect'] === taint.effect,
    );
    if (!known) spec['taints'] = [...taints, taint];
    return undefined;
  },
};
