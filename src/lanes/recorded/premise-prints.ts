import type { Premise } from '../../model/lane.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import { fingerprint } from './fingerprint.ts';
import type { RecordedPremise } from './recording.ts';

/** The fingerprints of a premise, with an id that is the same for the same premise. */
export interface PremisePrints extends RecordedPremise {
  readonly id: string;
}

/** Makes fingerprints of premises; those of the same policies and objects are made once. */
export function createPrints(): (premise: Premise) => PremisePrints {
  const known = new WeakMap<Premise['policies'], WeakMap<Premise['objects'], PremisePrints>>();
  const single = new WeakMap<object, string>();
  const printOf = (value: Parameters<typeof fingerprint>[0] & object): string => {
    const print = single.get(value) ?? fingerprint(value);
    single.set(value, print);
    return print;
  };
  return ({ policies, objects }) => {
    const ofPolicies = known.get(policies) ?? new WeakMap<Premise['objects'], PremisePrints>();
    known.set(policies, ofPolicies);
    const found = ofPolicies.get(objects);
    if (found !== undefined) return found;
    const prints = {
      policies: byName(policies.map(({ name, document }) => [name, printOf(document)])),
      objects: byName(objects.map((object) => [objectWords(object), printOf(object)])),
    };
    const made = { ...prints, id: fingerprint(prints) };
    ofPolicies.set(objects, made);
    return made;
  };
}

/** Of several with one name (a policy in two namespaces) each counts. */
function byName(entries: readonly (readonly [name: string, print: string])[]): Readonly<Record<string, string>> {
  const groups = Map.groupBy(entries, ([name]) => name);
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.map(([, print]) => print).join(' ')]));
}

function objectWords(object: Parameters<typeof nameOf>[0]): string {
  const name = [namespaceOf(object), nameOf(object)].filter((part) => part !== '').join('/');
  return `${String(object['kind'])} ${name}`;
}
