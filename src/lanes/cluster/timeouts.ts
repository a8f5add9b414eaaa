/** How long the cluster lane waits for something, in milliseconds, and what for. */
export interface Timeout {
  readonly milliseconds: number;
  /** What is waited for, as an error says it: `waited 30 s for <what>`. */
  readonly what: string;
}

/** Every wait of the cluster lane. The lane waits nowhere else and never sleeps for a fixed time. */
export const TIMEOUTS = {
  /** One HTTP exchange with the API server; an admission webhook alone may take 10 s of it. */
  request: { milliseconds: 20_000, what: 'an answer of the API server' },
  /** The API server says that it is ready. */
  ready: { milliseconds: 60_000, what: 'the API server to be ready' },
  /** Kyverno's webhooks are registered and answer, after an installation. */
  kyverno: { milliseconds: 180_000, what: 'Kyverno to answer' },
  /** A policy says Ready and the probe that came after it denies. */
  policies: { milliseconds: 60_000, what: 'the policies to be in force' },
  /** Objects that a scenario needs are stored, or objects that it must not have are gone. */
  state: { milliseconds: 60_000, what: 'the cluster state of the scenario' },
  /** A namespace and all it held are gone. */
  removal: { milliseconds: 60_000, what: 'removed objects to be gone' },
  /** Another run lets go of the cluster. */
  turn: { milliseconds: 900_000, what: 'another run on the same cluster to end' },
  /** Trouble that may pass, before the first try again; twice as long before the second. */
  again: { milliseconds: 500, what: 'trouble to pass' },
  /** Something that should be there and does not answer, comes back; all requests wait for that together. */
  recovery: { milliseconds: 20_000, what: 'an answer' },
  /** Whether a run that holds the cluster still renews its lease; it does so every quarter of this. */
  lease: { milliseconds: 20_000, what: 'a sign of life of the run that holds the cluster' },
  /** A file of the internet is fetched. */
  download: { milliseconds: 60_000, what: 'a download' },
  /** A container with a new cluster starts. */
  container: { milliseconds: 300_000, what: 'the k3s container to start' },
} as const satisfies Readonly<Record<string, Timeout>>;

/** The name of one of the waits. */
export type TimeoutName = keyof typeof TIMEOUTS;
