import { parseApiVersion } from '../model/resource.ts';
import type { ResponseMap } from './responses.ts';
import type { ResultRow } from './test-document.ts';

/** A resource that a row speaks of. */
export interface SelectedKey {
  readonly key: string;
  /** True when it is a mutate-existing target rather than a trigger. */
  readonly isTarget: boolean;
}

/**
 * The resource keys that a row selects, targets before triggers. A name selects by name, `namespace/name` by both. A row
 * that selects nothing applies to everything, which is what the real command does with a misspelt name.
 * Upstream: `cmd/cli/kubectl-kyverno/commands/test/output.go`, `utils.go`.
 */
export function selectKeys(row: ResultRow, targets: ResponseMap, triggers: ResponseMap): readonly SelectedKey[] {
  const selected = explicitKeys(row, targets, triggers);
  if (selected.length > 0) return selected;
  return [
    ...[...targets.keys()].map((key) => ({ key, isTarget: true })),
    ...[...triggers.keys()].map((key) => ({ key, isTarget: false })),
  ];
}

type Keys = Pick<ReadonlyMap<string, unknown>, 'keys'>;

/** The keys that a row names, without the widening of a row that names none. */
export function explicitKeys(row: ResultRow, targets: Keys, triggers: Keys): readonly SelectedKey[] {
  const selected: SelectedKey[] = [];
  for (const name of row.resources ?? []) {
    for (const key of targets.keys()) if (nameSelects(name, key)) selected.push({ key, isTarget: true });
    for (const key of triggers.keys()) if (nameSelects(name, key)) selected.push({ key, isTarget: false });
  }
  if (row.resources === undefined) return selected;
  for (const spec of row.resourceSpecs ?? []) {
    const matches = (key: string): boolean => {
      const [apiVersion = '', , namespace = '', name = ''] = key.split(',');
      const { group, version } = parseApiVersion(apiVersion);
      return (
        group === (spec.group ?? '') &&
        version === (spec.version ?? '') &&
        namespace === (spec.namespace ?? '') &&
        name === (spec.name ?? '')
      );
    };
    for (const key of targets.keys()) if (matches(key)) selected.push({ key, isTarget: true });
    for (const key of triggers.keys()) if (matches(key)) selected.push({ key, isTarget: false });
  }
  return selected;
}

/** True when `web` or `team-a/web` means the resource with this key. */
export function nameSelects(name: string, key: string): boolean {
  if (name.includes(',')) return false;
  const slash = name.indexOf('/');
  // The key of a document without identity is its path.
  if (slash < 0) return key === name || key.endsWith(`,${name}`);
  if (name.includes('/', slash + 1)) return false;
  return key.endsWith(`,${name.slice(0, slash)},${name.slice(slash + 1)}`);
}
