import type { Overload } from './type-text.ts';
import type { CelType } from './types.ts';

/** What expressions may mention. */
export interface CelEnvironment {
  /** Types of variables; a name may have dots. */
  readonly variables: ReadonlyMap<string, CelType>;
  /** Type of a field of a struct; `undefined` for a struct or field that is not declared. */
  readonly fieldType: (struct: string, field: string) => CelType | undefined;
  /** Names of all declared fields. */
  readonly fieldNames: () => readonly string[];
  readonly hasStruct: (struct: string) => boolean;
  readonly overloadsOf: (fn: string) => readonly Overload[] | undefined;
  /** Every function by name; those with `@` or `__` in their names are what macros become. */
  readonly functions: () => ReadonlyMap<string, readonly Overload[]>;
  /** Macros by `name:arguments:isMember`, with `*` for any number of arguments. */
  readonly macros: ReadonlySet<string>;
}
