import type { CelEnvironment } from '../environment.ts';
import type { Overload } from '../type-text.ts';

/** A function, operator or macro as it is listed. */
export interface Signature {
  /** As an expression writes it, e.g. `startsWith`, `math.least`, `<=`. */
  readonly name: string;
  /** One for each overload, e.g. `string.startsWith(string) -> bool`. */
  readonly forms: readonly string[];
  readonly isMacro: boolean;
}

/** What macros take and give, by their names in `macros.ts`; `x`, `k` and `v` are names that the macro declares. */
const MACRO_FORMS: Readonly<Record<string, readonly string[]>> = {
  'has:1:false': ['has(a.field) -> bool'],
  'all:2:true': ['list(A).all(x, bool) -> bool', 'map(A, B).all(k, bool) -> bool'],
  'all:3:true': ['list(A).all(i, x, bool) -> bool', 'map(A, B).all(k, v, bool) -> bool'],
  'exists:2:true': ['list(A).exists(x, bool) -> bool', 'map(A, B).exists(k, bool) -> bool'],
  'exists:3:true': ['list(A).exists(i, x, bool) -> bool', 'map(A, B).exists(k, v, bool) -> bool'],
  'exists_one:2:true': ['list(A).exists_one(x, bool) -> bool', 'map(A, B).exists_one(k, bool) -> bool'],
  'exists_one:3:true': ['list(A).exists_one(i, x, bool) -> bool', 'map(A, B).exists_one(k, v, bool) -> bool'],
  'existsOne:3:true': ['list(A).existsOne(i, x, bool) -> bool', 'map(A, B).existsOne(k, v, bool) -> bool'],
  'map:2:true': ['list(A).map(x, B) -> list(B)', 'map(A, B).map(k, C) -> list(C)'],
  'map:3:true': ['list(A).map(x, bool, B) -> list(B)', 'map(A, B).map(k, bool, C) -> list(C)'],
  'filter:2:true': ['list(A).filter(x, bool) -> list(A)', 'map(A, B).filter(k, bool) -> list(A)'],
  'optMap:2:true': ['optional_type(A).optMap(x, B) -> optional_type(B)'],
  'optFlatMap:2:true': ['optional_type(A).optFlatMap(x, optional_type(B)) -> optional_type(B)'],
  'transformList:3:true': ['list(A).transformList(i, x, B) -> list(B)', 'map(A, B).transformList(k, v, C) -> list(C)'],
  'transformList:4:true': [
    'list(A).transformList(i, x, bool, B) -> list(B)',
    'map(A, B).transformList(k, v, bool, C) -> list(C)',
  ],
  'transformMap:3:true': [
    'list(A).transformMap(i, x, B) -> map(int, B)',
    'map(A, B).transformMap(k, v, C) -> map(A, C)',
  ],
  'transformMap:4:true': [
    'list(A).transformMap(i, x, bool, B) -> map(int, B)',
    'map(A, B).transformMap(k, v, bool, C) -> map(A, C)',
  ],
  'transformMapEntry:3:true': [
    'list(A).transformMapEntry(i, x, map(B, C)) -> map(B, C)',
    'map(A, B).transformMapEntry(k, v, map(C, D)) -> map(C, D)',
  ],
  'transformMapEntry:4:true': [
    'list(A).transformMapEntry(i, x, bool, map(B, C)) -> map(B, C)',
    'map(A, B).transformMapEntry(k, v, bool, map(C, D)) -> map(C, D)',
  ],
  'sortBy:2:true': ['list(A).sortBy(x, B) -> list(A)'],
  'bind:3:true': ['cel.bind(x, A, B) -> B'],
  'least:*:true': ['math.least(A, ...) -> A'],
  'greatest:*:true': ['math.greatest(A, ...) -> A'],
  // Kyverno's leniency: the value itself where it is not optional.
  'orValue:1:true': ['dyn.orValue(dyn) -> dyn'],
};

const MACRO_NAMES: Readonly<Record<string, string>> = {
  bind: 'cel.bind',
  least: 'math.least',
  greatest: 'math.greatest',
};

/** Everything that an expression may call, by name; operators come first. */
export function signaturesOf(env: CelEnvironment): readonly Signature[] {
  const signatures = new Map<string, Signature>();
  const add = (name: string, forms: readonly string[], isMacro: boolean): void => {
    const known = signatures.get(name);
    signatures.set(name, {
      name,
      forms: [...(known?.forms ?? []), ...forms],
      isMacro: isMacro || (known?.isMacro ?? false),
    });
  };
  for (const macro of env.macros) {
    const [name = ''] = macro.split(':');
    add(MACRO_NAMES[name] ?? name, MACRO_FORMS[macro] ?? [], true);
  }
  for (const [fn, overloads] of env.functions()) {
    const name = writtenName(fn);
    if (name !== undefined) add(name, overloads.map(formOf), false);
  }
  return [...signatures.values()].sort(byName);
}

/** How an overload is called, with its types. */
export function formOf({ fn, member, args, result }: Overload): string {
  const types = args.map(({ text }) => text);
  const [receiver = '', ...rest] = types;
  if (OPERATOR.test(fn)) return `${operatorForm(fn, types)} -> ${result.text}`;
  const call = member ? `${receiver}.${fn}(${rest.join(', ')})` : `${fn}(${types.join(', ')})`;
  return `${call} -> ${result.text}`;
}

const OPERATOR = /^(?:@in|[!-]_|_[^\w@]+_?.*)$/;

/** The name as an expression writes it; `undefined` for functions that only macros call. */
function writtenName(fn: string): string | undefined {
  if (fn === '@in') return 'in';
  if (fn === 'in' || fn.includes('@') || /^(__|_in_)/.test(fn)) return undefined;
  if (fn === '_?._') return '.?';
  return OPERATOR.test(fn) ? fn.replaceAll('_', '') : fn;
}

function operatorForm(fn: string, [first = '', second = '', third = '']: readonly string[]): string {
  switch (fn) {
    case '@in':
      return `${first} in ${second}`;
    case '_?._':
      return `${first}.?field`;
    case '_[_]':
      return `${first}[${second}]`;
    case '_[?_]':
      return `${first}[?${second}]`;
    case '_?_:_':
      return `${first} ? ${second} : ${third}`;
    default: {
      const symbol = fn.replaceAll('_', '');
      return fn.startsWith('_') ? `${first} ${symbol} ${second}` : symbol + first;
    }
  }
}

function byName(a: Signature, b: Signature): number {
  const rank = ({ name }: Signature) => (/^[a-z]/i.test(name) ? 1 : 0);
  return rank(a) - rank(b) || a.name.localeCompare(b.name, 'en');
}
