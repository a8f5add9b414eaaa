import type { Json, JsonObject } from '../../model/json.ts';
import { isArray, isObject, setKey, withNumbers } from '../../model/json.ts';
import type { UserInfo } from '../../model/request.ts';
import { type MatchRequest, requestVariable } from '../cel-validation/index.ts';
import type { EngineRequest } from '../request.ts';

/** What the policies of one request are evaluated on. */
export interface RequestInput {
  readonly attributes: MatchRequest;
  /** `{}` where there is no such object: Kyverno never has `null` here. */
  readonly object: JsonObject;
  readonly oldObject: JsonObject;
  /** The variable `request`. */
  readonly request: () => JsonObject;
}

const NOBODY: UserInfo = { username: '' };

/**
 * Prepares a request as the webhook or the command line has it. On the command line numbers of objects are floats (but
 * not those of a mutated object) and whole again in `request.object`; the kind is that of the parent resource, and no
 * subresource is told.
 * Upstream: `pkg/cel/engine/request.go`, `pkg/utils/admission/resource.go`, `prepareK8sData` in
 * `pkg/cel/policies/vpol/compiler/eval.go`.
 */
export function requestInput({ request, mode, userKnown, ownNumbers }: EngineRequest): RequestInput {
  const isCli = mode === 'cli';
  const numbers = (object: JsonObject | null): JsonObject =>
    object === null ? {} : isCli && ownNumbers !== true ? (withNumbers(object, 'float') as JsonObject) : object;
  const object = numbers(request.object);
  const oldObject = numbers(request.oldObject);
  const subResource = isCli ? '' : request.subResource;
  const kind = isCli ? request.parentKind : request.kind;
  let variable: JsonObject | undefined;
  return {
    attributes: { ...request, subResource, object, oldObject },
    object,
    oldObject,
    request: () => {
      variable ??= {
        ...requestVariable({
          kind,
          resource: request.resource,
          requestKind: kind,
          requestResource: request.resource,
          subResource,
          name: request.name,
          namespace: request.namespace,
          operation: request.operation,
          userInfo: (userKnown ?? mode === 'admission') ? request.userInfo : NOBODY,
          dryRun: request.dryRun,
          options: request.options,
        }),
        uid: request.uid ?? '',
        object: request.object === null ? null : encoded(object),
        oldObject: request.oldObject === null ? null : encoded(oldObject),
      };
      return variable;
    },
  };
}

/** A value after Go has written and read it as JSON: whole numbers are ints again. */
function encoded(value: Json): Json {
  if (typeof value === 'number') {
    const isWhole = Number.isInteger(value) && Math.abs(value) < 1e21;
    const whole = isWhole ? BigInt(value) : undefined;
    return whole !== undefined && BigInt.asIntN(64, whole) === whole ? whole : value;
  }
  if (isArray(value)) return value.map(encoded);
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) setKey(copy, key, encoded(item));
  return copy;
}
