import { stringify } from 'yaml';
import type { JsonObject } from '../../model/json.ts';

/** An object as YAML that Kubernetes reads back as the same object. */
export function yamlText(object: JsonObject): string {
  return stringify(object, { version: '1.1', lineWidth: 0 });
}
