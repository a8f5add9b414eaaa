import { readFileSync } from 'node:fs';
import { answerOf } from '../lanes/cluster/answer.ts';
import { ClusterTroubleError } from '../lanes/cluster/trouble.ts';
import type { ClientRequest } from '../model/admission.ts';
import { asArray, asObject, asString, type JsonObject, parseJson } from '../model/json.ts';
import type { LaneAnswer, Premise } from '../model/lane.ts';
import { parsePolicies } from '../policy/index.ts';
import { recordedObjects, recordedRequest } from './recorded-request.ts';
import { shared } from './shared.ts';

/** A request of `../shared/recorded/exchanges.json`, what held then, and what the real cluster answered. */
export interface Exchange {
  /** Scenario and number, e.g. `denied-pod#0`. */
  readonly name: string;
  readonly premise: Premise;
  readonly request: ClientRequest;
  /** As the cluster lane reads it; absent where it is trouble. */
  readonly answer?: LaneAnswer;
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** The exchanges that are about admission (other methods and paths are left out); none without `../shared`. */
export function readExchanges(): readonly Exchange[] {
  const { url, skip } = shared('recorded/exchanges.json');
  if (skip !== false) return [];
  const text = readFileSync(url, 'utf8');
  const policies = (JSON.parse(text) as readonly { readonly policies: readonly unknown[] }[]).map((scenario) =>
    scenario.policies.map((policy) => JSON.stringify(policy)),
  );
  return recordedObjects(parseJson(text, 'int')).flatMap((scenario, at) => {
    const name = asString(scenario['name']) ?? '';
    const premise: Premise = {
      policies: (policies[at] ?? []).flatMap((source) => parsePolicies(source, `${name}.json`)),
      objects: [...recordedObjects(scenario['existing']), ...recordedObjects(scenario['exceptions'])],
    };
    return recordedObjects(scenario['exchanges']).flatMap((exchange, i): readonly Exchange[] => {
      const http = asObject(exchange['request']) ?? {};
      if (!METHODS.includes(String(http['method'])) || String(http['path']).startsWith('/apis/kyverno.io/')) return [];
      const request = recordedRequest(http);
      const answer = recordedAnswer(request, asObject(exchange['response']) ?? {});
      return [{ name: `${name}#${i}`, premise, request, ...(answer === undefined ? {} : { answer }) }];
    });
  });
}

function recordedAnswer(request: ClientRequest, response: JsonObject): LaneAnswer | undefined {
  const warnings = (asArray(asObject(response['headers'])?.['Warning']) ?? []).flatMap((text) => asString(text) ?? []);
  const body = asObject(response['body']) ?? { message: asString(response['body']) ?? '' };
  try {
    return answerOf(request, { status: Number(response['status']), body, warnings });
  } catch (error) {
    if (error instanceof ClusterTroubleError) return undefined;
    throw error;
  }
}
