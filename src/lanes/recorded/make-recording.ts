import { forRecording } from '../../compare/index.ts';
import type { ClientRequest } from '../../model/admission.ts';
import { asObject, type Json, type JsonObject } from '../../model/json.ts';
import type { LaneAnswer, Premise } from '../../model/lane.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import type { PlannedRequest } from '../cluster/schedule.ts';
import { type LiveData, tellingData } from '../live-data.ts';
import { fingerprint } from './fingerprint.ts';
import { type ObjectChange, objectChange } from './object-change.ts';
import { createPrints } from './premise-prints.ts';
import type { RecordedAnswer, RecordedPremise, Recording } from './recording.ts';
import { requestKey, requestWords } from './request-key.ts';

/** A request with what a cluster answered, and what the cluster held besides. */
export interface Observed extends PlannedRequest {
  readonly answer: LaneAnswer;
  readonly live: LiveData | undefined;
}

/** The recording of what was observed, each request under each premise once. Answers that are none must not be among it. */
export function makeRecording(observed: readonly Observed[]): Recording {
  const prints = createPrints();
  const answers = new Map<string, RecordedAnswer>();
  const premises = new Map<string, RecordedPremise>();
  const changes = new Map<string, ObjectChange>();
  const live = new Map<string, LiveData>();
  const keep = <T>(table: Map<string, T>, value: T): string => {
    const id = fingerprint(value as unknown as Json);
    table.set(id, value);
    return id;
  };
  for (const { premise, request, scenario, answer, live: data } of observed) {
    const { id, ...rest } = prints(premise);
    premises.set(id, rest);
    const print = fingerprint(requestKey(request));
    const known = answers.get(`${id} ${print}`);
    const scenarios = [...new Set([...(known?.scenarios ?? []), ...(scenario === undefined ? [] : [scenario])])];
    const base = baseObject(premise, request);
    const change = (object: JsonObject | undefined): string | undefined =>
      object === undefined ? undefined : keep(changes, objectChange(base, forRecording(object, base)));
    const kept = data === undefined ? [] : tellingData(premise.objects, data).map(withoutSecrets);
    answers.set(`${id} ${print}`, {
      scenarios,
      asked: requestWords(request),
      request: print,
      premise: id,
      code: answer.code,
      ...(answer.allowed ? {} : { message: answer.message.split('\n') }),
      ...optional('reason', answer.reason),
      ...(answer.warnings.length === 0 ? {} : { warnings: answer.warnings }),
      ...optional('stored', change(answer.object ?? answer.judged)),
      ...optional('unmutated', change(answer.unmutated)),
      ...optional('live', kept.length === 0 ? undefined : keep(live, kept)),
    });
  }
  return { answers: [...answers.values()], premises: table(premises), changes: table(changes), live: table(live) };
}

/**
 * What the object of an answer is told from: that of the request, else the one that is there. Any will do, as long as the
 * same request finds the same.
 */
export function baseObject(
  { objects }: Premise,
  { object, oldObject, resource, name, namespace = '' }: ClientRequest,
): JsonObject {
  const base = object ?? oldObject;
  if (base !== undefined) return base;
  const kinds = (resource ?? '').replace(/\..*/, '');
  return (
    objects.find(
      (one) =>
        nameOf(one) === name &&
        ['', namespaceOf(one)].includes(namespace) &&
        kinds.startsWith(String(one['kind']).toLowerCase().slice(0, -1)),
    ) ?? {}
  );
}

function optional(key: keyof RecordedAnswer, value: string | undefined): Partial<RecordedAnswer> {
  return value === undefined ? {} : { [key]: value };
}

function table<T>(entries: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries(entries);
}

/** What goes into a repository: objects without ids and times, secrets without what is secret. */
function withoutSecrets(scope: LiveData[number]): LiveData[number] {
  const isSecret = scope.kind === 'Secret';
  return {
    ...scope,
    objects: scope.objects.map((object) => {
      const kept = forRecording(object);
      if (!isSecret) return kept;
      const data = Object.keys(asObject(kept['data']) ?? {}).map((key): [string, Json] => [key, '']);
      return { ...kept, data: Object.fromEntries(data) };
    }),
  };
}
