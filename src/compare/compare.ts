import { goJson } from '../language/go-text.ts';
import type { Denial } from '../model/admission.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { LaneAnswer } from '../model/lane.ts';
import { withNameOf } from './generated-name.ts';
import { differingPaths, withoutVolatile } from './normalize.ts';

/** A part of two answers that is compared. */
export type AnswerPart = 'verdict' | 'denied' | 'message' | 'warnings' | 'object';

/** All parts, in the order in which they are compared. */
export const answerParts: readonly AnswerPart[] = ['verdict', 'denied', 'message', 'warnings', 'object'];

/** The parts that rules decide: one cause explains them together. */
export const judgementParts: readonly AnswerPart[] = ['verdict', 'denied', 'message', 'warnings'];

/** One part in which two lanes differ, each side as text. */
export interface Difference {
  readonly part: AnswerPart;
  readonly left: string;
  readonly right: string;
}

const SHOWN_PATHS = 12;

/**
 * The parts in which two answers differ; empty when they say the same. Both lanes must have answered: an answer with
 * `allowed: null` cannot be compared and gives no difference.
 */
export function compareAnswers(first: LaneAnswer, right: LaneAnswer): readonly Difference[] {
  if (first.allowed === null || right.allowed === null) return [];
  const left = withNameOf(asToldBy(first, right), right);
  const differences: Difference[] = [];
  const add = (part: AnswerPart, a: string, b: string): void => {
    if (a !== b) differences.push({ part, left: a, right: b });
  };
  add('verdict', verdictText(left), verdictText(right));
  add('denied', denialsText(left.denied), denialsText(right.denied));
  add('message', comparableMessage(left.message), comparableMessage(right.message));
  add('warnings', [...left.warnings].sort().join('\n'), [...right.warnings].sort().join('\n'));
  const [a, b] = [comparableObject(left), comparableObject(right)];
  if (left.allowed === right.allowed && a !== undefined && b !== undefined) {
    const paths = differingPaths(withoutVolatile(a), withoutVolatile(b), SHOWN_PATHS);
    const side = (pick: 'left' | 'right'): string =>
      paths.map((item) => `${item.path}: ${valueText(item[pick])}`).join('\n');
    if (paths.length > 0) differences.push({ part: 'object', left: side('left'), right: side('right') });
  }
  return differences;
}

/** Of several refusals a cluster tells any one: when `right` tells another one of `left`'s, `left` with that. */
function asToldBy(left: LaneAnswer, right: LaneAnswer): LaneAnswer {
  const same = left.alternatives?.find(({ message }) => message === right.message);
  return same === undefined ? left : { ...left, ...same };
}

/** What would be stored, or what Kyverno judged and denied. */
function comparableObject(answer: LaneAnswer): JsonObject | undefined {
  if (answer.allowed) return answer.object;
  return isKyvernoDenial(answer) ? answer.judged : undefined;
}

/** `allowed`, or `denied by Kyverno` / `refused by the API server` with the HTTP status. */
export function verdictText(answer: LaneAnswer): string {
  if (answer.allowed === null) return 'no answer';
  if (answer.allowed) return 'allowed';
  return isKyvernoDenial(answer) ? 'denied' : `refused (${answer.code})`;
}

/**
 * True when one of Kyverno's webhooks refused: not the API server itself, and not another webhook. Upstream: the names in
 * `pkg/config/config.go`, `validate.kyverno.svc-fail` and the like.
 */
export function isKyvernoDenial(answer: LaneAnswer): boolean {
  return (
    answer.allowed === false && /^admission webhook "[^"]*kyverno\.svc[^"]*" denied the request: /.test(answer.message)
  );
}

/** True when the API server refused by itself, or something in it that is not Kyverno. */
export function isRefused(answer: LaneAnswer): boolean {
  return answer.allowed === false && !isKyvernoDenial(answer);
}

function denialsText(denied: readonly Denial[]): string {
  return denied
    .map(({ policy, rule }) => `${policy}/${rule}`)
    .sort()
    .join('\n');
}

/** Texts that quote Go structures are compared up to the first of them: their rendering is not stable. */
function comparableMessage(message: string): string {
  const cut = message.search(/core\.PodSpec\{|@@ |\{"?metadata"?:|v1\.[A-Z]\w+\{/);
  return cut < 0 ? message : message.slice(0, cut);
}

function valueText(value: Json | undefined): string {
  return value === undefined ? '(absent)' : goJson(value);
}
