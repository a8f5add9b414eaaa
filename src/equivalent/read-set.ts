import { type Failure, InputError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { readPolicyDocuments } from '../policy/index.ts';
import { isJudging, type PolicySet } from './policy-set.ts';

/** A file of a set. */
export interface SetFile {
  readonly file: string;
  readonly text: string;
  /** Found in a folder: what is no policy in it is left out. */
  readonly inFolder: boolean;
}

/** A set with what was left out of it. */
export interface ReadSet extends PolicySet {
  /** Policies that neither refuse nor report anything: mutating, generating, cleaning up. */
  readonly idle: readonly Policy[];
  /** Documents in folders that are no policies. */
  readonly others: number;
}

/** Kinds that a judging policy needs beside it. */
const COMPANIONS = /Binding$|^PolicyException$/;

/**
 * Reads the files of a policy set. Generate rules do not judge: policies that only have such are left out, those that
 * mutate stay, because what they change is judged. Throws `InputError` with every fault of every file.
 */
export function readPolicySet(title: string, files: readonly SetFile[]): ReadSet {
  const failures: Failure[] = [];
  const policies: Policy[] = [];
  const objects: JsonObject[] = [];
  let others = 0;
  for (const { file, text, inFolder } of files) {
    for (const document of documentsOf(file, text, failures)) {
      if (document.type === 'policy') policies.push(document.policy);
      else if (document.type === 'exception') objects.push(document.document);
      else if (document.type === 'broken') {
        // A resource of a test may be broken on purpose; a policy that cannot be read would be missed.
        if (inFolder && !isKyvernoPolicy(document.source.value)) others += 1;
        else failures.push(...document.failures);
      } else if (inFolder) others += 1;
      else failures.push(notAPolicy(document.document, file));
    }
  }
  failures.push(...twins(policies));
  if (failures.length > 0) throw new InputError(...failures);
  const useful = policies.filter((policy) => isJudging(policy) || COMPANIONS.test(policy.kind) || mutates(policy));
  const idle = policies.filter((policy) => !useful.includes(policy));
  return { title, policies: useful, objects, idle, others };
}

function documentsOf(file: string, text: string, failures: Failure[]): ReturnType<typeof readPolicyDocuments> {
  try {
    return readPolicyDocuments(text, file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failures.push(...error.failures);
    return [];
  }
}

function mutates({ rules }: Policy): boolean {
  return rules.some((rule) => rule['mutate'] !== undefined);
}

function isKyvernoPolicy(document: JsonObject): boolean {
  return /kyverno\.io\//.test(String(document['apiVersion'])) && /Policy$/.test(String(document['kind']));
}

function notAPolicy(document: JsonObject, file: string): Failure {
  const message = `\`${String(document['kind'] ?? '')}\` is no policy`;
  return { code: 'no-policy', message, place: { file }, hint: 'give resources with --resources' };
}

function twins(policies: readonly Policy[]): readonly Failure[] {
  const known = new Map<string, Policy>();
  return policies.flatMap((policy): readonly Failure[] => {
    const key = [policy.kind, policy.namespace, policy.name].join('/');
    const twin = known.get(key);
    known.set(key, twin ?? policy);
    if (twin === undefined) return [];
    const message = `policy \`${policy.name}\` is also in ${twin.place?.file ?? 'another file'}`;
    const place = policy.place === undefined ? {} : { place: policy.place };
    return [{ code: 'policy-twice', message, ...place, hint: 'leave one of them out' }];
  });
}
