import { goQuote } from '../../language/go-text.ts';
import type { Json } from '../../model/json.ts';
import type { FieldPath } from './field-path.ts';
import { jsonText, renderValue } from './go-value.ts';

/** The kinds of field error. Upstream: apimachinery `pkg/util/validation/field/errors.go`. */
export type FieldErrorType =
  | 'NotFound'
  | 'Required'
  | 'Duplicate'
  | 'Invalid'
  | 'NotSupported'
  | 'Forbidden'
  | 'TooLong'
  | 'TooMany'
  | 'TooFew'
  | 'TooShort'
  | 'Internal';

/** One complaint about one field of an object. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** e.g. `spec.containers[0].image`; `<nil>` where upstream has no path. */
  readonly path: string;
  /** The refused value as text, ready to print (quoted string, JSON); absent where the kind of error shows none. */
  readonly value?: string;
  /** What is wrong with it; may be empty. */
  readonly detail: string;
}

const TITLES: Readonly<Record<FieldErrorType, string>> = {
  NotFound: 'Not found',
  Required: 'Required value',
  Duplicate: 'Duplicate value',
  Invalid: 'Invalid value',
  NotSupported: 'Unsupported value',
  Forbidden: 'Forbidden',
  TooLong: 'Too long',
  TooMany: 'Too many',
  TooFew: 'Too few',
  TooShort: 'Too short',
  Internal: 'Internal error',
};

/** A value that may not be there: `undefined` is Go's nil and prints as `null`. */
export type BadValue = Json | undefined;

/** The field must be set. */
export function required(path: FieldPath, detail = ''): FieldError {
  return { type: 'Required', path: path.toString(), detail };
}

/** The value is malformed. Strings print quoted, lists and objects as JSON. */
export function invalid(path: FieldPath, value: BadValue, detail: string): FieldError {
  return { type: 'Invalid', path: path.toString(), value: renderValue(value), detail };
}

/** As `invalid`, with the value's text given, for values whose Go type is no plain JSON. */
export function invalidText(path: FieldPath, value: string, detail: string): FieldError {
  return { type: 'Invalid', path: path.toString(), value, detail };
}

/**
 * The value is none of the allowed ones, which are listed in the order given. The value's Go type is a named one, so
 * it prints as JSON, not as a quoted Go string; `undefined` is a nil pointer.
 */
export function notSupported(path: FieldPath, value: BadValue, supported: readonly string[]): FieldError {
  return notSupportedText(path, jsonText(value), supported);
}

/** As `notSupported`, with the value's text given. */
export function notSupportedText(path: FieldPath, value: string, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`;
  return { type: 'NotSupported', path: path.toString(), value, detail };
}

/** The value occurs twice where it must be unique. */
export function duplicate(path: FieldPath, value: BadValue): FieldError {
  return { type: 'Duplicate', path: path.toString(), value: renderValue(value), detail: '' };
}

/** The field may not be set (so) here. */
export function forbidden(path: FieldPath, detail: string): FieldError {
  return { type: 'Forbidden', path: path.toString(), detail };
}

/** The value names something that does not exist. */
export function notFound(path: FieldPath, value: BadValue): FieldError {
  return { type: 'NotFound', path: path.toString(), value: renderValue(value), detail: '' };
}

/** The value is longer than `max` bytes. */
export function tooLong(path: FieldPath, max: number): FieldError {
  return {
    type: 'TooLong',
    path: path.toString(),
    detail: `may not be more than ${max} ${max === 1 ? 'byte' : 'bytes'}`,
  };
}

/** One error of kind `Invalid` per complaint. */
export function invalidEach(path: FieldPath, value: BadValue, details: readonly string[]): FieldError[] {
  return details.map((detail) => invalid(path, value, detail));
}

/** The list has more than `max` items. */
export function tooMany(path: FieldPath, actual: number, max: number): FieldError {
  const detail = `must have at most ${max} ${max === 1 ? 'item' : 'items'}`;
  return { type: 'TooMany', path: path.toString(), value: String(actual), detail };
}

/** An error of the server itself, shown among the field errors. */
export function internal(path: FieldPath, detail: string): FieldError {
  return { type: 'Internal', path: path.toString(), detail };
}

/** `path: Kind of error: value: detail`. Upstream: `field.Error.Error`. */
export function fieldErrorText(error: FieldError): string {
  return `${error.path}: ${fieldErrorBody(error)}`;
}

/** The error's text without its path: the message of a Status cause. Upstream: `field.Error.ErrorBody`. */
function fieldErrorBody({ type, value, detail }: FieldError): string {
  return TITLES[type] + (value === undefined ? '' : `: ${value}`) + (detail === '' ? '' : `: ${detail}`);
}

/**
 * Several errors as one text: alone as it is, more in brackets, each text once.
 * Upstream: `field.ErrorList.ToAggregate` and `utilerrors.aggregate.Error`.
 */
export function fieldErrorsText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(fieldErrorText))];
  return texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`;
}

/**
 * The message of the 422 Status: `Deployment.apps "x" is invalid: …`. `group` is `""` for the core group.
 * Upstream: apimachinery `errors.NewInvalid`.
 */
export function invalidMessage(group: string, kind: string, name: string, errors: readonly FieldError[]): string {
  const qualified = group === '' ? kind : `${kind}.${group}`;
  const head = `${qualified} ${goQuote(name)} is invalid`;
  return errors.length === 0 ? head : `${head}: ${fieldErrorsText(errors)}`;
}
