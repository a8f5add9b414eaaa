import type { JsonObject } from '../../model/json.ts';
import { gvkOf, nameOf } from '../../model/resource.ts';
import { type Mutable, mutableCopy } from '../default/mutable.ts';
import { PLUGINS } from '../plugins/index.ts';
import { createRegistry } from '../resources/registry.ts';
import { bodyOf } from '../resources/resource.ts';
import { decodeBody } from './body.ts';
import { refuse, type ServerContext } from './context.ts';
import { alignNamespace, decodeStage } from './decode-stage.ts';
import { finishStage } from './finish-stage.ts';
import { createStore } from './store.ts';
import { storedForm } from './stored-form.ts';
import type { ApiServer, ApiServerWorld, InFlight, StageResult } from './types.ts';
import { validateStage } from './validate-stage.ts';

/** An API server over a fixed state; make it once, ask many times. */
export function createApiServer(world: ApiServerWorld): ApiServer {
  const registry = createRegistry(world.objects);
  const disabled = new Set(world.settings.disabledPlugins ?? ['ServiceAccount']);
  const isNamespaced = (object: JsonObject): boolean => registry.byKind(gvkOf(object))?.namespaced ?? true;
  const store = createStore(world.objects, isNamespaced, (object) => storedForm(context, object));
  const plugins = PLUGINS.filter((plugin) => !disabled.has(plugin.name));
  const context: ServerContext = { world, registry, store, plugins };
  return {
    store,
    decode: (request) => decodeStage(context, request),
    mutate: (request) => mutateStage(context, request),
    replaceObject: (request, object) => replaceObject(context, request, object),
    validate: (request) => validateStage(context, request),
    finish: (request) => finishStage(context, request),
  };
}

/** Built-in mutating admission. A delete comes here only for what would refuse it. */
function mutateStage(context: ServerContext, request: InFlight): StageResult {
  const { admission, resource } = request;
  const object = admission.object as Mutable | null;
  const { store, registry, world } = context;
  const call = { resource, request: admission, sent: admission, store, registry, random: world.random };
  for (const plugin of context.plugins) {
    const refused = plugin.mutate?.(call, object ?? undefined);
    if (refused !== undefined) return refuse(refused, request.warnings);
  }
  return { ok: true, request };
}

function replaceObject(context: ServerContext, request: InFlight, object: JsonObject): StageResult {
  const { resource, admission, warnings } = request;
  const body = bodyOf(resource, admission.subResource);
  const decoded = decodeBody(context, resource, body, mutableCopy(object) as JsonObject, 'Ignore');
  if (!decoded.ok) return refuse(decoded.status, warnings);
  const refused = alignNamespace(decoded.object, resource.namespaced ? admission.namespace : '');
  if (refused !== undefined) return refuse(refused, warnings);
  const name = admission.name === '' ? nameOf(decoded.object) : admission.name;
  return {
    ok: true,
    request: { ...request, empties: decoded.empties, admission: { ...admission, name, object: decoded.object } },
  };
}
