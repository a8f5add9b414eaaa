import { createEngineLane } from '../lanes/engine-lane.ts';
import type { JsonObject } from '../model/json.ts';
import type { Premise } from '../model/lane.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { readDocuments } from '../yaml/index.ts';
import type { Exchange } from './exchanges.ts';

const TEAM = `
  - name: team
    match: { any: [{ resources: { kinds: [Pod] } }] }
    validate: { message: label team is required, pattern: { metadata: { labels: { team: "?*" } } } }`;
const SPEC = 'spec: { containers: [{ name: c, image: "nginx:1" }] }';

const policy = (name: string, rules: string, action = 'Enforce'): string =>
  `apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: { name: ${name} }\nspec:\n  validationFailureAction: ${action}\n  rules:${rules}\n`;
const pod = (metadata: string, spec = SPEC): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { namespace: shapes, ${metadata} }\n${spec}\n`;

/** The like of some recorded exchanges: name, policies, what exists, and the object that is created. */
const CASES: readonly (readonly [name: string, policies: readonly string[], existing: string, object: string])[] = [
  ['allowed-pod#0', [policy('need-team', TEAM)], '', pod('name: a, labels: { team: x }')],
  ['denied-pod#0', [policy('need-team', TEAM)], '', pod('name: a')],
  [
    'audit-warns#0',
    [policy('need-team', TEAM, 'Audit').replace('spec:', 'spec:\n  emitWarning: true')],
    '',
    pod('name: a'),
  ],
  [
    'filtered-namespaces#0',
    [policy('need-team', TEAM)],
    '',
    pod('name: a').replace('namespace: shapes', 'namespace: kube-system'),
  ],
  [
    'schema-rejections#3',
    [policy('need-team', TEAM)],
    '',
    pod('name: a, labels: { team: x }', 'spec: { containers: [] }'),
  ],
  [
    'policy-exception#0',
    [policy('need-team', TEAM)],
    `apiVersion: kyverno.io/v2
kind: PolicyException
metadata: { name: ex, namespace: shapes }
spec:
  exceptions: [{ policyName: need-team, ruleNames: [team] }]
  match: { any: [{ resources: { kinds: [Pod] } }] }
`,
    pod('name: free'),
  ],
  [
    'api-call-context#0',
    [
      policy(
        'one-service',
        `
  - name: one
    match: { any: [{ resources: { kinds: [Service] } }] }
    context: [{ name: count, apiCall: { urlPath: "/api/v1/namespaces/{{ request.namespace }}/services", jmesPath: "items | length(@)" } }]
    validate: { message: "{{ count }} services already", deny: { conditions: { all: [{ key: "{{ count }}", operator: GreaterThanOrEquals, value: 1 }] } } }`,
      ),
    ],
    'apiVersion: v1\nkind: Service\nmetadata: { name: s1, namespace: shapes }\nspec: { ports: [{ port: 80 }] }\n',
    'apiVersion: v1\nkind: Service\nmetadata: { name: s2, namespace: shapes }\nspec: { ports: [{ port: 80 }] }\n',
  ],
  [
    'config-map-context#1',
    [
      policy(
        'teams',
        `
  - name: allowed
    match: { any: [{ resources: { kinds: [Pod] } }] }
    context: [{ name: allowed, configMap: { name: teams, namespace: shapes } }]
    validate: { message: "team must be one of {{ allowed.data.teams }}", deny: { conditions: { all: [{ key: "{{ request.object.metadata.labels.team }}", operator: AnyNotIn, value: "{{ allowed.data.teams | parse_yaml(@) }}" }] } } }`,
      ),
    ],
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: teams, namespace: shapes }\ndata: { teams: '["x","y"]' }\n`,
    pod('name: a, labels: { team: q }'),
  ],
  [
    'mutate-then-validate#0',
    [
      policy(
        'add-team',
        `
  - name: add
    match: { any: [{ resources: { kinds: [Pod] } }] }
    mutate: { patchStrategicMerge: { metadata: { labels: { "+(team)": default } } } }`,
      ),
      policy('need-team', TEAM),
    ],
    '',
    pod('name: a'),
  ],
];

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shapes }\n';

/** Exchanges of the project itself, in which the engine with its default settings plays the cluster. */
export async function ownExchanges(): Promise<readonly Exchange[]> {
  const cluster = createEngineLane({
    settings: DEFAULT_SETTINGS,
    clock: { now: () => 1e12 },
    random: { next: () => 0.25 },
  });
  return Promise.all(
    CASES.map(async ([name, texts, existing, object]): Promise<Exchange> => {
      const premise: Premise = {
        policies: texts.flatMap((text) => parsePolicies(text, `${name}.yaml`)),
        objects: read(`${NAMESPACE}---\n${existing}`),
      };
      const request = { operation: 'CREATE', object: read(object)[0] ?? {} } as const;
      const { judged: _judged, rules: _rules, ...answer } = await cluster.ask(premise, request);
      const shown = answer.object === undefined ? {} : { judged: answer.object };
      return { name, premise, request, answer: { ...answer, ...shown, lane: 'cluster', rules: [] } };
    }),
  );
}

function read(text: string): readonly JsonObject[] {
  return readDocuments(text, 'case.yaml', 'int').map(({ value }) => value);
}
