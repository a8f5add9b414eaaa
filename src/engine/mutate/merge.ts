import { EvaluationError } from '../../model/failure.ts';
import { type MergeList, type MergeSchema, mergeSchemaOf } from './merge-keys.ts';
import { mergeElements } from './merge-list.ts';
import {
  type DocumentNode,
  expectKind,
  fieldOf,
  isMissing,
  isNothing,
  isNull,
  type ListNode,
  type MapNode,
  removeField,
  scalarText,
  setField,
} from './node.ts';

/** What a part of an object and of a patch are merged by. */
export type PartSchema = { readonly map?: MergeSchema; readonly list?: MergeList };

/** A part of the object and of the patch; either may be missing. */
export interface Sources {
  readonly dest: DocumentNode | undefined;
  readonly patch: DocumentNode | undefined;
}

/**
 * Merges a plain patch into an object and gives what becomes of it; `undefined` when the patch deletes it.
 * Changes both trees. Throws `EvaluationError`.
 * Upstream: `merge2.Merge` and `walk.Walker` in kyaml v0.21.1, with lists growing at their front.
 */
export function mergeNodes({ dest, patch }: Sources, known: PartSchema | undefined): DocumentNode | undefined {
  const schema = known ?? schemaSaidBy(dest) ?? schemaSaidBy(patch);
  const kind = kindOf(dest) ?? kindOf(patch);
  if (kind !== undefined) {
    expectKind(dest, kind);
    expectKind(patch, kind);
  }
  if (kind === 'scalar') return patch ?? dest;
  if (kind !== 'list') return mergeMaps(dest, patch, schema?.map);
  if (schema?.list === undefined) return patch ?? dest;
  const list = placeOf(dest, patch);
  return list?.kind === 'list'
    ? mergeElements(list, patch as ListNode | undefined, schema.list, mergeNodes)
    : undefined;
}

/** The kind of a node; null has none. */
function kindOf(node: DocumentNode | undefined): DocumentNode['kind'] | undefined {
  return node === undefined || isNull(node) ? undefined : node.kind;
}

/** An object inside that says which kind it is counts as one. */
function schemaSaidBy(node: DocumentNode | undefined): PartSchema | undefined {
  if (node?.kind !== 'map') return undefined;
  const [apiVersion, kind] = [scalarText(fieldOf(node, 'apiVersion')), scalarText(fieldOf(node, 'kind'))];
  const map = apiVersion === '' || kind === '' ? undefined : mergeSchemaOf(apiVersion, kind);
  return map === undefined ? undefined : { map };
}

function mergeMaps(
  dest: DocumentNode | undefined,
  patch: DocumentNode | undefined,
  schema: MergeSchema | undefined,
): DocumentNode | undefined {
  const map = placeOf(dest, patch);
  if (map?.kind !== 'map') return map;
  const patchMap = patch?.kind === 'map' ? patch : undefined;
  for (const key of fieldNames(map, patchMap)) {
    const sources = { dest: fieldOf(map, key), patch: fieldOf(patchMap, key) };
    setField(map, key, mergeNodes(sources, fieldSchema(schema, key)));
  }
  return map;
}

function fieldNames(...maps: readonly (MapNode | undefined)[]): readonly string[] {
  return [...new Set(maps.flatMap((map) => map?.entries.map(({ key }) => key) ?? []))].sort();
}

function fieldSchema(schema: MergeSchema | undefined, key: string): PartSchema | undefined {
  const { maps = {}, lists = {} } = schema ?? {};
  const list = Object.hasOwn(lists, key) ? lists[key] : undefined;
  if (list !== undefined) return { list };
  const map = Object.hasOwn(maps, key) ? maps[key] : undefined;
  return map === undefined ? undefined : { map };
}

/**
 * The map or list that the merge goes on with: the object's, or the patch's where the object has none or is replaced;
 * `undefined` when it is deleted. Carries out the `$patch` directive.
 */
function placeOf(dest: DocumentNode | undefined, patch: DocumentNode | undefined): DocumentNode | undefined {
  if (isMissing(dest)) {
    if (patch?.kind === 'map' && directiveOfMap(patch) === 'delete') return undefined;
    return patch === undefined && dest !== undefined ? { ...dest, kept: true } : patch;
  }
  if (isNull(patch)) return undefined;
  const directive =
    patch?.kind === 'map' ? checked(directiveOfMap(patch)) : patch?.kind === 'list' ? directiveOfList(patch) : 'merge';
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : dest;
}

const DIRECTIVE = '$patch';
const DIRECTIVES: readonly string[] = ['delete', 'replace', 'merge'];

/** The directive, removed from the patch when it is one. */
function directiveOfMap(patch: MapNode): string {
  const value = fieldOf(patch, DIRECTIVE);
  if (value === undefined) return 'merge';
  const text = scalarText(value);
  if (DIRECTIVES.includes(text)) removeField(patch, DIRECTIVE);
  return text;
}

function checked(directive: string): string {
  if (DIRECTIVES.includes(directive)) return directive;
  throw new EvaluationError(`unknown patch strategy '${directive}'`);
}

/** The directive of a list is an element with no other key. All that are the same are removed. */
function directiveOfList(patch: ListNode): string {
  const element = patch.items.find((item) => fieldOf(item, DIRECTIVE) !== undefined);
  if (element?.kind !== 'map' || element.entries.length > 1) return 'merge';
  const directive = checked(scalarText(fieldOf(element, DIRECTIVE)));
  patch.items = patch.items.filter((item) => {
    if (isNothing(item) && item.kind !== 'list') return false;
    const value = fieldOf(item, DIRECTIVE);
    return value === undefined || scalarText(value) !== directive;
  });
  return directive;
}
