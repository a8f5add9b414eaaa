import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { type Field, type Struct, structOf, type ValueType } from '../schema/schema.ts';
import { CONVERSIONS } from './conversion.ts';
import { CORE_DEFAULTS } from './core.ts';
import { type Mutable, objectAt } from './mutable.ts';
import { OTHER_DEFAULTS } from './other.ts';
import { POD_DEFAULTS } from './pod.ts';
import { roundResourceList } from './resource-list.ts';
import { WORKLOAD_DEFAULTS } from './workload.ts';

type Step = (value: Json) => void;
type Table = Readonly<Record<string, (target: Mutable) => void>>;

const DEFAULTS: Table = { ...CORE_DEFAULTS, ...POD_DEFAULTS, ...WORKLOAD_DEFAULTS, ...OTHER_DEFAULTS };

/** What a walk does at a struct before it goes into the fields. */
interface Visitor {
  readonly own: (struct: Struct) => ((target: Mutable) => void) | undefined;
  /** Compiled walks by type name; bounded by the number of built-in types. `undefined`: nothing to do below. */
  readonly walks: Map<string, Step | undefined>;
}

const byTable =
  (table: Table): Visitor['own'] =>
  (struct) =>
    Object.hasOwn(table, struct.name) ? table[struct.name] : undefined;

/** Types whose resource lists are kept as they are written. */
const UNROUNDED = new Set(['V1Overhead', 'V1CapacityRequirements', 'V1DeviceRequestAllocationResult']);

const DEFAULTING: Visitor = {
  own: (struct) => {
    const own = byTable(DEFAULTS)(struct);
    const lists = UNROUNDED.has(struct.name) ? [] : [...struct.fields.values()].filter(isResourceList);
    if (lists.length === 0) return own;
    return (target) => {
      own?.(target);
      for (const { name } of lists) roundResourceList(objectAt(target, name) ?? {});
    };
  },
  walks: new Map(),
};
const CONVERTING: Visitor = { own: byTable(CONVERSIONS), walks: new Map() };
const READING_BACK: Visitor = { own: emptyLists, walks: new Map() };

function isResourceList({ type }: Field): boolean {
  return type.kind === 'map' && type.item.kind === 'quantity';
}

/** Storage keeps no difference between an empty list and none. */
function emptyLists(struct: Struct): ((target: Mutable) => void) | undefined {
  const lists = struct.alwaysFields.filter(({ type }) => type.kind === 'list' || type.kind === 'map');
  if (lists.length === 0) return undefined;
  return (target) => {
    for (const { name } of lists) {
      const value = target[name];
      if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) target[name] = null;
    }
  };
}

/**
 * Sets the defaults of a decoded object of a built-in type, in place: the type's own first, then those of the
 * fields, as the generated `SetObjectDefaults_*` functions do. Then converts it to the internal version and back.
 * Returns the same object.
 */
export function applyDefaults(type: string, object: JsonObject): JsonObject {
  walkOf(type, DEFAULTING)?.(object);
  walkOf(type, CONVERTING)?.(object);
  return object;
}

/** What writing an object to storage and reading it again does to it, in place. Returns the same object. */
export function readBack(type: string, object: JsonObject): JsonObject {
  walkOf(type, READING_BACK)?.(object);
  return applyDefaults(type, object);
}

function walkOf(type: string, visitor: Visitor): Step | undefined {
  const { walks } = visitor;
  if (walks.has(type)) return walks.get(type);
  // A type that contains itself is walked lazily.
  let resolved: Step = () => undefined;
  walks.set(type, (value) => resolved(value));
  const struct = structOf(type);
  const own = visitor.own(struct);
  const fields: (readonly [string, Step])[] = [];
  for (const field of struct.fields.values()) {
    const step = stepOf(field.type, visitor);
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

function stepOf(type: ValueType, visitor: Visitor): Step | undefined {
  if (type.kind === 'struct') return walkOf(type.name, visitor);
  if (type.kind !== 'list' && type.kind !== 'map') return undefined;
  const step = stepOf(type.item, visitor);
  if (step === undefined) return undefined;
  return (value) => {
    if (isArray(value)) for (const item of value) step(item);
    else if (isObject(value)) for (const key of Object.keys(value)) step(value[key] ?? null);
  };
}
