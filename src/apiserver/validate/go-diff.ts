import type { Json } from '../../model/json.ts';
import { goTree, indentedJson } from './go-struct.ts';
import { unifiedDiff } from './unified-diff.ts';

/** How two values of a Go type (see `GO_TYPES`) differ, as the API server shows it. Upstream: apimachinery `diff.Diff`. */
export function goDiff(type: string, before: Json | undefined, after: Json | undefined): string {
  return unifiedDiff(indentedJson(goTree(type, before)), indentedJson(goTree(type, after)));
}
