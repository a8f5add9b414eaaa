import { didYouMean, InputError } from '../model/failure.ts';
import type { Policy } from '../model/policy.ts';
import { areTwins, isBinding } from './policy-kinds.ts';
import { withFailureAction } from './policy-library.ts';
import type { Scenario } from './scenario.ts';
import { at, inDocString, placeInDocString, placeOfWord, type StepPlace } from './step-place.ts';

/** Puts policies of the suite in force, by name. Throws `InputError` for an unknown name. */
export function givePolicies(scenario: Scenario, names: readonly string[]): void {
  for (const name of names) {
    const place = placeOfWord(scenario.step, name);
    const policy = at(place, () => scenario.session.library.byName(name));
    add(scenario, [policy, ...bindingsOf(policy, scenario.session.library.suite)]);
  }
}

/** A ValidatingAdmissionPolicy does nothing without the bindings that the suite has for it. */
function bindingsOf({ name, kind }: Policy, suite: readonly Policy[]): readonly Policy[] {
  if (kind !== 'ValidatingAdmissionPolicy') return [];
  return suite.filter((one) => isBinding(one) && one.spec['policyName'] === name);
}

/** Puts a policy of the suite in force with another failure action. Throws `InputError`. */
export function givePolicyWithAction(scenario: Scenario, name: string, action: 'Audit' | 'Enforce'): void {
  const place = placeOfWord(scenario.step, name);
  add(scenario, [at(place, () => withFailureAction(scenario.session.library.byName(name), action))]);
}

/** Puts every policy of the suite in force. Throws `InputError` when there is none. */
export function giveAllPolicies(scenario: Scenario): void {
  const { suite } = scenario.session.library;
  if (suite.length === 0) {
    throw new InputError({ code: 'no-policies', message: 'the policies folder holds no policy', place: scenario.step });
  }
  add(scenario, suite);
}

/** Puts the policies of a file or folder in force. Throws `InputError`. */
export function givePolicyFile(scenario: Scenario, path: string): void {
  const { library, files } = scenario.session;
  at(placeOfWord(scenario.step, path), () => files.list(path));
  add(scenario, library.fromFile(path));
}

/** Puts policies written in the scenario in force. Throws `InputError` with a place inside the doc string. */
export function givePolicyText(scenario: Scenario, text: string): void {
  const policies = inDocString(scenario.step, (file) => scenario.session.library.read(text, file));
  if (policies.length === 0) {
    throw new InputError({ code: 'no-policies', message: 'the text holds no policy', place: scenario.step });
  }
  add(
    scenario,
    policies.map((policy) => placedInStep(policy, scenario.step)),
  );
}

// Policies are told apart by identity, so each is placed once.
const placed = new WeakMap<Policy, Map<string, Policy>>();

/** The policy, whose parts are then found in the feature file. */
function placedInStep(policy: Policy, step: StepPlace): Policy {
  const { locate } = policy;
  if (locate === undefined) return policy;
  const known = placed.get(policy) ?? new Map<string, Policy>();
  placed.set(policy, known);
  const key = `${step.file}:${step.line}`;
  const inStep = known.get(key) ?? {
    ...policy,
    locate: (path, index) => {
      const { place, lineText } = locate(path, index);
      return {
        place: placeInDocString(step, place),
        lineText: ' '.repeat((step.docString?.column ?? 1) - 1) + lineText,
      };
    },
  };
  known.set(key, inStep);
  return inStep;
}

function add(scenario: Scenario, policies: readonly Policy[]): void {
  for (const policy of policies) {
    const twin = scenario.policies.find((other) => areTwins(other, policy));
    if (twin === policy) continue;
    if (twin !== undefined) {
      throw new InputError({
        code: 'policy-twice',
        message: `policy \`${policy.name}\` is given twice`,
        place: scenario.step,
        hint: 'a scenario has one policy of a name; leave one of the steps out',
      });
    }
    scenario.policies.push(policy);
  }
}

/** One of the words, or an `InputError` at the step that names the nearest. */
export function oneOf<T extends string>(scenario: Scenario, word: string, what: string, words: readonly T[]): T {
  const found = words.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  const meant = didYouMean(word, words);
  throw new InputError({
    code: 'bad-argument',
    message: `\`${word}\` is no ${what}`,
    place: placeOfWord(scenario.step, word),
    hint: meant === undefined ? `use ${words.join(', ')}` : `did you mean \`${meant}\`?`,
  });
}
