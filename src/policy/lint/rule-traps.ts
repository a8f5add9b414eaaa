import { computeRules } from '../../engine/autogen/index.ts';
import { parseKindSelector } from '../../engine/match/kind.ts';
import { goJson } from '../../language/go-text.ts';
import { asObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { filtersOf, isGiven, kindsOf, objectsIn, text } from '../check/rule.ts';
import { conditionTraps, denyTraps } from './condition-traps.ts';
import type { Path, Trap } from './finding.ts';
import { patternTraps } from './pattern-traps.ts';

/** Everything suspicious in a policy that Kyverno accepts, rule by rule. */
export function policyTraps(policy: Policy): readonly Trap[] {
  const copies = new Set(computeRules(policy, '').map((rule) => text(rule, 'name')));
  return policy.rules.flatMap((rule, index) => {
    const path: Path = ['spec', 'rules', index];
    return [
      ...kindTraps(rule, path),
      ...autogenTraps(rule, path, policy, copies),
      ...conditionTraps(rule['preconditions'], [...path, 'preconditions'], false),
      ...validateTraps(asObject(rule['validate']) ?? {}, [...path, 'validate']),
    ];
  });
}

function validateTraps(validate: JsonObject, path: Path): readonly Trap[] {
  const anyPattern = validate['anyPattern'];
  const deny = asObject(validate['deny']);
  return [
    ...(isGiven(validate['pattern']) ? patternTraps(validate['pattern'], [...path, 'pattern']) : []),
    ...(Array.isArray(anyPattern)
      ? anyPattern.flatMap((one: Json, i) => patternTraps(one, [...path, 'anyPattern', i]))
      : []),
    ...(deny === undefined ? [] : denyTraps(deny, [...path, 'deny'])),
    ...conditionTraps(deny?.['conditions'], [...path, 'deny', 'conditions'], false),
    ...objectsIn(validate['foreach']).flatMap((loop, i) => foreachTraps(loop, [...path, 'foreach', i])),
    ...podSecurityTraps(validate, path),
  ];
}

function foreachTraps(loop: JsonObject, path: Path): readonly Trap[] {
  const deny = asObject(loop['deny']);
  const conditions = deny?.['conditions'];
  const unused = isGiven(conditions) && !/element|\{\{\s*@|context/.test(goJson(loop));
  return [
    ...(isGiven(loop['pattern']) ? patternTraps(loop['pattern'], [...path, 'pattern']) : []),
    ...(deny === undefined ? [] : denyTraps(deny, [...path, 'deny'])),
    ...conditionTraps(conditions, [...path, 'deny', 'conditions'], true),
    ...conditionTraps(loop['preconditions'], [...path, 'preconditions'], true),
    ...(unused
      ? [
          {
            code: 'foreach-without-element',
            path: [...path, 'deny'],
            message: 'the conditions do not mention `element`, so they are the same for every element',
            hint: 'use `{{ element.… }}`',
          },
        ]
      : []),
    ...objectsIn(loop['foreach']).flatMap((nested, i) => foreachTraps(nested, [...path, 'foreach', i])),
  ];
}

function podSecurityTraps(validate: JsonObject, path: Path): readonly Trap[] {
  const podSecurity = asObject(validate['podSecurity']);
  if (podSecurity === undefined) return [];
  const traps: Trap[] = [];
  if (podSecurity['level'] === 'privileged') {
    traps.push({
      code: 'privileged-is-restricted',
      path: [...path, 'podSecurity', 'level'],
      message: 'level `privileged` checks everything that `restricted` checks',
      hint: 'to allow everything remove the rule',
    });
  }
  if (text(validate, 'message') !== '') {
    traps.push({
      code: 'message-unused',
      path: [...path, 'message'],
      message: 'the message of a podSecurity rule is never shown',
      hint: 'remove it; Kyverno lists the failed controls instead',
    });
  }
  return traps;
}

/** Common kinds, for those who write `pod` or `Deployments`. */
const KINDS: ReadonlyMap<string, string> = new Map(
  [
    ...['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Service', 'Ingress'],
    ...['Namespace', 'Node', 'ConfigMap', 'Secret', 'ServiceAccount', 'PersistentVolume', 'PersistentVolumeClaim'],
    ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'NetworkPolicy', 'LimitRange', 'ResourceQuota'],
    ...['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'StorageClass', 'PriorityClass', 'Event', 'Endpoints'],
    ...['CustomResourceDefinition', 'ReplicationController'],
  ].map((kind) => [kind.toLowerCase(), kind]),
);

function kindTraps(rule: JsonObject, path: Path): readonly Trap[] {
  return ['match', 'exclude'].flatMap((block) =>
    filtersOf(asObject(rule[block]) ?? {}).flatMap(({ filter, path: below }) =>
      kindsOf(filter).flatMap((written, index) => {
        const { kind } = parseKindSelector(written);
        const lower = kind.toLowerCase();
        const near = KINDS.get(lower) ?? KINDS.get(lower.replace(/s$/, '')) ?? KINDS.get(lower.replace(/ies$/, 'y'));
        if (near === undefined || near === kind) return [];
        const steps = /^(any|all)\[(\d+)\]$/.exec(below);
        const filterPath = steps === null ? [] : [steps[1] ?? '', Number(steps[2])];
        return [
          {
            code: 'unknown-kind',
            path: [...path, block, ...filterPath, 'resources', 'kinds', index],
            message: `\`${kind}\` is no kind of Kubernetes, kinds are written exactly`,
            hint: `did you mean \`${near}\`?`,
          },
        ];
      }),
    ),
  );
}

/** A rule for Pods whose copies for controllers are missing although nobody said so. */
function autogenTraps(rule: JsonObject, path: Path, policy: Policy, names: ReadonlySet<string>): readonly Trap[] {
  const annotated = policy.annotations['pod-policies.kyverno.io/autogen-controllers'] !== undefined;
  const kinds = filtersOf(asObject(rule['match']) ?? {}).flatMap(({ filter }) => kindsOf(filter));
  const podOnly =
    kinds.length > 0 &&
    kinds.every((kind) => parseKindSelector(kind).kind === 'Pod' && !/[/.]\w+$/.test(kind.replace(/^v1\//, '')));
  const checks = isGiven(asObject(rule['validate']));
  const copied = [...names].some((name) => name.startsWith('autogen-'));
  if (annotated || !podOnly || !checks || copied) return [];
  const reason = autogenReason(policy);
  return [
    {
      code: 'autogen-off',
      path: [...path, 'match'],
      message: `Deployments and other controllers are not checked, only their Pods: ${reason}`,
      hint: 'set the annotation `pod-policies.kyverno.io/autogen-controllers: none` if that is meant',
    },
  ];
}

function autogenReason({ rules }: Policy): string {
  if (rules.some((rule) => isGiven(rule['generate']))) return 'the policy has a generate rule';
  for (const rule of rules) {
    for (const block of ['match', 'exclude']) {
      for (const { filter } of filtersOf(asObject(rule[block]) ?? {})) {
        const resources = asObject(filter['resources']) ?? {};
        const field = ['name', 'names', 'selector', 'annotations'].find((one) => isGiven(resources[one]));
        if (field !== undefined) return `rule \`${text(rule, 'name')}\` uses \`${field}\` in ${block}`;
        if (kindsOf(filter).length > 1)
          return `rule \`${text(rule, 'name')}\` lists Pod beside other kinds in ${block}`;
      }
    }
  }
  return 'write the kind as `Pod`, not `v1/Pod`';
}
