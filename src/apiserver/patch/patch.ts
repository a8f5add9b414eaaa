import { goJson } from '../../language/go-text.ts';
import type { ClientRequest } from '../../model/admission.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Body } from '../resources/resource.ts';
import type { ApiStatus } from '../status/status.ts';
import { badRequest, invalid } from '../status/texts.ts';
import { invalidMessage } from '../validate/index.ts';
import { applyConfiguration } from './apply.ts';
import { applyJsonPatch, applyMergePatch, PatchError } from './json-patch.ts';
import { applyStrategicPatch, StrategicPatchError } from './strategic.ts';

/** A patched object, still to be decoded, or the API server's refusal. */
export type Patched = { readonly object: JsonObject } | { readonly refused: ApiStatus };

/** Upstream hides the cause of a 422 of its patch library behind this text. */
const REJECTED: ApiStatus = {
  code: 422,
  reason: 'Invalid',
  message: 'the server rejected our request due to an error in our request',
};

/** Applies a client's patch to the live object. Upstream: apiserver/pkg/endpoints/handlers/patch.go. */
export function applyPatch(body: Body, live: JsonObject, patch: NonNullable<ClientRequest['patch']>): Patched {
  switch (patch.type) {
    case 'json':
      if (!isArray(patch.body)) {
        return {
          refused: badRequest(
            'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
          ),
        };
      }
      try {
        return asPatched(applyJsonPatch(live, patch.body));
      } catch (error) {
        if (error instanceof PatchError) return { refused: REJECTED };
        throw error;
      }
    case 'merge':
      if (!isObject(patch.body)) {
        return {
          refused: badRequest(
            'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
          ),
        };
      }
      return asPatched(applyMergePatch(live, patch.body));
    case 'strategic':
      return strategic(body, live, patch.body);
    default:
      return isObject(patch.body)
        ? { object: applyConfiguration(body.type, live, patch.body) }
        : { refused: badRequest('error decoding YAML: the apply configuration is no object') };
  }
}

function asPatched(value: Json): Patched {
  return isObject(value) ? { object: value } : { refused: REJECTED };
}

function strategic(body: Body, live: JsonObject, patch: Json): Patched {
  if (body.type === undefined) {
    const accepted = ['json-patch+json', 'merge-patch+json', 'apply-patch+yaml'].map((type) => `application/${type}`);
    return {
      refused: {
        code: 415,
        reason: 'UnsupportedMediaType',
        message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
      },
    };
  }
  if (!isObject(patch)) {
    return { refused: badRequest('json: cannot unmarshal array into Go value of type map[string]interface {}') };
  }
  try {
    return { object: applyStrategicPatch(body.type, live, patch) };
  } catch (error) {
    if (!(error instanceof StrategicPatchError)) throw error;
    if (error.code === 422) return { refused: REJECTED };
    return { refused: error.code === 400 ? badRequest(error.message) : { code: 500, message: error.message } };
  }
}

/** The refusal of a patched object that can't be decoded: 422 about the field `patch`. */
export function undecodable(shown: JsonObject, error: string): ApiStatus {
  return invalid(
    invalidMessage('', '', '', [
      { type: 'Invalid', path: 'patch', value: JSON.stringify(goJson(shown)), detail: error },
    ]),
  );
}
