import type { ClientRequest } from '../../model/admission.ts';
import type { JsonObject } from '../../model/json.ts';
import { decodeObject } from '../decode/decode.ts';
import { type Empty, takeEmpties } from '../decode/empties.ts';
import { applyDefaults } from '../default/default.ts';
import { type Mutable, objectAt } from '../default/mutable.ts';
import { decodeCustom } from '../resources/custom.ts';
import { apiVersionOf, type Body, type Resource } from '../resources/resource.ts';
import type { ApiStatus } from '../status/status.ts';
import { badRequest } from '../status/texts.ts';
import type { ServerContext } from './context.ts';
import { claimedKind } from './target.ts';

/** A decoded and defaulted body with the warnings of field validation. */
export type DecodedBody =
  | {
      readonly ok: true;
      readonly object: Mutable;
      readonly empties: readonly Empty[];
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly status: ApiStatus };

/** How strictly unknown fields are taken; the API server's default is `Warn`. */
export type FieldValidation = NonNullable<ClientRequest['fieldValidation']>;

/**
 * Decodes a body as the kind that the path expects, and sets its defaults.
 * Upstream: `createHandler`, `transformDecodeError` (apiserver/pkg/endpoints/handlers).
 */
export function decodeBody(
  context: ServerContext,
  resource: Resource,
  body: Body,
  object: JsonObject,
  validation: FieldValidation,
): DecodedBody {
  const claimed = claimedKind(object, body.gvk);
  const fail = (text: string): DecodedBody => ({
    ok: false,
    status: badRequest(
      `${claimed.kind} in version "${claimed.version}" cannot be handled as a ${body.gvk.kind}: ${text}`,
    ),
  });
  if (apiVersionOf(claimed) !== apiVersionOf(body.gvk) || claimed.kind !== body.gvk.kind) {
    return wrongKind(context, claimed, body, fail);
  }
  const decoded =
    body.type === undefined ? decodeCustom(customOf(resource), object) : decodeObject(body.type, object, true);
  if (!decoded.ok) return fail(decoded.error);
  if (validation === 'Strict' && decoded.strict.length > 0) {
    return fail(`strict decoding error: ${decoded.strict.join(', ')}`);
  }
  const typed: JsonObject = { ...decoded.object, apiVersion: apiVersionOf(body.gvk), kind: body.gvk.kind };
  const metadata = objectAt(typed as Mutable, 'metadata');
  // Who set which field is not kept (see notBuilt).
  if (metadata !== undefined) delete metadata['managedFields'];
  if (body.type !== undefined) applyDefaults(body.type, typed);
  return {
    ok: true,
    object: typed as Mutable,
    empties: body.type !== undefined && decoded.empties ? takeEmpties(body.type, typed) : [],
    warnings: validation === 'Warn' ? decoded.strict : [],
  };
}

function customOf(resource: Resource) {
  return resource.custom ?? { schema: undefined, preserveUnknownFields: true, scale: undefined, hasStatus: false };
}

function wrongKind(
  context: ServerContext,
  claimed: Resource['gvk'],
  body: Body,
  fail: (text: string) => DecodedBody,
): DecodedBody {
  const version = apiVersionOf(claimed);
  if (body.type === undefined) {
    const expected = apiVersionOf(body.gvk);
    if (version === expected)
      return {
        ok: false,
        status: badRequest(
          `the kind in the data (${claimed.kind}) does not match the expected kind (${body.gvk.kind})`,
        ),
      };
    return {
      ok: false,
      status: badRequest(
        `the API version in the data (${version}) does not match the expected API version (${expected})`,
      ),
    };
  }
  const known = context.registry.byKind(claimed);
  if (known === undefined) {
    return fail(
      `no kind "${claimed.kind}" is registered for version "${version}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  if (known.gvk.group === body.gvk.group && known.gvk.kind === body.gvk.kind) {
    return {
      ok: false,
      status: badRequest(
        `the API version in the data (${version}) does not match the expected API version (${apiVersionOf(body.gvk)})`,
      ),
    };
  }
  const group = body.gvk.group === '' ? 'core' : (body.gvk.group.split('.')[0] ?? '');
  return fail(`converting (${claimed.version}.${claimed.kind}) to (${group}.${body.gvk.kind}): unknown conversion`);
}
