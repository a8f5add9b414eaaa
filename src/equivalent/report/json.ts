import type { Json } from '../../model/json.ts';
import type { Judged } from '../difference.ts';
import type { Compared } from './text.ts';

/** The report as one JSON document. */
export function jsonReport({ old, new: other, result }: Compared): string {
  const { findings, judged, invalid, differing, settled, unexercised, unsupported } = result;
  const document = {
    old: { title: old.title, policies: old.policies.length, rules: result.rules.old },
    new: { title: other.title, policies: other.policies.length, rules: result.rules.new },
    alike: findings.length === 0,
    judged,
    invalid,
    differing,
    settled,
    differences: findings.map(({ smallest, titles, count }) => ({
      what: smallest.difference,
      count,
      met: titles,
      operation: smallest.draft.operation,
      ...(smallest.draft.subresource === undefined ? {} : { subresource: smallest.draft.subresource }),
      ...(smallest.draft.user === undefined ? {} : { user: smallest.draft.user }),
      object: smallest.draft.object,
      ...(smallest.draft.old === undefined ? {} : { oldObject: smallest.draft.old }),
      old: sideOf(smallest.old),
      new: sideOf(smallest.new),
    })),
    notExercised: unexercised,
    notSupported: Object.fromEntries(unsupported),
  };
  return `${JSON.stringify(document, plainNumbers, 2)}\n`;
}

function sideOf({ allowed, status, rules, message }: Judged): unknown {
  return {
    ...(allowed === undefined ? {} : { allowed }),
    status,
    rules: rules.map((rule) => ({
      policy: rule.policy,
      rule: rule.name,
      status: rule.status,
      message: rule.message,
    })),
    ...(message === '' ? {} : { message }),
  };
}

/** Whole numbers as JSON has them. */
function plainNumbers(_key: string, value: Json): Json {
  return typeof value === 'bigint' ? Number(value) : value;
}
