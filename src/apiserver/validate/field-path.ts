/**
 * The way to a field, as a chain that becomes text only when an error needs it.
 * Upstream: apimachinery `pkg/util/validation/field/path.go`.
 */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #part: string;
  constructor(part: string, parent?: FieldPath) {
    this.#part = part;
    this.#parent = parent;
  }
  /** The path of a field of this one; a field without a name prints as `[]`. */
  child(...names: readonly string[]): FieldPath {
    return names.reduce<FieldPath>((at, name) => new FieldPath(name === '' ? '[]' : `.${name}`, at), this);
  }
  /** The path of a list's item. */
  index(index: number): FieldPath {
    return new FieldPath(`[${index}]`, this);
  }
  /** The path of a map's value. */
  key(key: string): FieldPath {
    return new FieldPath(`[${key}]`, this);
  }
  /** `spec.containers[0].ports[1]`. */
  toString(): string {
    return (this.#parent?.toString() ?? '') + this.#part;
  }
}

/** A root path. `root('spec', 'template')` is `spec.template`. */
export function root(name: string, ...more: readonly string[]): FieldPath {
  return new FieldPath(name === '' ? '[]' : name).child(...more);
}
