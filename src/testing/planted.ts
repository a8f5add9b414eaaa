import type { Cause } from '../compare/index.ts';
import type { LiveData } from '../lanes/live-data.ts';
import type { ClientRequest } from '../model/admission.ts';
import type { JsonObject } from '../model/json.ts';
import type { LaneAnswer, Premise } from '../model/lane.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';

/**
 * A difference that is planted in an exchange: the engine is asked otherwise than the cluster was, or the cluster's answer
 * is changed.
 */
export interface Plant {
  /** The exchange. */
  readonly in: string;
  /** What differs, for the name of the test. */
  readonly what: string;
  readonly premise?: (premise: Premise) => Premise;
  readonly request?: (request: ClientRequest) => ClientRequest;
  /** The cluster's answer to the request of the exchange. */
  readonly answer?: (answer: LaneAnswer, request: ClientRequest) => LaneAnswer;
  readonly settings?: ClusterSettings;
  /** What the cluster held, from the premise of the exchange. */
  readonly live?: (premise: Premise) => LiveData;
  readonly otherVersion?: true;
  /** The parts that must be found to differ. */
  readonly parts: readonly string[];
  readonly cause: Cause;
}

type Edit = (object: JsonObject) => JsonObject;

const withLabels =
  (labels: JsonObject | undefined): Edit =>
  ({ metadata, ...rest }) => {
    const { labels: _labels, ...others } = metadata as JsonObject;
    return { ...rest, metadata: labels === undefined ? others : { ...others, labels } };
  };
const annotated: Edit = ({ metadata, ...rest }) => ({
  ...rest,
  metadata: { ...(metadata as JsonObject), annotations: { sidecar: 'injected' } },
});
const withSpec =
  (spec: JsonObject): Edit =>
  (object) => ({ ...object, spec });

const ofRequest =
  (edit: Edit): Required<Plant>['request'] =>
  (request) => ({ ...request, object: edit(request.object ?? {}) });
const ofAnswer =
  (edit: Edit): ((answer: LaneAnswer) => LaneAnswer) =>
  (answer) => {
    const object = edit(answer.object ?? {});
    return { ...answer, object, judged: object };
  };
/** The cluster also showed the object as it was before the policies. */
const unmutated =
  (edit: Edit): ((answer: LaneAnswer) => LaneAnswer) =>
  (answer) => ({ ...answer, unmutated: edit(answer.object ?? {}) });

const givenNothing: Required<Plant>['premise'] = ({ policies, objects }) => ({
  policies,
  objects: objects.filter(({ kind }) => kind === 'Namespace'),
});
const givenTeams =
  (teams: string): Required<Plant>['premise'] =>
  ({ policies, objects }) => ({
    policies,
    objects: objects.map((object) => (object['kind'] === 'ConfigMap' ? { ...object, data: { teams } } : object)),
  });
/** Policies with another text, as though the engine had misread them. */
const misread =
  (from: string, to: string): Required<Plant>['premise'] =>
  ({ policies, objects }) => ({
    policies: policies.map((policy) => JSON.parse(JSON.stringify(policy).replaceAll(from, to)) as typeof policy),
    objects,
  });
const reworded =
  (from: string, to: string): Required<Plant>['answer'] =>
  (answer) => ({ ...answer, message: answer.message.replace(from, to) });
const config = (change: Readonly<Record<string, string>>): ClusterSettings => ({
  ...DEFAULT_SETTINGS,
  kyverno: { ...DEFAULT_SETTINGS.kyverno, config: { ...DEFAULT_SETTINGS.kyverno.config, ...change } },
});
const noExceptions: ClusterSettings = {
  ...DEFAULT_SETTINGS,
  kyverno: { ...DEFAULT_SETTINGS.kyverno, exceptions: { enabled: false, namespace: '' } },
};
const held =
  (kind: string): Required<Plant>['live'] =>
  ({ objects }) => {
    const collection = `/api/v1/namespaces/shapes/${kind.toLowerCase()}s`;
    const found = objects.filter((object) => object['kind'] === kind);
    return [{ collection, name: '', read: 'context', apiVersion: 'v1', kind, objects: found }];
  };

const CONTAINER: JsonObject = { containers: [{ name: 'c', image: 'x' }] };
const DENIED = ['verdict', 'denied', 'message'];

/** A difference of each cause, several ways. */
export const PLANTED: readonly Plant[] = [
  {
    in: 'allowed-pod#0',
    what: 'something set a label',
    request: ofRequest(withLabels(undefined)),
    parts: DENIED,
    cause: 'defaulting',
  },
  {
    in: 'allowed-pod#0',
    what: 'something set an annotation',
    answer: ofAnswer(annotated),
    parts: ['object'],
    cause: 'defaulting',
  },
  {
    in: 'mutate-then-validate#0',
    what: 'something set an annotation before the policies',
    answer: (answer) => unmutated(withLabels(undefined))(ofAnswer(annotated)(answer)),
    parts: ['object'],
    cause: 'defaulting',
  },
  {
    in: 'mutate-then-validate#0',
    what: 'a policy set another label',
    premise: misread('"default"', '"other"'),
    answer: unmutated(withLabels(undefined)),
    parts: ['object'],
    cause: 'engine',
  },
  {
    in: 'mutate-then-validate#0',
    what: 'a policy set no label',
    premise: misread('+(team)', '+(squad)'),
    answer: unmutated(withLabels(undefined)),
    parts: DENIED,
    cause: 'engine',
  },
  {
    in: 'mutate-then-validate#0',
    what: 'a policy set another label and nobody looked at the object before it,',
    premise: misread('"default"', '"other"'),
    parts: ['object'],
    cause: 'engine',
  },
  {
    in: 'schema-rejections#3',
    what: 'the API server refused the object',
    request: ofRequest(withSpec(CONTAINER)),
    parts: ['verdict', 'message'],
    cause: 'api-server-refusal',
  },
  {
    in: 'allowed-pod#0',
    what: 'only the engine refused the object as the API server would',
    request: ofRequest(withSpec({ containers: [] })),
    parts: ['verdict', 'message'],
    cause: 'api-server-refusal',
  },
  {
    in: 'allowed-pod#0',
    what: 'another webhook refused',
    answer: ({ object: _object, judged: _judged, ...answer }) => ({
      ...answer,
      allowed: false,
      code: 403,
      message: 'admission webhook "gate.example.com" denied the request: closed on Sundays',
    }),
    parts: ['verdict', 'message'],
    cause: 'api-server-refusal',
  },
  {
    in: 'filtered-namespaces#0',
    what: 'the cluster filters and the engine does not',
    settings: config({ webhooks: '', resourceFilters: '' }),
    parts: DENIED,
    cause: 'filtered',
  },
  {
    in: 'denied-pod#0',
    what: 'only the engine filters pods',
    settings: config({ resourceFilters: '[Pod,*,*]' }),
    parts: DENIED,
    cause: 'filtered',
  },
  {
    in: 'denied-pod#0',
    what: 'only the engine excludes the user',
    settings: config({ excludeGroups: 'system:masters' }),
    parts: DENIED,
    cause: 'filtered',
  },
  {
    in: 'policy-exception#0',
    what: 'only the cluster has exceptions enabled',
    settings: noExceptions,
    parts: DENIED,
    cause: 'configuration',
  },
  {
    in: 'api-call-context#0',
    what: 'a Service exists that is not given',
    premise: givenNothing,
    live: held('Service'),
    parts: DENIED,
    cause: 'live-data',
  },
  {
    in: 'config-map-context#1',
    what: 'the ConfigMap says something else',
    premise: givenTeams('["x","z"]'),
    live: held('ConfigMap'),
    parts: ['message'],
    cause: 'live-data',
  },
  {
    in: 'config-map-context#1',
    what: 'the ConfigMap says something else and something set the label',
    premise: givenTeams('["x","z"]'),
    request: ofRequest(withLabels({ team: 'x' })),
    answer: (answer, { object = {} }) => ({ ...answer, judged: object }),
    live: held('ConfigMap'),
    parts: DENIED,
    cause: 'live-data',
  },
  {
    in: 'denied-pod#0',
    what: 'another release words it otherwise',
    answer: reworded('validation error', 'validation failure'),
    otherVersion: true,
    parts: ['message'],
    cause: 'version',
  },
  {
    in: 'allowed-pod#0',
    what: 'another release has another default',
    answer: ofAnswer(annotated),
    otherVersion: true,
    parts: ['object'],
    cause: 'version',
  },
  {
    in: 'denied-pod#0',
    what: 'the engine words it otherwise',
    premise: misread('label team is required', 'label needed'),
    parts: ['message'],
    cause: 'engine',
  },
  {
    in: 'denied-pod#0',
    what: 'the engine does not see that the rule matches',
    premise: misread('"Pod"', '"Job"'),
    parts: DENIED,
    cause: 'engine',
  },
  {
    in: 'audit-warns#0',
    what: 'the engine warns otherwise',
    premise: misread('label team is required', 'label needed'),
    parts: ['warnings'],
    cause: 'engine',
  },
];
