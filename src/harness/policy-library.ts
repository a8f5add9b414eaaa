import { join } from 'node:path';
import { didYouMean, type Failure, InputError } from '../model/failure.ts';
import { asObject, isObject, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { PolicyFileError } from '../policy/index.ts';
import { filesBelow } from './files-below.ts';
import { areTwins, hasNoRules, isBinding } from './policy-kinds.ts';
import { isFolder, type ProjectFiles } from './project-files.ts';

/** Where policies are unless something else is said. */
export const DEFAULT_FOLDER = 'policies';

/** Reads the policies of a text. Throws `InputError`. */
export type PolicyReader = (text: string, file: string) => readonly Policy[];

/** The policies of a project. */
export interface PolicyLibrary {
  /** The policies of the policies folder: the suite that a whole run must exercise. */
  readonly suite: readonly Policy[];
  /** What is wrong with files of the policies folder. */
  readonly failures: readonly Failure[];
  /** A policy of the suite. Throws `InputError` without a place for an unknown name. */
  readonly byName: (name: string) => Policy;
  /** The policies of a file or folder anywhere in the project. Throws `InputError`. */
  readonly fromFile: (path: string) => readonly Policy[];
  readonly read: PolicyReader;
}

/**
 * Loads every policy of `folder`; a folder that is not there is an empty suite, a fault where it is not the usual one.
 */
export function loadPolicyLibrary(files: ProjectFiles, folder: string, read: PolicyReader): PolicyLibrary {
  const byFile = new Map<string, readonly Policy[]>();
  const failures: Failure[] = [];
  const readFile = (path: string) => {
    let policies = byFile.get(path);
    if (policies === undefined) {
      policies = read(files.text(path), path);
      byFile.set(path, policies);
    }
    return policies;
  };

  if (folder !== DEFAULT_FOLDER && !isFolder(join(files.root, folder))) {
    failures.push({
      code: 'unknown-file',
      message: `there is no folder \`${folder}\``,
      hint: 'name the policies folder',
    });
  }
  const suite: Policy[] = [];
  const twins = new Set<string>();
  for (const path of isFolder(join(files.root, folder)) ? filesBelow(files.root, folder) : []) {
    for (const policy of soundPolicies(() => readFile(path), failures)) {
      const twin = suite.find((other) => areTwins(other, policy));
      if (twin === undefined) suite.push(policy);
      else {
        failures.push(twinFailure(policy, twin));
        twins.add(policy.name);
      }
    }
  }

  const byName = (name: string) => {
    const named = suite.filter((policy) => policy.name === name);
    const found = named.find((policy) => !isBinding(policy)) ?? named[0];
    if (twins.has(name)) {
      throw new InputError({ code: 'missing-policy', message: `there are several policies \`${name}\` in ${folder}/` });
    }
    if (found !== undefined) return found;
    const meant = didYouMean(
      name,
      suite.map((policy) => policy.name),
    );
    if (failures.length > 0) {
      throw new InputError({
        code: 'missing-policy',
        message: `policy \`${name}\` is not among the policies that could be read from ${folder}/`,
        ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }),
      });
    }
    throw new InputError({
      code: 'unknown-policy',
      message: `there is no policy \`${name}\` in ${folder}/`,
      ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }),
    });
  };

  const fromFile = (path: string) => files.list(path).flatMap(readFile);

  return { suite, failures, byName, fromFile, read };
}

function twinFailure(policy: Policy, twin: Policy): Failure {
  return {
    code: 'policy-twice',
    message: `policy \`${policy.name}\` is also in ${twin.place?.file ?? 'another file'}`,
    ...(policy.place === undefined ? {} : { place: policy.place }),
    hint: 'give one of them another name',
  };
}

// Of a file with faulty policies the others still count.
function soundPolicies(read: () => readonly Policy[], failures: Failure[]): readonly Policy[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failures.push(...error.failures);
    return error instanceof PolicyFileError ? error.policies : [];
  }
}

/**
 * A copy of a policy whose rules all have this failure action; overrides by namespace are dropped. Throws `InputError`
 * without a place for a policy whose action its bindings say.
 */
export function withFailureAction(policy: Policy, action: 'Audit' | 'Enforce'): Policy {
  if (policy.kind.startsWith('ValidatingAdmissionPolicy')) {
    const message = `\`${policy.name}\` has no failure action: its bindings say what it does`;
    throw new InputError({ code: 'bad-argument', message, hint: 'give it with a binding of the action that you want' });
  }
  if (hasNoRules(policy)) {
    const spec: JsonObject = { ...policy.spec, validationActions: [action === 'Enforce' ? 'Deny' : 'Audit'] };
    return { ...policy, spec, document: { ...policy.document, spec } };
  }
  const rules = policy.rules.map((rule) => {
    const validate = asObject(rule['validate']);
    if (validate === undefined) return rule;
    const { failureActionOverrides: _, ...rest } = validate;
    return { ...rule, validate: { ...rest, failureAction: action } };
  });
  const { validationFailureActionOverrides: _, ...rest } = policy.spec;
  const spec: JsonObject = { ...rest, validationFailureAction: action, ...(isObject(policy.spec) ? { rules } : {}) };
  return { ...policy, rules, spec, document: { ...policy.document, spec } };
}
