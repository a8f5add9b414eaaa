import type { ClientRequest } from '../../model/admission.ts';
import { asObject, asString, type JsonObject } from '../../model/json.ts';
import type { LaneAnswer } from '../../model/lane.ts';
import { type ApiReply, statusMessage } from './client.ts';
import { parseDenial, type RuleNames } from './denial.ts';
import { ClusterTroubleError, troubleText } from './trouble.ts';

/**
 * What a reply of the API server says to an admission request. Throws `ClusterTroubleError` for replies that are no
 * answer: the webhook or the API server itself failed, or the lane may not ask. `names` are those of the rules in force.
 */
export function answerOf(request: ClientRequest, reply: ApiReply, names?: RuleNames): LaneAnswer {
  const id = request.id === undefined ? {} : { id: request.id };
  const { status, warnings } = reply;
  const common = { ...id, lane: 'cluster' as const, code: status, warnings, rules: [] };
  if (status >= 200 && status < 300) {
    const object = reply.body['kind'] === 'Status' ? undefined : withoutManagedFields(reply.body);
    return {
      ...common,
      allowed: true,
      message: '',
      denied: [],
      ...(object === undefined ? {} : { object, judged: object }),
    };
  }
  const message = statusMessage(reply);
  if (isAllowedExec(request, message)) return { ...common, code: 200, allowed: true, message: '', denied: [] };
  const trouble = troubleIn(status, message);
  if (trouble !== undefined) throw trouble;
  const reason = asString(reply.body['reason']);
  const denied = parseDenial(message, names)?.denied ?? [];
  return { ...common, allowed: false, message, denied, ...(reason === undefined || reason === '' ? {} : { reason }) };
}

/** Who set which field: the API server's own bookkeeping, many times the size of the object. */
function withoutManagedFields(object: JsonObject): JsonObject {
  const { managedFields: _fields, ...metadata } = asObject(object['metadata']) ?? {};
  return { ...object, metadata };
}

/** An answer for a cluster that gave none. */
export function noAnswer(request: ClientRequest, error: ClusterTroubleError): LaneAnswer {
  const id = request.id === undefined ? {} : { id: request.id };
  return {
    ...id,
    lane: 'cluster',
    allowed: null,
    code: 0,
    message: '',
    denied: [],
    warnings: [],
    rules: [],
    error: troubleText(error),
  };
}

function troubleIn(status: number, message: string): ClusterTroubleError | undefined {
  if (/^Internal error occurred: failed calling webhook /.test(message)) {
    return new ClusterTroubleError('server', message, 'Kyverno does not answer: look at its admission controller');
  }
  if (status === 401)
    return new ClusterTroubleError('rights', message, 'the credentials of the context are not accepted');
  if (status === 403 && /cannot impersonate/.test(message)) {
    return new ClusterTroubleError(
      'rights',
      message,
      'the lane asks as other users: the context needs the right to impersonate',
    );
  }
  if (status === 429 || status >= 500) return new ClusterTroubleError('server', `HTTP ${status}: ${message}`);
  return undefined;
}

/** No kubelet runs the pod of a test: an exec that got past admission fails for want of a node. */
function isAllowedExec(request: ClientRequest, message: string): boolean {
  return (
    request.operation === 'CONNECT' &&
    !message.startsWith('admission webhook ') &&
    /does not have a host assigned|container not found|is not valid for pod|must be specified|Upgrade request required|connection upgrade/i.test(
      message,
    )
  );
}
