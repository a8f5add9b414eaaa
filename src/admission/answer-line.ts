import type { AdmissionAnswer } from '../model/admission.ts';
import { isArray, type Json, type JsonObject } from '../model/json.ts';
import type { ErrorSource } from '../model/response.ts';

/** An answer as one line of JSON, without line break: `id`, `allowed`, `code`, `message` … in this order. */
export function answerLine(answer: AdmissionAnswer, hint?: string): string {
  const { id, allowed, code, message, reason, denied, warnings, object, rules, error } = answer;
  return jsonText({
    ...(id === undefined ? {} : { id }),
    allowed,
    code,
    message,
    ...(reason === undefined ? {} : { reason }),
    denied: denied.map((denial) => ({ policy: denial.policy, rule: denial.rule, message: denial.message })),
    warnings: [...warnings],
    ...(object === undefined ? {} : { object }),
    rules: rules.map((rule) => ({
      policy: rule.policy,
      rule: rule.name,
      status: rule.status,
      message: rule.message,
      ...(rule.source === undefined ? {} : { source: sourceObject(rule.source) }),
    })),
    ...(hint === undefined ? {} : { hint }),
    ...(error === undefined ? {} : { error }),
  });
}

function sourceObject({ place: { file, line, column }, message, values }: ErrorSource): JsonObject {
  return {
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    message,
    values: Object.fromEntries(values.map(({ name, value }) => [name, value])),
  };
}

/** JSON with keys in the order given; whole numbers keep all their digits. */
function jsonText(value: Json): string {
  if (typeof value === 'bigint') return String(value);
  if (isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value as JsonObject).map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`);
  return `{${fields.join(',')}}`;
}
