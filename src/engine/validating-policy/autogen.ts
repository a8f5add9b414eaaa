import {
  asArray,
  asObject,
  asString,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  setKey,
} from '../../model/json.ts';

/** A copy of a policy's spec for pod controllers. */
export interface AutogenSpec {
  readonly name: 'defaults' | 'cronjobs';
  readonly spec: JsonObject;
}

const APPS = ['daemonsets', 'deployments', 'replicasets', 'statefulsets'];
const TEMPLATES = { defaults: 'spec.template', cronjobs: 'spec.jobTemplate.spec.template' } as const;

/**
 * The copies for pod controllers that Kyverno makes of a policy which is about Pods alone.
 * Upstream: `pkg/cel/autogen`, `pkg/cel/policies/vpol/autogen/autogen.go`.
 */
export function autogenSpecs(spec: JsonObject): readonly AutogenSpec[] {
  const constraints = asObject(spec['matchConstraints']);
  if (constraints === undefined || !isAboutPodsAlone(constraints)) return [];
  const wanted = asArray(asObject(asObject(spec['autogen'])?.['podControllers'])?.['controllers']);
  const controllers = (wanted ?? [...APPS, 'jobs', 'cronjobs']).map((one) => asString(one) ?? '');
  const groups = { defaults: [...APPS, 'jobs'], cronjobs: ['cronjobs'] };
  return (['cronjobs', 'defaults'] as const).flatMap((name) => {
    const resources = groups[name].filter((one) => controllers.includes(one));
    if (resources.length === 0) return [];
    const { matchConstraints: _, ...rest } = spec;
    const moved = moveReferences({ ...rest, ...constraintsFor(resources, constraints) }, TEMPLATES[name]);
    return [{ name, spec: moved as JsonObject }];
  });
}

/** Are the constraints of the form of which Kyverno makes copies? Upstream: `CanAutoGen` in `pkg/cel/autogen`. */
export function isAboutPodsAlone(constraints: JsonObject): boolean {
  const selector = asObject(constraints['objectSelector']) ?? {};
  const selects =
    Object.keys(asObject(selector['matchLabels']) ?? {}).length > 0 || lengthOf(selector['matchExpressions']) > 0;
  const rules = asArray(constraints['resourceRules']) ?? [];
  const [rule] = rules;
  if (selects || lengthOf(constraints['excludeResourceRules']) > 0 || rules.length !== 1 || !isObject(rule))
    return false;
  const isOnly = (field: string, text: string) => lengthOf(rule[field]) === 1 && asArray(rule[field])?.[0] === text;
  return (
    lengthOf(rule['resourceNames']) === 0 &&
    isOnly('apiGroups', '') &&
    isOnly('apiVersions', 'v1') &&
    isOnly('resources', 'pods')
  );
}

/** No operations, no constraints: then the copy is about nothing. */
function constraintsFor(resources: readonly string[], { resourceRules, namespaceSelector }: JsonObject): JsonObject {
  const operations = asObject(asArray(resourceRules)?.[0])?.['operations'];
  if (operations === undefined || lengthOf(operations) === 0) return {};
  const apps = resources.filter((one) => APPS.includes(one));
  const batch = resources.filter((one) => !APPS.includes(one));
  const ruleOf = (apiGroup: string, of: readonly string[]): readonly JsonObject[] =>
    of.length === 0 ? [] : [{ apiGroups: [apiGroup], apiVersions: ['v1'], resources: [...of], operations }];
  return {
    matchConstraints: {
      resourceRules: [...ruleOf('apps', apps), ...ruleOf('batch', batch)],
      ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    },
  };
}

function lengthOf(list: Json | undefined): number {
  return asArray(list)?.length ?? 0;
}

/**
 * Replaces text wherever it stands, keys included, as Kyverno does over the whole JSON: `object.spec` and
 * `object.metadata` are read from the template, but for `.namespace`.
 */
function moveReferences(value: Json, template: string): Json {
  if (typeof value === 'string') return moveText(value, template);
  if (isArray(value)) return value.map((item) => moveReferences(item, template));
  if (!isObject(value)) return value;
  const moved: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value))
    setKey(moved, moveText(key, template), moveReferences(item, template));
  return moved;
}

function moveText(text: string, template: string): string {
  return text
    .replaceAll(/(object|oldObject)\.spec(?!\.namespace(?![A-Za-z0-9_]))/g, `$1.${template}.spec`)
    .replaceAll(/(object|oldObject)\.metadata(?!\.namespace(?![A-Za-z0-9_]))/g, `$1.${template}.metadata`);
}
