import { parseKindSelector } from '../../engine/match/kind.ts';
import { findVariables } from '../../engine/variables/syntax.ts';
import { hasWildcard } from '../../language/wildcard.ts';
import { asObject, type JsonObject } from '../../model/json.ts';
import type { AtPath } from './conditions.ts';
import type { Access, ClusterView } from './context.ts';
import { allKindsOf, isGiven, objectsIn, text, textsIn } from './rule.ts';

const ACCOUNT = 'system:serviceaccount:kyverno:kyverno-';
const REPORTS = `${ACCOUNT}reports-controller`;
const BACKGROUND = `${ACCOUNT}background-controller`;
const ADMISSION = `${ACCOUNT}admission-controller`;

/** What an account lacks, in Kyverno's words; `undefined` when nothing. Upstream: pkg/policy/auth/auth.go. */
function missing(cluster: ClusterView | undefined, access: Access): string | undefined {
  const denied = cluster?.deniedVerbs?.(access) ?? [];
  if (denied.length === 0) return undefined;
  const resource = access.subresource === '' ? access.kind : `${access.kind}/${access.subresource}`;
  const where = access.namespace === '' ? '' : ` in namespace ${access.namespace}`;
  return `${access.account} requires permissions ${denied.join(',')} for resource ${resource}${where}`;
}

/** Kinds that Kyverno's reports account may not read. A validate rule is told of the first only. */
export function reportWarnings(rule: JsonObject, cluster: ClusterView | undefined, all: boolean): readonly string[] {
  const warnings: string[] = [];
  const verbs = ['get', 'list', 'watch'];
  for (const kind of allKindsOf(asObject(rule['match']))) {
    if (hasWildcard(kind)) return [];
    const warning = missing(cluster, { account: REPORTS, verbs, kind, namespace: '', subresource: '' });
    if (warning === undefined) continue;
    if (!all) return [warning];
    warnings.push(warning);
  }
  return warnings;
}

/** Targets that Kyverno's background account may not change. Upstream: `validateAuth` in pkg/policy/mutate/validate.go. */
export function targetAccessError(mutate: JsonObject, cluster: ClusterView | undefined): AtPath | undefined {
  const errors = objectsIn(mutate['targets']).flatMap((target) => {
    const written = text(target, 'kind');
    if (findVariables(written).length > 0) return [];
    const { kind, subresource } = parseKindSelector(written);
    const fullKind = `${text(target, 'apiVersion')}/${kind}`;
    const access = {
      account: BACKGROUND,
      verbs: ['get', 'update'],
      kind: fullKind,
      namespace: text(target, 'namespace'),
    };
    return missing(cluster, { ...access, subresource }) ?? [];
  });
  if (errors.length === 0) return undefined;
  const intro = `auth check fails, additional privileges are required for the service account '${BACKGROUND}'`;
  return { path: 'targets', error: `${intro}: ${errors.join('; ')}` };
}

/** What Kyverno's accounts lack to generate objects. Upstream: `validateAuth` in pkg/policy/generate/validate.go. */
export function generateAccessError(
  generate: JsonObject,
  cluster: ClusterView | undefined,
  forAdmission: boolean,
): AtPath | undefined {
  const change = generate['synchronize'] === true ? ['get', 'create', 'update', 'delete'] : ['get', 'create'];
  const account = forAdmission ? ADMISSION : BACKGROUND;
  const verbs = forAdmission ? ['list', 'get'] : change;
  const isLoop = isGiven(generate['foreach']);
  for (const pattern of isLoop ? objectsIn(generate['foreach']) : [generate]) {
    const { kind, subresource } = generatedKind(pattern);
    if (findVariables(kind).length > 0) continue;
    const error = missing(cluster, { account, verbs, kind, namespace: text(pattern, 'namespace'), subresource });
    if (error !== undefined) return { path: isLoop ? 'foreach' : '', error };
  }
  return undefined;
}

/** Of several cloned kinds only the first is asked for. */
function generatedKind(pattern: JsonObject): { readonly kind: string; readonly subresource: string } {
  const [cloned] = textsIn(asObject(pattern['cloneList'])?.['kinds']);
  if (cloned === undefined) {
    const [kind = '', subresource = ''] = text(pattern, 'kind').split('/');
    return { kind: `${text(pattern, 'apiVersion')}/${kind}`, subresource };
  }
  const { group, version, kind, subresource } = parseKindSelector(cloned);
  const groupVersion = [group, version].filter((part) => part !== '*').join('/');
  return { kind: groupVersion === '' ? kind : `${groupVersion}/${kind}`, subresource };
}
