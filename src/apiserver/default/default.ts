import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { structOf, type ValueType } from '../schema/schema.ts';
import { CONVERSIONS } from './conversion.ts';
import { CORE_DEFAULTS } from './core.ts';
import type { Mutable } from './mutable.ts';
import { OTHER_DEFAULTS } from './other.ts';
import { POD_DEFAULTS } from './pod.ts';
import { roundResourceList } from './resource-list.ts';
import { WORKLOAD_DEFAULTS } from './workload.ts';

type Step = (value: Json) => void;
type Table = Readonly<Record<string, (target: Mutable) => void>>;

const DEFAULTS: Table = { ...CORE_DEFAULTS, ...POD_DEFAULTS, ...WORKLOAD_DEFAULTS, ...OTHER_DEFAULTS };

/** Compiled walks by type name; bounded by the number of built-in types. `undefined`: nothing to do below. */
type Walks = Map<string, Step | undefined>;
const defaultWalks: Walks = new Map();
const conversionWalks: Walks = new Map();

/**
 * Sets the defaults of a decoded object of a built-in type, in place: the type's own first, then those of the
 * fields, as the generated `SetObjectDefaults_*` functions do. Then converts it to the internal version and back.
 * Returns the same object.
 */
export function applyDefaults(type: string, object: JsonObject): JsonObject {
  walkOf(type, DEFAULTS, defaultWalks, true)?.(object);
  walkOf(type, CONVERSIONS, conversionWalks, false)?.(object);
  return object;
}

function walkOf(type: string, table: Table, walks: Walks, quantities: boolean): Step | undefined {
  if (walks.has(type)) return walks.get(type);
  // A type that contains itself is walked lazily.
  walks.set(type, (value) => resolved(value));
  let resolved: Step = () => undefined;
  const own = Object.hasOwn(table, type) ? table[type] : undefined;
  const fields: (readonly [string, Step])[] = [];
  for (const field of structOf(type).fields.values()) {
    const step = stepOf(field.type, table, walks, quantities);
    if (step !== undefined) fields.push([field.name, step]);
  }
  if (own === undefined && fields.length === 0) {
    walks.set(type, undefined);
    return undefined;
  }
  resolved = (value) => {
    if (!isObject(value)) return;
    own?.(value as Mutable);
    for (const [name, step] of fields) {
      const below = value[name];
      if (below !== undefined && below !== null) step(below);
    }
  };
  walks.set(type, resolved);
  return resolved;
}

function stepOf(type: ValueType, table: Table, walks: Walks, quantities: boolean): Step | undefined {
  if (type.kind === 'struct') return walkOf(type.name, table, walks, quantities);
  if (type.kind === 'map' && type.item.kind === 'quantity' && quantities) {
    return (value) => {
      if (isObject(value)) roundResourceList(value as Mutable);
    };
  }
  if (type.kind !== 'list' && type.kind !== 'map') return undefined;
  const step = stepOf(type.item, table, walks, quantities);
  if (step === undefined) return undefined;
  return (value) => {
    if (isArray(value)) for (const item of value) step(item);
    else if (isObject(value)) for (const key of Object.keys(value)) step(value[key] ?? null);
  };
}
