/** What validation needs to know beside the object. Everything has the default of the reference cluster. */
export interface ValidateContext {
  /** `status`, `scale`, `ephemeralcontainers`, `resize`, `binding`, `finalize` …; default: the resource itself. */
  readonly subresource?: string;
  /** For kinds of custom resource definitions: whether they live in a namespace; default true. */
  readonly namespaced?: boolean;
}
