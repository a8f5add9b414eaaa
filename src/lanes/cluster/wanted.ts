import { isKyvernoConfigMap } from '../../admission/settings-file.ts';
import { asArray, asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import { gvkOf, labelsOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { type Discovery, type ResourceInfo, resourcePath } from './discovery.ts';
import { describeObject } from './owned.ts';
import { ClusterTroubleError } from './trouble.ts';

/** An object that a scenario needs, with its address. */
export interface WantedObject {
  readonly path: string;
  readonly collection: string;
  readonly object: JsonObject;
  readonly kind: 'namespace' | 'crd' | 'exception' | 'global context' | 'other';
  /** The kind comes from a CustomResourceDefinition that is made first. */
  readonly ownKind: boolean;
}

/** Namespaces that every cluster has; a scenario may name them as they are. */
export const GIVEN_NAMESPACES: ReadonlySet<string> = new Set([
  'default',
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'kyverno',
]);

/**
 * Finds where the objects of a premise belong, in the order in which they are to be made. Throws `ClusterTroubleError`
 * for a kind that is not served, and for what belongs to the cluster itself: Kyverno's configuration.
 */
export async function wantedObjects(
  objects: readonly JsonObject[],
  discovery: Discovery,
): Promise<readonly WantedObject[]> {
  const own = objects.flatMap(definedKinds);
  const wanted: WantedObject[] = [];
  for (const object of inOrder(objects)) {
    if (isGiven(object)) continue;
    refuseConfiguration(object);
    const kind = gvkOf(object);
    const defined = own.find(
      (info) => info.kind === kind.kind && info.group === kind.group && info.version === kind.version,
    );
    const info = defined ?? (await discovery.ofKind(kind));
    if (info === undefined) {
      const hint = 'give its CustomResourceDefinition as cluster state';
      throw new ClusterTroubleError('missing', `the cluster does not serve ${describeObject(object)}`, hint);
    }
    wanted.push(address(info, object, defined !== undefined));
  }
  return wanted;
}

function isGiven(object: JsonObject): boolean {
  const labels = Object.keys(labelsOf(object)).filter((key) => key !== 'kubernetes.io/metadata.name');
  return gvkOf(object).kind === 'Namespace' && GIVEN_NAMESPACES.has(nameOf(object)) && labels.length === 0;
}

function refuseConfiguration(object: JsonObject): void {
  if (!isKyvernoConfigMap(object)) return;
  throw new ClusterTroubleError(
    'missing',
    'the scenario states a Kyverno configuration of its own, and that of a cluster is not changed',
    'tag the scenario @engine',
  );
}

function address(info: ResourceInfo, object: JsonObject, ownKind: boolean): WantedObject {
  const namespace = info.namespaced ? namespaceOf(object) || 'default' : '';
  return {
    path: resourcePath(info, namespace, nameOf(object)),
    collection: resourcePath(info, namespace),
    object,
    kind: kindOf(info),
    ownKind,
  };
}

function kindOf({ group, kind }: ResourceInfo): WantedObject['kind'] {
  if (kind === 'Namespace' && group === '') return 'namespace';
  if (kind === 'CustomResourceDefinition') return 'crd';
  if (kind === 'PolicyException') return 'exception';
  return kind === 'GlobalContextEntry' ? 'global context' : 'other';
}

const FIRST = ['CustomResourceDefinition', 'Namespace'];
const LAST = ['GlobalContextEntry'];

/** Custom resource definitions first, then namespaces, then the rest as given, and at the end what reads the rest. */
function inOrder(objects: readonly JsonObject[]): readonly JsonObject[] {
  const rank = ({ kind }: JsonObject): number => {
    const [first, last] = [FIRST.indexOf(String(kind)), LAST.indexOf(String(kind))];
    return first >= 0 ? first - FIRST.length : last + 1;
  };
  return objects.toSorted((a, b) => rank(a) - rank(b));
}

/** The kinds that a CustomResourceDefinition defines, one for each served version. */
function definedKinds(object: JsonObject): readonly ResourceInfo[] {
  if (object['kind'] !== 'CustomResourceDefinition') return [];
  const text = (...path: readonly string[]): string => asString(getPath(object, 'spec', ...path)) ?? '';
  return (asArray(getPath(object, 'spec', 'versions')) ?? []).map((version) => ({
    group: text('group'),
    version: asString(asObject(version)?.['name']) ?? '',
    kind: text('names', 'kind'),
    resource: text('names', 'plural'),
    namespaced: text('scope') !== 'Cluster',
  }));
}
