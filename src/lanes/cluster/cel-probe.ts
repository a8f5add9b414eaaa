import type { JsonObject } from '../../model/json.ts';
import { type ApiClient, statusMessage } from './client.ts';
import { withOwnedLabel } from './owned.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';

/** Kinds of policies that are proved on their own: each reaches whoever evaluates it by a way of its own. */
export type CelKind = 'ValidatingPolicy' | 'NamespacedValidatingPolicy' | 'ValidatingAdmissionPolicy';

/** The kind that a policy is proved with; `undefined` for policies with rules. A binding counts as its policy. */
export function celKindOf(kind: string): CelKind | undefined {
  const plain = kind.replace(/Binding$/, '');
  return CEL_KINDS.find((one) => one === plain);
}

const CEL_KINDS: readonly CelKind[] = ['ValidatingPolicy', 'NamespacedValidatingPolicy', 'ValidatingAdmissionPolicy'];

/** What is proved, under a name that no earlier probe used. */
export interface CelQuestion {
  readonly kinds: ReadonlySet<CelKind>;
  readonly name: string;
  /** Policies take ConfigMaps as parameters. */
  readonly params: boolean;
  /** The namespace for an exception; absent: exceptions need no proof. */
  readonly exceptionNamespace?: string;
}

const KYVERNO = '/apis/policies.kyverno.io/v1';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const KUBERNETES = '/apis/admissionregistration.k8s.io/v1';

/**
 * Proves policies without rules to be in force as they are stored, and removed ones to be gone: a policy of the same kind
 * that is made after all others warns. The objects are removed again. Throws `ClusterTroubleError`.
 */
export async function proveCelPolicies(client: ApiClient, question: CelQuestion, time: WaitClock): Promise<void> {
  const { kinds, name, params, exceptionNamespace } = question;
  const made: string[] = [];
  const make = async (collection: string, object: JsonObject): Promise<void> => {
    const reply = await client.send({ method: 'POST', path: collection, body: withOwnedLabel(object, 'probe') });
    if (reply.status >= 300) {
      const what = reply.status === 403 ? 'rights' : 'server';
      throw new ClusterTroubleError(what, `cannot make the probe ${name}: ${statusMessage(reply)}`);
    }
    made.push(`${collection}/${name}`);
  };
  const excepted = exceptionNamespace !== undefined && kinds.has('ValidatingPolicy');
  try {
    if (excepted)
      await make(
        `${KYVERNO}/namespaces/${exceptionNamespace}/policyexceptions`,
        probeException(name, exceptionNamespace),
      );
    for (const kind of kinds) {
      if (kind === 'ValidatingPolicy') await make(`${KYVERNO}/validatingpolicies`, probePolicy(kind, name));
      else if (kind === 'NamespacedValidatingPolicy') {
        await make(`${KYVERNO}/namespaces/default/namespacedvalidatingpolicies`, probePolicy(kind, name));
      } else {
        if (params)
          await make(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });
        await make(`${KUBERNETES}/validatingadmissionpolicies`, admissionPolicy(name, params));
        await make(`${KUBERNETES}/validatingadmissionpolicybindings`, binding(name, params));
      }
    }
    for (const kind of kinds) {
      await waitFor(
        'policies',
        () => look(client, name, (seen) => seen.includes(markOf(kind, name))),
        time,
        kind === 'ValidatingAdmissionPolicy' && params ? `a ${kind}; ${STALE}` : `a ${kind}`,
      );
    }
    if (excepted) {
      const isSilent = (seen: string) => !seen.includes(markOf('ValidatingPolicy', name));
      await waitFor('policies', () => look(client, `${name}-excepted`, isSilent), time, 'the probe of exceptions');
    }
  } finally {
    for (const path of made.reverse()) await client.send({ method: 'DELETE', path });
  }
}

// Upstream: `ensureParamsForPolicyLocked` starts an informer of a built-in kind once and never again.
const STALE =
  'an API server that once had none with ConfigMaps as parameters no longer learns of these until it is restarted';

async function look(client: ApiClient, name: string, isDone: (seen: string) => boolean): Promise<Look<undefined>> {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: `${name}-`, namespace: 'default' } };
  const reply = await client.send({ method: 'POST', path: `${CONFIG_MAPS}?dryRun=All`, body });
  const seen = [...reply.warnings, ...(reply.status < 300 ? [] : [statusMessage(reply)])].join('\n');
  return isDone(seen) ? { done: true, value: undefined } : { done: false, seen: seen === '' ? 'no warning' : seen };
}

/** What the probe of a kind warns with. */
function markOf(kind: CelKind, name: string): string {
  return `probe of ${kind} ${name}`;
}

function matching(name: string): JsonObject {
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
  return {
    matchConstraints: { resourceRules: [rule] },
    matchConditions: [
      { name: 'probe', expression: `object.metadata.?generateName.orValue('').startsWith('${name}-')` },
    ],
  };
}

function validations(kind: CelKind, name: string): readonly JsonObject[] {
  return [{ expression: 'false', message: markOf(kind, name) }];
}

function probePolicy(kind: CelKind, name: string): JsonObject {
  return {
    apiVersion: 'policies.kyverno.io/v1',
    kind,
    metadata: { name, ...(kind === 'ValidatingPolicy' ? {} : { namespace: 'default' }) },
    // Its conditions give it a webhook of its own, which is called once the API server knows of all webhooks.
    spec: {
      ...matching(name),
      failurePolicy: 'Ignore',
      validationActions: ['Warn'],
      validations: validations(kind, name),
    },
  };
}

function probeException(name: string, namespace: string): JsonObject {
  return {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'PolicyException',
    metadata: { name, namespace },
    spec: {
      policyRefs: [{ name, kind: 'ValidatingPolicy' }],
      matchConditions: [{ name: 'probe', expression: `object.metadata.generateName == '${name}-excepted-'` }],
    },
  };
}

/** With a parameter it also tells when the API server knows of those. */
function admissionPolicy(name: string, params: boolean): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      ...matching(name),
      failurePolicy: 'Ignore',
      ...(params ? { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } } : {}),
      validations: validations('ValidatingAdmissionPolicy', name),
    },
  };
}

function binding(name: string, params: boolean): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ['Warn'],
      ...(params ? { paramRef: { name, namespace: 'default', parameterNotFoundAction: 'Allow' } } : {}),
    },
  };
}
