import { compileWildcard } from '../../language/wildcard.ts';
import type { GroupVersionKind } from '../../model/resource.ts';

/** One entry of `kinds`, taken apart; every part is a wildcard pattern. */
export interface KindSelector {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `""`: the main resource only. */
  readonly subresource: string;
}

const VERSION = /^(v\d((alpha|beta)\d)?|\*)$/;

/**
 * Reads an entry of `kinds` such as `Pod`, `apps/v1/Deployment`, `Pod/exec` or `*`.
 * Upstream: `ParseKindSelector` in `pkg/utils/kube/kind.go`.
 */
export function parseKindSelector(text: string): KindSelector {
  const slashed = text.split('/');
  const parts = [...slashed.slice(0, -1), ...(slashed.at(-1) ?? '').split('.')];
  const [a = '', b = '', c = '', d = ''] = parts;
  const selector = (group: string, version: string, kind: string, subresource: string) => ({
    group,
    version,
    kind,
    subresource,
  });
  switch (parts.length) {
    case 1:
      return selector('*', '*', a, '');
    case 2:
      if (a === '*' && b === '*') return selector('*', '*', '*', '*');
      if (a === '*' && b.toLowerCase() === b) return selector('*', '*', a, b);
      return VERSION.test(a) ? selector('*', a, b, '') : selector('*', '*', a, b);
    case 3:
      return VERSION.test(a) ? selector('*', a, b, c) : selector(a, b, c, '');
    case 4:
      return selector(a, b, c, d);
    default:
      return selector('', '', '', '');
  }
}

/** Tests a resource's kind and subresource. */
export type KindTest = (gvk: GroupVersionKind, subresource: string) => boolean;

/**
 * Compiles a list of kinds. Ephemeral containers of v1 Pods match wherever v1 Pods do.
 * Upstream: `CheckKind` in `pkg/utils/match/kind.go`.
 */
export function compileKinds(kinds: readonly string[]): KindTest {
  const tests = kinds.map(compileKind);
  return (gvk, subresource) => tests.some((test) => test(gvk, subresource));
}

function compileKind(text: string): KindTest {
  const selector = parseKindSelector(text);
  const group = compileWildcard(selector.group);
  const version = compileWildcard(selector.version);
  const kind = compileWildcard(selector.kind);
  const sub = compileWildcard(selector.subresource);
  return (gvk, subresource) =>
    kind(gvk.kind) &&
    group(gvk.group) &&
    version(gvk.version) &&
    (sub(subresource) || (subresource === 'ephemeralcontainers' && isPod(gvk)));
}

function isPod({ group, version, kind }: GroupVersionKind): boolean {
  return kind === 'Pod' && version === 'v1' && group === '';
}

/**
 * True when a list of kinds names a kind, in any spelling: `Pod`, `v1/Pod`, `Pod/exec`.
 * Upstream: `ContainsKind` in `pkg/utils/kube/kind.go`.
 */
export function containsKind(kinds: readonly string[], kind: string): boolean {
  return kinds.some((entry) => plainKind(entry) === kind);
}

function plainKind(text: string): string {
  const kind = kindAndSubresource(text);
  const parts = kind.split('/');
  return parts.length === 2 ? (parts[0] ?? '') : kind;
}

function kindAndSubresource(text: string): string {
  const parts = text.split('/');
  const [a = '', b = '', c = '', d = ''] = parts;
  switch (parts.length) {
    case 1:
      return text.replace('.', '/');
    case 2:
      return VERSION.test(a) && text !== '*/*' ? b.replace('.', '/') : text;
    case 3:
      return VERSION.test(a) ? `${b}/${c}` : c.replace('.', '/');
    case 4:
      return `${c}/${d}`;
    default:
      return '';
  }
}
