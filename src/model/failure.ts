/** A place in a file: 1-based line and column. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** What is wrong with something a user gave us, where, and what to do about it. */
export interface Failure {
  /** A short stable word for the kind of problem, e.g. `unknown-policy`. */
  readonly code: string;
  /** One sentence, lower case, user words in backticks. */
  readonly message: string;
  readonly place?: Place;
  /** The remedy, e.g. `did you mean \`require-labels\`?`. */
  readonly hint?: string;
}

/** Thrown for bad input and configuration: exit code 3. Carries every failure that was found. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly failures: readonly Failure[];
  constructor(...failures: readonly Failure[]) {
    super(failures.map(formatFailure).join('\n'));
    this.failures = failures;
  }
}

/** Thrown by a single operation of the engine (a query, a condition) that cannot give a value. */
export class EvaluationError extends Error {
  override readonly name: string = 'EvaluationError';
}

/** Thrown when something Kyverno could answer is not built here yet. It never becomes a verdict: exit code 5. */
export class NotSupportedError extends Error {
  override readonly name = 'NotSupportedError';
  /** What is not supported, e.g. `rule type verifyImages`. */
  readonly feature: string;
  constructor(feature: string, where?: string) {
    super(`not supported yet: ${feature}${where === undefined ? '' : ` (${where})`}`);
    this.feature = feature;
  }
}

/** `file:line:column: message (hint)` on one line. */
export function formatFailure(failure: Failure): string {
  const { place, message, hint } = failure;
  const at =
    place === undefined
      ? ''
      : `${[place.file, place.line, place.line === undefined ? undefined : place.column].filter((part) => part !== undefined).join(':')}: `;
  return `${at}${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/** The candidate nearest to `name` by edit distance, when it is near enough to be a typing error. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    // Letters in another case count least.
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase()) + editDistance(name, candidate) / 1000;
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
