import type { RuleAnswer } from '../../model/admission.ts';
import type { Judged } from '../difference.ts';
import type { Finding } from '../findings.ts';
import { isBad, type SetStatus } from '../judgement.ts';

const STATUS: Readonly<Record<SetStatus, string>> = {
  fail: 'fails',
  error: 'errors',
  warning: 'warns',
  pass: 'passes',
  skip: 'skips',
  none: 'says nothing',
};

/** What a side says, in few words: `denies`, `allows, fails`, `passes`. */
export function judgedWords({ allowed, status }: Judged): string {
  const word = STATUS[status];
  if (allowed === undefined) return word;
  if (!allowed) return status === 'fail' ? 'denies' : `denies, ${word}`;
  return isBad(status) ? `allows, but reports: ${word}` : `allows, ${word}`;
}

/** The answers of a side that explain what it says: those that report something wrong, else all of its worst status. */
export function telling({ rules, status }: Judged): readonly RuleAnswer[] {
  const bad = rules.filter((rule) => isBad(rule.status));
  return bad.length > 0 ? bad : rules.filter((rule) => rule.status === status);
}

/** One answer on a line: `fail policy/rule: message`. */
export function answerLine({ policy, name, status, message }: RuleAnswer): string {
  const rule = name === '' || name === policy ? policy : `${policy}/${name}`;
  const text = message.trim().replaceAll(/\s+/g, ' ');
  return `${status} ${rule}${text === '' || !isBad(status) ? '' : `: ${text}`}`;
}

/** What a finding is about, in one line. */
export function findingTitle({ smallest }: Finding): string {
  const { old, new: other, difference } = smallest;
  if (difference === 'messages') return 'the texts differ';
  if (difference === 'object') return 'what is stored differs';
  return `old ${judgedWords(old)}; new ${judgedWords(other)}`;
}
