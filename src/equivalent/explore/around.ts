import { asArray, asObject, getPath, isObject, type JsonObject } from '../../model/json.ts';
import { edited } from '../edit.ts';
import type { Target } from '../generate/plan.ts';
import { podTemplateOf } from '../generate/type-at.ts';
import { pathText } from '../path.ts';
import { type Explorer, requestFor, type Terrain } from './explorer.ts';

/** An object that breaks few rules, with one like it that breaks none or fewer. */
export interface Breaker {
  readonly target: Target;
  readonly base: JsonObject;
  readonly object: JsonObject;
}

/** The same object asked otherwise: other operations, users, namespaces, kinds that run pods, as ephemeral container. */
export function* aroundBreaker(terrain: Terrain, { target, base, object }: Breaker): Explorer {
  const touched = edited(object, ['metadata', 'annotations', 'touched'], 'true');
  yield requestFor(terrain, object, 'UPDATE', base);
  yield requestFor(terrain, touched, 'UPDATE', object);
  yield requestFor(terrain, base, 'UPDATE', object);
  yield requestFor(terrain, object, 'DELETE');
  for (const user of terrain.plan.users) yield { ...requestFor(terrain, object, 'CREATE'), user };
  const namespace = target.fields.find(({ path }) => pathText(path) === 'metadata.namespace');
  for (const name of namespace?.options ?? ['other', 'kube-system']) {
    if (target.resource.namespaced && typeof name === 'string') {
      yield requestFor(terrain, edited(object, ['metadata', 'namespace'], name), 'CREATE');
    }
  }
  if (target.resource.gvk.kind !== 'Pod') return;
  yield* asEphemeral(terrain, base, object);
  for (const controller of terrain.plan.targets) {
    const moved = inController(controller, object);
    const movedBase = inController(controller, base);
    if (moved === undefined || movedBase === undefined) continue;
    yield requestFor(terrain, moved, 'CREATE');
    yield requestFor(terrain, moved, 'UPDATE', movedBase);
    yield requestFor(terrain, moved, 'UPDATE', edited(moved, ['metadata', 'annotations', 'touched'], 'true'));
    yield requestFor(terrain, moved, 'DELETE');
  }
}

/** The broken container as an init container and as an ephemeral one. */
function* asEphemeral(terrain: Terrain, base: JsonObject, object: JsonObject): Explorer {
  const [container] = asArray(getPath(object, 'spec', 'containers')) ?? [];
  if (!isObject(container)) return;
  const { ports, resources, livenessProbe, readinessProbe, startupProbe, lifecycle, ...plain } = container;
  const init = { ...plain, ...(resources === undefined ? {} : { resources }), name: 'init' };
  yield requestFor(terrain, edited(base, ['spec', 'initContainers'], [init]), 'CREATE');
  yield requestFor(terrain, edited(base, ['spec', 'ephemeralContainers'], [{ ...plain, name: 'debug' }]), 'CREATE');
}

/** A pod as the template of a controller; `undefined` when the target is none. */
export function inController(controller: Target, pod: JsonObject): JsonObject | undefined {
  const template = podTemplateOf(controller.resource.gvk.kind);
  const [seed] = controller.seeds;
  if (template === undefined || template.length === 0 || seed === undefined) return undefined;
  const place = template.filter((step) => step !== null);
  const { labels, annotations, namespace } = asObject(pod['metadata']) ?? {};
  const before = asObject(getPath(seed, ...place)) ?? {};
  const own = asObject(getPath(before, 'metadata', 'labels')) ?? {};
  const metadata = {
    ...asObject(before['metadata']),
    labels: { ...asObject(labels), ...own },
    ...(annotations === undefined ? {} : { annotations }),
  };
  const restartPolicy = getPath(before, 'spec', 'restartPolicy');
  const spec = { ...asObject(pod['spec']), ...(restartPolicy === undefined ? {} : { restartPolicy }) };
  const moved = edited(seed, place, { ...before, metadata, spec });
  const inNamespace = namespace === undefined ? moved : edited(moved, ['metadata', 'namespace'], namespace);
  const all = { ...asObject(getPath(seed, 'metadata', 'labels')), ...asObject(labels) };
  return edited(inNamespace, ['metadata', 'labels'], all);
}
