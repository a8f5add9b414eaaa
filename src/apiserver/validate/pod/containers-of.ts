import type { JsonObject } from '../../../model/json.ts';
import { type FieldPath, root } from '../field-path.ts';
import { objs } from '../fields.ts';

/** Every container of a pod with its path: init containers, containers, ephemeral ones. Upstream: `VisitContainersWithPath`. */
export function allContainers(
  spec: JsonObject | undefined,
  path: FieldPath = root('spec'),
): readonly (readonly [JsonObject, FieldPath])[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    objs(spec, list).map((container, i) => [container, path.child(list).index(i)] as const),
  );
}
