import { goValue } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import type { ImageStatement } from '../../model/image.ts';
import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Answer, RuleRun } from '../run.ts';
import { compileConditions } from '../validate/conditions.ts';
import { compileTemplate, type Template } from '../variables/index.ts';
import { fetchStatements, kindOf } from './attestors.ts';
import { type Attestation, type Attestor, requiredCount } from './entry.ts';
import type { ImageQuestion } from './question.ts';

/** The conditions of an entry's attestations, as written: upstream fills them in only once a predicate is there. */
export interface AttestationConditions {
  readonly templates: readonly Template[];
}

/** Compiles conditions of attestations, in order. */
export function compileAttestationConditions(attestations: readonly Attestation[]): AttestationConditions {
  return { templates: attestations.map(({ conditions }) => compileTemplate(conditions)) };
}

const NOBODY: Attestor = {
  keys: undefined,
  certificates: undefined,
  keyless: undefined,
  nested: undefined,
  annotations: undefined,
  repository: '',
  signatureAlgorithm: '',
};

/** The image that attestations are about; its digest may be found on the way. */
export interface AttestedImage {
  /** `""` until it is known. */
  digest: string;
  /** The image's name with a digest; with `""` as the object has it. */
  readonly named: (digest: string) => string;
}

/**
 * Every attestation must be there, of enough of its attestors, and its conditions must hold; `undefined` when all do.
 * The predicate is put into the context under the attestation's name.
 * Upstream: `verifyAttestations` in `pkg/engine/internal/imageverifier.go`.
 */
export function failedAttestation(
  attestations: readonly Attestation[],
  conditions: AttestationConditions,
  question: ImageQuestion,
  image: AttestedImage,
  run: RuleRun,
): Answer | undefined {
  for (const [i, attestation] of attestations.entries()) {
    const path = `.attestations[${i}]`;
    if (attestation.type === '') return { status: 'fail', message: `${path}: missing type` };
    const errors: string[] = [];
    const sets = attestation.attestors.length > 0 ? attestation.attestors : [{ count: 0, entries: [NOBODY] }];
    for (const [j, set] of sets.entries()) {
      const required = requiredCount(set);
      let verified = 0;
      for (const attestor of set.entries) {
        // The index is that of the attestation, as upstream.
        const at = `${path}.attestors[${j}].entries[${i}]${kindOf(attestor, question.entry)}`;
        const error = checkOne(
          { attestation, attestor, conditions: conditions.templates[i], at },
          question,
          image,
          run,
        );
        if (error !== undefined) errors.push(error);
        else if (++verified >= required) break;
      }
      if (verified >= required) continue;
      const why = errors.length === 0 ? 'attestations verification failed' : errors.join('; ');
      const counts = `verifiedCount: ${verified}, requiredCount: ${required}`;
      return { status: 'fail', message: `image attestations verification failed, ${counts}, error: ${why}` };
    }
  }
  return undefined;
}

/** An attestation as one attestor may have signed it. */
interface Part {
  readonly attestation: Attestation;
  readonly attestor: Attestor;
  readonly conditions: Template | undefined;
  readonly at: string;
}

function checkOne(part: Part, question: ImageQuestion, image: AttestedImage, run: RuleRun): string | undefined {
  const { attestation, attestor, at } = part;
  let prefix = '';
  try {
    const asked = { ...question, image: image.named(image.digest) };
    const { statements, digest } = fetchStatements(attestor, attestation.type, asked);
    const [first] = statements;
    if (first === undefined) return 'predicate not found in any statement';
    run.context.storeEntry(attestation.name, first.predicate, 'merge');
    if (image.digest === '') image.digest = digest;
    prefix = `${at}: `;
    verifyStatements(statements, part, image.named(image.digest), run);
    return undefined;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return `${prefix}${error.message}`;
  }
}

function verifyStatements(
  statements: readonly ImageStatement[],
  { attestation, conditions }: Part,
  image: string,
  run: RuleRun,
): void {
  const { type } = attestation;
  const ofType = statements.filter((statement) => statement.type === type);
  if (ofType.length === 0) throw new EvaluationError(`attestions not found for predicate type ${type}`);
  for (const { predicate } of ofType) {
    const message = broken(conditions, predicate, run);
    if (message === undefined) continue;
    throw new EvaluationError(`attestation checks failed for ${image} and predicate ${type}: ${message}`);
  }
}

/** The messages of conditions that do not hold for a predicate; `undefined` when all do. */
function broken(
  conditions: Template | undefined,
  predicate: JsonObject,
  { context, decide }: RuleRun,
): string | undefined {
  if (conditions === undefined || isEmptyList(conditions.constant?.value)) return undefined;
  if (!isObject(predicate)) {
    const cause = `failed to extract predicate from statement: ${goValue(predicate)}`;
    throw new EvaluationError(`failed to check attestations: ${cause}`);
  }
  context.checkpoint();
  try {
    for (const key of Object.keys(predicate)) context.add([key], predicate[key] ?? null);
    for (const block of filledIn(conditions, context)) {
      const result = compileConditions(block, { rule: '', at: ['verifyImages', 'attestations', 'conditions'] })(
        context,
        decide,
      );
      if (!result.holds) return result.message;
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`failed to check attestations: ${error.message}`);
  } finally {
    context.restore();
  }
}

function isEmptyList(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function filledIn(conditions: Template, scope: RuleRun['context']): readonly Json[] {
  try {
    const rendered = conditions.render(scope);
    return Array.isArray(rendered) ? rendered : [];
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`failed to substitute variables in attestation conditions: ${error.message}`);
  }
}
