/** What kind of trouble a cluster made. It is never an answer to a request. */
export type TroubleKind =
  /** No connection, or it broke. */
  | 'unreachable'
  /** No answer to one request in time. */
  | 'timeout'
  /** Something that was waited for did not come; it was looked for many times already. */
  | 'waited'
  /** The API server answered 5xx, 429, or could not call the webhook. */
  | 'server'
  /** Not allowed to do what the lane has to do. */
  | 'rights'
  /** Something the cluster lacks or will not take: Kyverno, a container engine, an image, a policy, an object. */
  | 'missing';

/** A cluster that could not answer: exit code 5. */
export class ClusterTroubleError extends Error {
  override readonly name = 'ClusterTroubleError';
  readonly kind: TroubleKind;
  /** What to do about it. */
  readonly hint: string | undefined;
  constructor(kind: TroubleKind, message: string, hint?: string) {
    super(message);
    this.kind = kind;
    this.hint = hint;
  }
}

/** True for trouble that may pass: only this class is tried again. */
export function mayPass(error: unknown): boolean {
  return error instanceof ClusterTroubleError && ['unreachable', 'timeout', 'server'].includes(error.kind);
}

/** The message with its remedy. */
export function troubleText(error: ClusterTroubleError): string {
  return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
}
