/** One step into an object: a key, or any element of a list. */
export type Step = string | typeof EACH;
/** Any element of a list. */
export const EACH = null;
/** Stands for the names of the fields of a map, where a policy looks at them instead of at the values. */
export const KEYS = '(keys)';
/** A place in an object, from its top. */
export type FieldPath = readonly Step[];

/** The lists of containers of a pod, below its `spec`. */
export const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** E.g. `spec.containers[*].image`, `metadata.labels["app.type"]`. */
export function pathText(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (step === EACH) return `${text}[*]`;
    if (!/^[\w-]+$/.test(step)) return `${text}["${step}"]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** True where `path` is `prefix` or below it. */
export function startsWith(path: FieldPath, prefix: FieldPath): boolean {
  return prefix.every((step, i) => path[i] === step && i < path.length);
}
