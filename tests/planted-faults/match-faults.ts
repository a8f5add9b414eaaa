import { asArray, asObject, asString, type JsonObject } from '../../src/model/json.ts';
import { type Change, withinItem, withinKey, withKey } from './change.ts';

/** Everything that can be wrong with `match`: emptied, narrowed, widened; of deletes too when the rule sees them. */
export function* matchFaults(match: JsonObject | undefined, at: string, seesDeletes: boolean): Iterable<Change> {
  yield* filterFaults(match, at, function* (resources, place) {
    yield* resourceFaults(resources, place);
    if (!seesDeletes) return;
    yield { name: `${place}: no deletes`, value: withKey(resources, 'operations', ['CREATE', 'UPDATE']) };
  });
}

/** Everything that can be wrong with `exclude`, besides that it is gone. */
export function* excludeFaults(exclude: JsonObject | undefined, at: string): Iterable<Change> {
  yield* filterFaults(exclude, at, function* (resources, place) {
    yield* nameFaults(resources, 'namespaces', place);
  });
}

type ResourceFaults = (resources: JsonObject, at: string) => Iterable<Change>;

function* filterFaults(filters: JsonObject | undefined, at: string, faults: ResourceFaults): Iterable<Change> {
  if (filters === undefined) return;
  for (const key of ['any', 'all']) {
    const list = asArray(filters[key]) ?? [];
    for (const [i, filter] of list.entries()) {
      const entry = asObject(filter) ?? {};
      const resources = asObject(entry['resources']) ?? {};
      const changes = faults(resources, `${at}/${key}/${i}`);
      yield* withinKey(filters, key, withinItem(list, i, withinKey(entry, 'resources', changes)));
    }
  }
}

function* resourceFaults(resources: JsonObject, at: string): Iterable<Change> {
  const set = (how: string, key: string, value: readonly string[]) => ({
    name: `${at}: ${how}`,
    value: withKey(resources, key, value),
  });
  const kinds = (asArray(resources['kinds']) ?? []).map((kind) => asString(kind) ?? '');
  yield set('matches nothing', 'kinds', ['ConfigMap']);
  yield set('another kind', 'kinds', [kinds.includes('Pod') ? 'Deployment' : 'Pod']);
  yield set('one kind more', 'kinds', [...kinds, kinds.includes('Pod') ? 'Service' : 'Pod']);
  yield set('one kind more, of those with a template', 'kinds', [...kinds, 'DaemonSet']);
  yield set('only creates', 'operations', ['CREATE']);
  yield set('only updates', 'operations', ['UPDATE']);
  if (resources['namespaces'] === undefined) {
    yield set('only one namespace', 'namespaces', ['production']);
    yield set('only the namespace default', 'namespaces', ['default']);
  } else {
    yield { name: `${at}/namespaces: dropped`, value: withKey(resources, 'namespaces', undefined) };
    yield* nameFaults(resources, 'namespaces', at);
  }
  const labels = asObject(asObject(resources['selector'])?.['matchLabels']);
  if (labels === undefined) return;
  yield { name: `${at}/selector: dropped`, value: withKey(resources, 'selector', undefined) };
  for (const [label, value] of Object.entries(labels)) {
    const select = (how: string, matchLabels: JsonObject) => ({
      name: `${at}/selector/${label}: ${how}`,
      value: withKey(resources, 'selector', { matchLabels }),
    });
    yield select('another value', { ...labels, [label]: `${String(value)}-x` });
    yield select('any value', { ...labels, [label]: '*' });
    yield select('values that begin like it', { ...labels, [label]: `${String(value)}*` });
    yield select('another label', { [`${label}.x`]: value });
  }
}

function* nameFaults(resources: JsonObject, key: string, at: string): Iterable<Change> {
  const names = (asArray(resources[key]) ?? []).map((name) => asString(name) ?? '');
  for (const [i, name] of names.entries()) {
    const place = `${at}/${key}/${name}`;
    const changes: Change[] = names.length > 1 ? [{ name: `${place}: dropped`, value: undefined }] : [];
    changes.push(
      { name: `${place}: another name`, value: `x-${name}` },
      { name: `${place}: names that begin like it`, value: name.endsWith('*') ? name.replace('-*', '*') : `${name}*` },
      { name: `${place}: names that end like it`, value: `*${name}` },
    );
    if (name.endsWith('*')) changes.push({ name: `${place}: one name instead of all`, value: name.replace('*', 'x') });
    yield* withinKey(resources, key, withinItem(names, i, changes));
  }
  yield { name: `${at}/${key}: one name more`, value: withKey(resources, key, [...names, 'default']) };
}
