import type { CelEnvironment } from '../environment.ts';
import { type CelType, listType, mapType, optionalType, PLAIN_TYPES, structType } from '../types.ts';

const { dyn } = PLAIN_TYPES;
const TYPE_NAMES: ReadonlyMap<string, CelType> = new Map([
  ...(['bool', 'bytes', 'double', 'int', 'string', 'type', 'uint', 'dyn'] as const).map((name): [string, CelType] => [
    name,
    PLAIN_TYPES[name],
  ]),
  ['list', listType(dyn)],
  ['map', mapType(dyn, dyn)],
  ['null_type', PLAIN_TYPES.null],
  ['optional_type', optionalType(dyn)],
  ['google.protobuf.Duration', PLAIN_TYPES.duration],
  ['google.protobuf.Timestamp', PLAIN_TYPES.timestamp],
]);

/** The type that a name in an expression stands for, e.g. `string` in `type(x) == string`. */
export function typeOfName(name: string, env: CelEnvironment): CelType | undefined {
  return TYPE_NAMES.get(name) ?? (env.hasStruct(name) ? structType(name) : undefined);
}
