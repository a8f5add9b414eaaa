import { deepEqual, type Json } from '../../model/json.ts';
import { EACH, type FieldPath, KEYS, pathText } from '../path.ts';

/** A field that a rule looks at, with the literals it is compared with. */
export interface Interest {
  readonly root: 'object' | 'old';
  readonly path: FieldPath;
  readonly hints: readonly Json[];
}

/** What a rule says about whom it is for, and everything else that is no field of the object. */
export interface Surroundings {
  readonly operations: ReadonlySet<string>;
  readonly usernames: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** Labels that namespaces are asked for; a value may be a pattern. */
  readonly namespaceLabels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly subresources: ReadonlySet<string>;
}

/** Collects what a rule looks at. Paths begin with `request`, `images`, `namespaceObject` … as policies write them. */
export interface Collector {
  /** Notes a path and literals that it is compared with. */
  readonly see: (path: FieldPath, hints?: readonly Json[]) => void;
  readonly interests: () => readonly Interest[];
  readonly surroundings: Surroundings;
  readonly subresource: (name: string) => void;
}

/** An empty collector. */
export function createCollector(): Collector {
  const found = new Map<string, { root: 'object' | 'old'; path: FieldPath; hints: Json[] }>();
  const operations = new Set<string>();
  const usernames = new Set<string>();
  const groups = new Set<string>();
  const subresources = new Set<string>();
  const namespaceLabels = new Map<string, Set<string>>();
  const note = (root: 'object' | 'old', path: FieldPath, hints: readonly Json[]): void => {
    if (path.at(-1) === KEYS) {
      for (const hint of hints)
        if (typeof hint === 'string' && hint !== '') note(root, [...path.slice(0, -1), hint], []);
      return;
    }
    if (path.includes(KEYS) || path.length === 0) return;
    const key = `${root} ${pathText(path)}`;
    const entry = found.get(key) ?? { root, path, hints: [] };
    found.set(key, entry);
    for (const hint of hints) if (!entry.hints.some((other) => deepEqual(other, hint))) entry.hints.push(hint);
  };
  const texts = (hints: readonly Json[]) => hints.filter((hint): hint is string => typeof hint === 'string');
  const addAll = (set: Set<string>, hints: readonly Json[]): void => {
    for (const text of texts(hints.flat() as readonly Json[])) set.add(text);
  };
  const see = (path: FieldPath, hints: readonly Json[] = []): void => {
    const [first, second, ...rest] = path;
    if (first === 'request') {
      if (second === 'object') note('object', rest, hints);
      else if (second === 'oldObject') note('old', rest, hints);
      else if (second === 'operation') addAll(operations, hints);
      else if (second === 'namespace') note('object', ['metadata', 'namespace'], hints);
      else if (second === 'name') note('object', ['metadata', 'name'], hints);
      else if (second === 'subResource') for (const text of texts(hints)) if (text !== '') subresources.add(text);
      if (second === 'userInfo' && rest[0] === 'username') addAll(usernames, hints);
      if (second === 'userInfo' && rest[0] === 'groups') addAll(groups, hints);
    } else if (first === 'images') {
      const list = typeof second === 'string' && second !== '*' ? second : 'containers';
      note('object', ['spec', list, EACH, 'image'], hints);
    } else if (first === 'namespaceObject' && second === 'metadata') {
      if (rest[0] === 'name') note('object', ['metadata', 'namespace'], hints);
      const [, label] = rest;
      if (rest[0] === 'labels' && typeof label === 'string' && label !== KEYS) {
        const values = namespaceLabels.get(label) ?? new Set<string>();
        for (const text of texts(hints)) values.add(text);
        namespaceLabels.set(label, values);
      }
    }
  };
  return {
    see,
    interests: () => [...found.values()],
    surroundings: { operations, usernames, groups, namespaceLabels, subresources },
    subresource: (name) => void subresources.add(name),
  };
}
