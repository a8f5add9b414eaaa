import { compileValidatingPolicy, type ExpressionProblem, type ExpressionRefusal } from '../engine/index.ts';
import type { Failure } from '../model/failure.ts';
import type { Policy } from '../model/policy.ts';
import { isForServers, isValidatingPolicy } from './kinds.ts';
import type { Trap } from './lint/finding.ts';
import { placeInPolicy } from './load.ts';
import { pathText } from './schema/unknown-fields.ts';

/** The expressions that keep a ValidatingPolicy or NamespacedValidatingPolicy from being used; none for other kinds. */
export function expressionFaults(policy: Policy): readonly Trap[] {
  if (!isValidatingPolicy(policy) || isForServers(policy)) return [];
  return compileValidatingPolicy(policy).refusal?.problems.map((problem) => faultOf(problem, 'the policy')) ?? [];
}

/** What is said about a policy that cannot be used because of its expressions or those of an exception. */
export function refusalFailures(policy: Policy, { problems, exception }: ExpressionRefusal): readonly Failure[] {
  return problems.map((problem): Failure => {
    const whose = exception === undefined ? `the policy \`${policy.name}\`` : `the exception \`${exception}\``;
    const { path, index, ...fault } = faultOf(problem, whose);
    const place = exception === undefined ? placeInPolicy(policy, path, index) : undefined;
    return { ...fault, ...(place === undefined ? {} : { place }) };
  });
}

function faultOf({ path, detail, at, hint }: ExpressionProblem, whose: string): Trap {
  const message = `\`${pathText(path)}\` of ${whose} does not compile, so Kyverno refuses it: ${shortDetail(detail)}`;
  const index = Math.max(at, 0);
  return { code: 'bad-expression', path, index, message, hint: hint ?? '`kyverdict cel parse` tries an expression' };
}

/** cel-go's first line without its file name, and where in the expression that is. */
function shortDetail(detail: string): string {
  const [first = ''] = detail.split('\n');
  const [, line, column, text] = /^ERROR: <input>:(\d+):(\d+): (.*)$/s.exec(first) ?? [];
  return text === undefined ? first : `${text} (line ${line}, column ${column} of the expression)`;
}
