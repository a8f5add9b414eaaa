/** What validation needs to know beside the object. Everything has a default. */
export interface ValidateContext {
  /** `status`, `scale`, `ephemeralcontainers`, `resize`, `binding`, `finalize` …; default: the resource itself. */
  readonly subresource?: string;
  /** For kinds that are not built in: whether they live in a namespace; default: whether the object names one. */
  readonly namespaced?: boolean;
  /** Default: true. A dry run takes any node port, and says otherwise what is wrong with an address. */
  readonly dryRun?: boolean;
}
