import { InputError } from '../model/failure.ts';
import type { Scenario } from './scenario.ts';
import { placeOfWord } from './step-place.ts';

/** Sends the following requests as a user. Every user is in `system:authenticated`. */
export function giveUser(scenario: Scenario, username: string, groups: readonly string[] = []): void {
  scenario.user = { username, groups: [...new Set([...groups, 'system:authenticated'])] };
}

/**
 * Sends the following requests as a service account, given as `namespace/name`. Throws `InputError`.
 * Upstream: kubernetes `staging/src/k8s.io/apiserver/pkg/authentication/serviceaccount/util.go`.
 */
export function giveServiceAccount(scenario: Scenario, text: string): void {
  const [namespace, name, ...rest] = text.split('/');
  if (namespace === undefined || namespace === '' || name === undefined || name === '' || rest.length > 0) {
    throw new InputError({
      code: 'bad-argument',
      message: `\`${text}\` is no service account`,
      place: placeOfWord(scenario.step, text),
      hint: 'write it as "namespace/name"',
    });
  }
  scenario.user = {
    username: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

/** Reads `team=a, stage=prod`. Throws `InputError`. */
export function parseLabels(scenario: Scenario, text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const pair of text.split(',').map((part) => part.trim())) {
    const equals = pair.indexOf('=');
    if (equals < 1) {
      throw new InputError({
        code: 'bad-argument',
        message: `\`${pair}\` is no label`,
        place: placeOfWord(scenario.step, text),
        hint: 'write labels as "team=a, stage=prod"',
      });
    }
    labels[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return labels;
}
