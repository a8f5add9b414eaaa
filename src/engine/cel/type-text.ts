import {
  type CelType,
  listType,
  mapType,
  opaqueType,
  PLAIN_TYPES,
  paramType,
  structType,
  typeOfType,
} from './types.ts';

/** A function of a library, as the checker and the dispatcher see it. */
export interface Overload {
  /** e.g. `startsWith`, `_+_`, `sets.contains`. */
  readonly fn: string;
  /** e.g. `starts_with_string`. */
  readonly id: string;
  /** Called on a receiver, which is then the first of `args`. */
  readonly member: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** Type parameters that occur in it. */
  readonly params: readonly string[];
}

/**
 * Reads declarations: one function a line, `name: overload | overload …`, an overload being `id(args) result` or
 * `id receiver.(args) result`. Single capital letters are type parameters, names with a dot types of a library.
 */
export function parseDeclarations(text: string): ReadonlyMap<string, readonly Overload[]> {
  const declared = new Map<string, readonly Overload[]>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(': ');
    if (at < 0) continue;
    const fn = line.slice(0, at).trim();
    const overloads = line
      .slice(at + 2)
      .split(' | ')
      .map((one) => parseOverload(fn, one.trim()));
    declared.set(fn, overloads);
  }
  return declared;
}

function parseOverload(fn: string, text: string): Overload {
  const reader = new TypeReader(text);
  const id = reader.word();
  const member = reader.skip(' ');
  const receiver = member ? [reader.type()] : [];
  if (member) reader.skip('.');
  reader.skip('(');
  const args = [...receiver, ...reader.types(')')];
  reader.skip(' ');
  const result = reader.type();
  return { fn, id, member, args, result, params: [...reader.params] };
}

/** A type from its text, e.g. `map(string, list(A))`. */
export function parseType(text: string): CelType {
  return new TypeReader(text).type();
}

/** Library types that count as structs, so that null and no field of them is known; other names with a dot are opaque. */
const STRUCT = /^(kubernetes|user|libs|kyverno)\.(?!image$)/;

class TypeReader {
  readonly params = new Set<string>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Up to the next blank or parenthesis. */
  word(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !' (),'.includes(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  skip(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  types(end: string): readonly CelType[] {
    const types: CelType[] = [];
    while (!this.skip(end)) {
      types.push(this.type());
      this.skip(', ');
    }
    return types;
  }

  type(): CelType {
    let name = this.word();
    // A receiver's type ends at the dot before its arguments.
    if (name.endsWith('.')) {
      name = name.slice(0, -1);
      this.#at--;
    }
    const params = this.skip('(') ? this.types(')') : [];
    const [first = PLAIN_TYPES.dyn, second = PLAIN_TYPES.dyn] = params;
    if (name === 'list') return listType(first);
    if (name === 'map') return mapType(first, second);
    if (name === 'type' && params.length > 0) return typeOfType(first);
    if (Object.hasOwn(PLAIN_TYPES, name)) return PLAIN_TYPES[name as keyof typeof PLAIN_TYPES];
    if (/^[A-Z]$/.test(name)) {
      this.params.add(name);
      return paramType(name);
    }
    return STRUCT.test(name) ? structType(name) : opaqueType(name, params);
  }
}
