/**
 * A refusal of the API server: what stands in a `Status` object with `status: Failure`.
 * Upstream: `k8s.io/apimachinery/pkg/api/errors`.
 */
export interface ApiStatus {
  /** HTTP status code. */
  readonly code: number;
  /** Machine word such as `Invalid`; absent where the API server gives none. */
  readonly reason?: string;
  /** The whole text, as kubectl shows it after `Error from server (...): `. */
  readonly message: string;
  /** Advice of ours that no API server gives, e.g. which CRD is missing. Never part of `message`. */
  readonly hint?: string;
}
