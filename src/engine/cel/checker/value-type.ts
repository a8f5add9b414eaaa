import { type CelType, PLAIN_TYPES } from '../types.ts';
import { CelUint, type CelValue } from '../values.ts';

/** The type of a literal. */
export function valueTypeOf(value: CelValue): CelType {
  switch (typeof value) {
    case 'string':
      return PLAIN_TYPES.string;
    case 'boolean':
      return PLAIN_TYPES.bool;
    case 'bigint':
      return PLAIN_TYPES.int;
    case 'number':
      return PLAIN_TYPES.double;
    default:
      if (value === null) return PLAIN_TYPES.null;
      return value instanceof CelUint ? PLAIN_TYPES.uint : PLAIN_TYPES.bytes;
  }
}
