import type { JsonArray, JsonObject } from '../../../model/json.ts';
import type { Evaluate, QueryEnvironment, Value } from '../value.ts';

/** The types a parameter can ask for, and what a function then gets. */
interface ArgumentTypes {
  readonly number: number;
  readonly string: string;
  /** Any list, that of `items()` too. */
  readonly array: JsonArray;
  readonly object: JsonObject;
  readonly 'array[number]': readonly number[];
  readonly 'array[string]': readonly string[];
  readonly expref: Evaluate;
  readonly any: Value;
}

/** A type that one argument may have. */
export type ArgumentType = keyof ArgumentTypes;

/** One type, or several joined by `|`. */
type Parameter = ArgumentType | `${ArgumentType}|${ArgumentType}` | `${ArgumentType}|${ArgumentType}|${ArgumentType}`;

type ArgumentOf<P extends string> = P extends `${infer First}|${infer Rest}`
  ? ArgumentOf<First> | ArgumentOf<Rest>
  : P extends ArgumentType
    ? ArgumentTypes[P]
    : never;

type ArgumentsOf<P extends readonly Parameter[]> = { readonly [I in keyof P]: ArgumentOf<P[I]> };

/** A function of the query language. */
export interface QueryFunction {
  readonly name: string;
  /** The types each argument may have. An empty list accepts any arguments. */
  readonly parameters: readonly (readonly ArgumentType[])[];
  /** Takes more arguments than it has parameters, and does not check their types. */
  readonly variadic: boolean;
  readonly returns: string;
  /** What `kyverno jp function` says about it; empty for standard functions. */
  readonly note: string;
  /** Gets arguments whose number and types are right. Throws `EvaluationError`. */
  readonly call: (args: readonly Value[], env: QueryEnvironment) => Value;
}

/** Defines a function with a fixed number of typed arguments. */
export function define<const P extends readonly Parameter[]>(
  name: string,
  parameters: P,
  returns: string,
  note: string,
  call: (args: ArgumentsOf<P>, env: QueryEnvironment) => Value,
): QueryFunction {
  return {
    name,
    parameters: parameters.map((parameter) => parameter.split('|') as ArgumentType[]),
    variadic: false,
    returns,
    note,
    // `callFunction` has checked the arguments against `parameters`.
    call: (args, env) => call(args as unknown as ArgumentsOf<P>, env),
  };
}

/** Defines a function that takes at least one argument, of any types. */
export function defineVariadic(
  name: string,
  type: ArgumentType,
  returns: string,
  call: (args: readonly Value[]) => Value,
): QueryFunction {
  return { name, parameters: [[type]], variadic: true, returns, note: '', call };
}

/** The signature as `kyverno jp function` prints it, e.g. `lookup(object|array, string|number) any`. */
export function signature({ name, parameters, returns }: QueryFunction): string {
  return `${name}(${parameters.map((types) => types.join('|')).join(', ')}) ${returns}`;
}
