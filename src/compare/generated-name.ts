import { asString, getPath } from '../model/json.ts';
import type { LaneAnswer } from '../model/lane.ts';

/** How many random letters end a generated name. Upstream: `apiserver/pkg/storage/names`. */
const LETTERS = 5;

/**
 * The answer with the name that another answer's server made, in its texts, where both made one for the same object: each
 * server draws letters of its own.
 */
export function withNameOf(answer: LaneAnswer, other: LaneAnswer): LaneAnswer {
  const [own, wanted] = [nameIn(answer), nameIn(other)];
  const start = own.slice(0, -LETTERS);
  if (own === wanted || own.length !== wanted.length || !wanted.startsWith(start) || !isGenerated(answer, start)) {
    return answer;
  }
  const renamed = (text: string): string => text.replaceAll(own, wanted);
  return {
    ...answer,
    message: renamed(answer.message),
    denied: answer.denied.map((denial) => ({ ...denial, message: renamed(denial.message) })),
    warnings: answer.warnings.map(renamed),
  };
}

/** The name of the object of a request: as a refusal tells it, or that of the object itself. */
function nameIn({ message, object, judged }: LaneAnswer): string {
  const [, told] = /^[^\n]*\n\nresource [^/\n]*\/[^/\n]*\/([^ \n]+) was blocked /.exec(message) ?? [];
  return told ?? asString(getPath(object ?? judged, 'metadata', 'name')) ?? '';
}

function isGenerated({ object, judged }: LaneAnswer, start: string): boolean {
  const base = asString(getPath(object ?? judged, 'metadata', 'generateName')) ?? '';
  return start !== '' && base.startsWith(start);
}
