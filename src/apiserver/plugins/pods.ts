import { asArray, asObject, asString, deepEqual, getPath, isObject, type JsonObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import { ensureObject, isUnset, type Mutable, mutableCopy, objectAt, objectsAt } from '../default/mutable.ts';
import type { ApiStatus } from '../status/status.ts';
import { forbid, isWriteOf, type Plugin, type PluginCall } from './plugin.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** Tolerates a node's trouble for five minutes. Upstream: plugin/pkg/admission/defaulttolerationseconds. */
export const defaultTolerationSeconds: Plugin = {
  name: 'DefaultTolerationSeconds',
  mutate: (call, object) => {
    if (object === undefined || !isWriteOf(call, '', 'pods')) return undefined;
    const spec = ensureObject(object, 'spec');
    const tolerations = [...(asArray(spec['tolerations']) ?? [])];
    for (const key of [NOT_READY, UNREACHABLE]) {
      const tolerated = objectsAt(spec, 'tolerations').some(
        (toleration) =>
          (isUnset(toleration, 'key') || toleration['key'] === key) &&
          (isUnset(toleration, 'effect') || toleration['effect'] === 'NoExecute'),
      );
      if (!tolerated) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300n });
    }
    if (tolerations.length > 0) spec['tolerations'] = tolerations;
    return undefined;
  },
};

/** Resolves priority classes. Upstream: plugin/pkg/admission/priority. */
export const priority: Plugin = {
  name: 'Priority',
  mutate: (call, object) => {
    if (object === undefined || !isWriteOf(call, '', 'pods')) return undefined;
    const spec = ensureObject(object, 'spec');
    return call.request.operation === 'UPDATE' ? keepPriority(call, spec) : setPriority(call, spec);
  },
  validate: (call) => {
    if (!isWriteOf(call, 'scheduling.k8s.io', 'priorityclasses')) return {};
    if (call.request.object?.['globalDefault'] !== true) return {};
    const current = defaultClass(call);
    if (current === undefined) return {};
    const name = nameOf(current);
    if (call.request.operation === 'UPDATE' && name === nameOf(call.request.object)) return {};
    return {
      refused: forbid(call, `PriorityClass ${name} is already marked as default. Only one default can exist`),
    };
  },
};

function keepPriority(call: PluginCall, spec: Mutable): undefined {
  const old = asObject(call.request.oldObject?.['spec']) ?? {};
  for (const key of ['priority', 'preemptionPolicy']) {
    const value = old[key];
    if (isUnset(spec, key) && value !== undefined) spec[key] = value;
  }
  return undefined;
}

function defaultClass({ store }: PluginCall): JsonObject | undefined {
  const value = (entry: JsonObject): bigint => (typeof entry['value'] === 'bigint' ? entry['value'] : 0n);
  return store
    .list('scheduling.k8s.io', 'PriorityClass')
    .filter((entry) => entry['globalDefault'] === true)
    .reduce<JsonObject | undefined>(
      (best, entry) => (best === undefined || value(best) > value(entry) ? entry : best),
      undefined,
    );
}

function setPriority(call: PluginCall, spec: Mutable): ApiStatus | undefined {
  const wanted = asString(spec['priorityClassName']) ?? '';
  const found = wanted === '' ? defaultClass(call) : call.store.get('scheduling.k8s.io', 'PriorityClass', '', wanted);
  if (wanted !== '' && found === undefined) return forbid(call, `no PriorityClass with name ${wanted} was found`);
  if (found !== undefined) spec['priorityClassName'] = nameOf(found);
  const computed = found === undefined ? 0n : (found['value'] ?? 0n);
  if (!isUnset(spec, 'priority') && spec['priority'] !== computed) {
    return forbid(
      call,
      `the integer value of priority (${String(spec['priority'])}) must not be provided in pod spec; priority admission controller computed ${String(computed)} from the given PriorityClass name`,
    );
  }
  spec['priority'] = computed;
  const policy = found === undefined ? 'PreemptLowerPriority' : asString(found['preemptionPolicy']);
  if (policy === undefined) return undefined;
  if (!isUnset(spec, 'preemptionPolicy') && spec['preemptionPolicy'] !== policy) {
    return forbid(
      call,
      `the string value of PreemptionPolicy (${String(spec['preemptionPolicy'])}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  spec['preemptionPolicy'] = policy;
  return undefined;
}

/** Adds a runtime class's overhead and scheduling. Upstream: plugin/pkg/admission/runtimeclass. */
export const runtimeClass: Plugin = {
  name: 'RuntimeClass',
  mutate: (call, object) => {
    if (object === undefined || !isWriteOf(call, '', 'pods') || call.request.operation !== 'CREATE') return undefined;
    const spec = ensureObject(object, 'spec');
    const found = findRuntimeClass(call, spec);
    if ('refused' in found) return found.refused;
    const overhead = asObject(getPath(found.runtime, 'overhead', 'podFixed'));
    if (overhead !== undefined) {
      if (!isUnset(spec, 'overhead') && !deepEqual(spec['overhead'], overhead)) {
        return forbid(call, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
      }
      spec['overhead'] = mutableCopy(overhead);
    }
    return setScheduling(call, spec, asObject(found.runtime?.['scheduling']));
  },
  validate: (call) => {
    if (!isWriteOf(call, '', 'pods') || call.request.operation !== 'CREATE') return {};
    const spec = (asObject(call.request.object?.['spec']) ?? {}) as Mutable;
    const found = findRuntimeClass(call, spec);
    if ('refused' in found) return found;
    const overhead = asObject(getPath(found.runtime, 'overhead', 'podFixed'));
    if (overhead === undefined) {
      if (isUnset(spec, 'overhead')) return {};
      const detail = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
      return { refused: forbid(call, detail) };
    }
    if (deepEqual(overhead, spec['overhead'])) return {};
    return { refused: forbid(call, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead") };
  },
};

function findRuntimeClass(
  call: PluginCall,
  spec: Mutable,
): { readonly runtime: JsonObject | undefined } | { readonly refused: ApiStatus } {
  const name = asString(spec['runtimeClassName']);
  if (name === undefined) return { runtime: undefined };
  const runtime = call.store.get('node.k8s.io', 'RuntimeClass', '', name);
  return runtime === undefined
    ? { refused: forbid(call, `pod rejected: RuntimeClass "${name}" not found`) }
    : { runtime };
}

function setScheduling(call: PluginCall, spec: Mutable, scheduling: JsonObject | undefined): ApiStatus | undefined {
  if (scheduling === undefined) return undefined;
  const wanted = asObject(scheduling['nodeSelector']) ?? {};
  const selector = { ...(objectAt(spec, 'nodeSelector') ?? {}) };
  for (const key of Object.keys(wanted)) {
    const value = wanted[key] ?? '';
    const own = selector[key];
    if (own !== undefined && own !== value) {
      return forbid(
        call,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${String(value)}; pod.spec.nodeSelector[${key}] = ${String(own)}`,
      );
    }
    selector[key] = value;
  }
  if (Object.keys(selector).length > 0) spec['nodeSelector'] = selector;
  const own = asArray(spec['tolerations']) ?? [];
  const added = asArray(scheduling['tolerations']) ?? [];
  const merged = mergeTolerations([...own, ...added].filter(isObject));
  if (merged.length > 0) spec['tolerations'] = merged.map(mutableCopy);
  return undefined;
}

/** Leaves out what another toleration covers. Upstream: pkg/util/tolerations. */
function mergeTolerations(all: readonly JsonObject[]): readonly JsonObject[] {
  const merged: JsonObject[] = [];
  all.forEach((toleration, i) => {
    const covered =
      merged.some((other) => covers(other, toleration)) ||
      all.slice(i + 1).some((other) => !deepEqual(other, toleration) && covers(other, toleration));
    if (!covered) merged.push(toleration);
  });
  return merged;
}

function covers(wide: JsonObject, narrow: JsonObject): boolean {
  if (deepEqual(wide, narrow)) return true;
  const text = (toleration: JsonObject, key: string): string => asString(toleration[key]) ?? '';
  const operator = text(wide, 'operator');
  const everyKey = text(wide, 'key') === '' && operator === 'Exists';
  if (text(wide, 'key') !== text(narrow, 'key') && !everyKey) return false;
  if (text(wide, 'effect') !== text(narrow, 'effect') && text(wide, 'effect') !== '') return false;
  const seconds = wide['tolerationSeconds'];
  if (text(wide, 'effect') === 'NoExecute' && typeof seconds === 'bigint') {
    const other = narrow['tolerationSeconds'];
    if (typeof other !== 'bigint' || other > seconds) return false;
  }
  if (operator === 'Exists') return true;
  if (operator !== '' && operator !== 'Equal') return false;
  return text(narrow, 'operator') === 'Equal' && text(wide, 'value') === text(narrow, 'value');
}
