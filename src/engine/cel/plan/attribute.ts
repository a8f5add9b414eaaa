import { ACCESS_COST } from '../cost.ts';
import { goTypeName, goValueText } from '../go-value-text.ts';
import { findInMap, NO_OVERLOAD } from '../operations.ts';
import {
  CelError,
  CelLazyMap,
  CelMap,
  CelOptional,
  CelUint,
  type CelValue,
  isList,
  isMapKey,
  isObjectValue,
  NONE,
  typeNameOf,
} from '../values.ts';
import { charge, type Frame, type Step } from './frame.ts';

/** A variable or value with the fields and indexes that are read of it. Upstream: `interpreter/attributes.go` of cel-go. */
export type Attribute = PlainAttribute | ConditionalAttribute;

/** A root and what is read of it, in turn. */
export interface PlainAttribute {
  readonly root: Step;
  readonly qualifiers: Qualifier[];
}

/** `condition ? yes : no`: what is read of it is read of both. */
export interface ConditionalAttribute {
  readonly condition: Step;
  readonly yes: Attribute;
  readonly no: Attribute;
}

/** One field or index. */
export interface Qualifier {
  readonly key: CelValue | Step;
  /** The key is read of a variable that was handed in: cel-go then names Go's own type of it. */
  readonly isGiven?: boolean;
  readonly optional: boolean;
  /** `has()`: only whether it is there. */
  readonly test: boolean;
}

/** Reads one thing more. */
export function addQualifier(attribute: Attribute, qualifier: Qualifier): void {
  if ('root' in attribute) {
    attribute.qualifiers.push(qualifier);
    return;
  }
  addQualifier(attribute.yes, qualifier);
  addQualifier(attribute.no, qualifier);
}

/** The value of an attribute. The cost of the qualifiers is charged, that of the attribute itself is not. */
export function resolve(attribute: Attribute, frame: Frame): CelValue {
  if ('root' in attribute) return resolvePlain(attribute, frame);
  const condition = attribute.condition(frame);
  if (condition === true) return resolve(attribute.yes, frame);
  if (condition === false) return resolve(attribute.no, frame);
  return condition instanceof CelError ? condition : NO_OVERLOAD;
}

function resolvePlain({ root, qualifiers }: PlainAttribute, frame: Frame): CelValue {
  let value = root(frame);
  if (value instanceof CelError) return value;
  let isOptional = false;
  if (value instanceof CelOptional) {
    if (value.value === undefined) return value;
    value = value.value;
    isOptional = true;
  }
  for (const { key: given, isGiven, optional, test } of qualifiers) {
    const key = typeof given === 'function' ? given(frame) : given;
    isOptional ||= optional;
    const found = key instanceof CelError ? key : find(value, key, isGiven);
    if (found instanceof CelError) {
      // Only what must be there costs something in vain.
      if (!isOptional) charge(frame, ACCESS_COST);
      return found;
    }
    if (test) {
      if (found !== undefined || !isOptional) charge(frame, ACCESS_COST);
      value = found !== undefined;
      if (isOptional && !value) return NONE;
      continue;
    }
    if (found === undefined && isOptional) return NONE;
    charge(frame, ACCESS_COST);
    if (found === undefined) return missing(value, key);
    value = found;
  }
  return isOptional ? new CelOptional(value) : value;
}

/** What lies under a key; `undefined` when nothing does. */
function find(value: CelValue, key: CelValue, isGiven: boolean | undefined): CelValue | undefined {
  if (!isMapKey(key)) return new CelError(`invalid qualifier type: ${goTypeName(key, isGiven)}`);
  if (isList(value)) {
    const index = listIndex(key);
    return index instanceof CelError ? index : value[index];
  }
  if (value instanceof CelLazyMap) return typeof key === 'string' ? value.find(key) : NO_OVERLOAD;
  if (isObjectValue(value) || value instanceof CelMap) return findInMap(value, key);
  return undefined;
}

function listIndex(key: CelValue): number | CelError {
  if (typeof key === 'bigint') return key >= 0n && key <= Number.MAX_SAFE_INTEGER ? Number(key) : -1;
  if (typeof key === 'number' && Number.isInteger(key)) return key;
  if (key instanceof CelUint && key.value < 2n ** 63n) return Number(key.value);
  const unknown = typeof key === 'number' || key instanceof CelUint;
  return new CelError(
    unknown
      ? `unsupported index value ${goValueText(key)} in list`
      : `unsupported index type '${typeNameOf(key)}' in list`,
  );
}

function missing(value: CelValue, key: CelValue): CelError {
  return new CelError(`${isList(value) ? 'index out of bounds' : 'no such key'}: ${goValueText(key)}`);
}
