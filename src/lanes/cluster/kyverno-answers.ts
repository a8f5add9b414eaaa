import { type ApiClient, statusMessage } from './client.ts';
import type { Look } from './wait.ts';

/** Kyverno's own policy webhook answers a dry run: then its certificates and services are in place. */
export async function kyvernoAnswers(client: ApiClient): Promise<Look<undefined>> {
  const hooks = await client.send({
    method: 'GET',
    path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/kyverno-resource-validating-webhook-cfg',
  });
  if (hooks.status !== 200) return { done: false, seen: 'its webhooks are not registered' };
  const body = {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'kyverdict-ready' },
    spec: {
      background: false,
      rules: [
        {
          name: 'ready',
          match: { any: [{ resources: { kinds: ['ConfigMap'] } }] },
          validate: { message: 'ready', deny: {} },
        },
      ],
    },
  };
  const reply = await client.send({ method: 'POST', path: '/apis/kyverno.io/v1/clusterpolicies?dryRun=All', body });
  return reply.status === 201 ? { done: true, value: undefined } : { done: false, seen: statusMessage(reply) };
}
