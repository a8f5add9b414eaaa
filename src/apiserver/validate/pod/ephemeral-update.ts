import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden } from '../field-error.ts';
import { root } from '../field-path.ts';
import { obj, objs, str } from '../fields.ts';
import { goDiff } from '../go-diff.ts';
import { semanticEqual } from '../immutable.ts';
import { checkCoreMetadataUpdate } from '../metadata.ts';
import { checkPodAnnotationUpdates } from './annotations.ts';
import { podOptions } from './options.ts';
import { checkPod } from './pod.ts';
import { isMirrorPod } from './resource-claims.ts';

/** An update through `ephemeralcontainers`. Upstream: `ValidatePodEphemeralContainersUpdate`. */
export function checkEphemeralUpdate(pod: JsonObject, old: JsonObject): FieldError[] {
  if (isMirrorPod(obj(old, 'metadata'))) {
    return [forbidden(root(''), 'static pods do not support ephemeral containers')];
  }
  const options = { ...podOptions(old), isPod: true };
  const errors = [
    ...checkCoreMetadataUpdate(pod, old),
    ...checkPod(pod, options),
    ...checkPodAnnotationUpdates(root('metadata', 'annotations'), pod, old, options),
  ];
  const at = root('spec', 'ephemeralContainers');
  const now = new Map(objs(obj(pod, 'spec'), 'ephemeralContainers').map((item) => [str(item, 'name'), item] as const));
  for (const before of objs(obj(old, 'spec'), 'ephemeralContainers')) {
    const name = str(before, 'name');
    const container = now.get(name);
    const subject = `existing ephemeral containers ${goQuote(name)}`;
    if (container === undefined) errors.push(forbidden(at, `${subject} may not be removed\n`));
    else if (!semanticEqual('core.EphemeralContainer', before, container)) {
      const diff = goDiff('core.EphemeralContainer', before, container);
      errors.push(forbidden(at, `${subject} may not be changed\n${diff}`));
    }
  }
  return errors;
}
