/** What validation needs to know beside the object. Everything has a default. */
export interface ValidateContext {
  /** `status`, `scale`, `ephemeralcontainers`, `resize`, `binding`, `finalize` …; default: the resource itself. */
  readonly subresource?: string;
  /** For kinds that are not built in: whether they live in a namespace; default: whether the object names one. */
  readonly namespaced?: boolean;
}
