/** What an entry of `kinds` selects; each part may hold wildcards, `""` as subresource is the main resource only. */
export interface KindSelector {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly subresource: string;
}

const VERSION = /^(?:v\d(?:(?:alpha|beta)\d)?|\*)$/;

/**
 * Reads `Pod`, `v1/Pod`, `apps/v1/Deployment/scale`, `Pod.status`, `*` and `*``/``*`.
 * Upstream: `ParseKindSelector` in `pkg/utils/kube/kind.go`.
 */
export function parseKindSelector(text: string): KindSelector {
  const slashed = text.split('/');
  const parts = [...slashed.slice(0, -1), ...(slashed.at(-1) ?? '').split('.')];
  const [a = '', b = '', c = '', d = ''] = parts;
  const of = (group: string, version: string, kind: string, subresource: string): KindSelector => ({
    group,
    version,
    kind,
    subresource,
  });
  switch (parts.length) {
    case 1:
      return of('*', '*', a, '');
    case 2:
      if (a === '*' && b === '*') return of('*', '*', '*', '*');
      if (a === '*' && b.toLowerCase() === b) return of('*', '*', a, b);
      return VERSION.test(a) ? of('*', a, b, '') : of('*', '*', a, b);
    case 3:
      return VERSION.test(a) ? of('*', a, b, c) : of(a, b, c, '');
    case 4:
      return of(a, b, c, d);
    default:
      return of('', '', '', '');
  }
}
