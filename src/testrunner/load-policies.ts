import { join } from 'node:path';
import { type Failure, InputError } from '../model/failure.ts';
import { asString } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { PolicyDocument } from '../policy/index.ts';
import type { FileSystem } from './file-system.ts';
import { pathOf } from './load-inputs.ts';
import type { TestDocument } from './test-document.ts';

/** How a policy file is read and judged: `src/policy` for Kyverno's own commands. */
export interface PolicyReader {
  /** The documents of a text; throws `InputError` for text that is no YAML. */
  readonly read: (text: string, file: string) => readonly PolicyDocument[];
  /** Kyverno's refusal of a policy, in its words; `undefined` when it is accepted. */
  readonly refusal: (policy: Policy) => string | undefined;
}

/** The policies of a test. */
export interface LoadedPolicies {
  readonly accepted: readonly Policy[];
  /** Refusal text by policy name. */
  readonly refused: ReadonlyMap<string, string>;
  /** Documents that did not load; the real command prints them and goes on. */
  readonly failures: readonly Failure[];
}

/**
 * Loads policies: files and folders in the order given, folders by file name, hidden entries left out. `known` keeps
 * what was parsed before, by path. Throws `InputError` for a path that is not there.
 * Upstream: `cmd/cli/kubectl-kyverno/policy/load.go`.
 */
export function loadPolicies(
  test: TestDocument,
  files: FileSystem,
  reader: PolicyReader,
  known: Map<string, readonly Policy[]>,
): LoadedPolicies {
  const failures: Failure[] = [];
  const accepted: Policy[] = [];
  const refused = new Map<string, string>();
  for (const listed of test.spec.policies ?? []) {
    const path = pathOf(test, listed);
    if (files.kind(path) === 'missing') {
      const hint = 'correct the path under `policies`';
      throw new InputError({
        code: 'no-file',
        message: `there is no file \`${path}\``,
        place: { file: test.file },
        hint,
      });
    }
    for (const file of policyFiles(path, files)) {
      for (const policy of parseOnce(file, files, reader, known, failures)) {
        const refusal = reader.refusal(policy);
        if (refusal === undefined) accepted.push(policy);
        else refused.set(policy.name, refusal);
      }
    }
  }
  return { accepted, refused, failures };
}

function policyFiles(path: string, files: FileSystem): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('.') && name !== '.' && name !== '..') return [];
  if (files.kind(path) !== 'folder') return /\.ya?ml$/.test(path) ? [path] : [];
  return files.list(path).flatMap((entry) => policyFiles(join(path, entry.name), files));
}

function parseOnce(
  file: string,
  files: FileSystem,
  reader: PolicyReader,
  known: Map<string, readonly Policy[]>,
  failures: Failure[],
): readonly Policy[] {
  const before = known.get(file);
  if (before !== undefined) return before;
  const policies: Policy[] = [];
  for (const document of readOrReport(file, files, reader, failures)) {
    if (document.type === 'policy') policies.push(document.policy);
    else if (document.type === 'other' || isStrayException(document)) {
      const message = `\`${asString(document.document['kind']) ?? ''}\` is no policy`;
      throw new InputError({
        code: 'no-policy',
        message,
        place: document.source.place,
        hint: document.type === 'other' ? 'list it under `resources`' : 'list it under `exceptions`',
      });
    } else if (document.type === 'broken') {
      if (document.loses === 'file') throw new InputError(...document.failures);
      failures.push(...document.failures);
    }
  }
  known.set(file, policies);
  return policies;
}

/** Of the exceptions for CEL policies the real command knows one version among policies, and passes over that. */
function isStrayException(document: PolicyDocument): document is PolicyDocument & { readonly type: 'exception' } {
  if (document.type !== 'exception') return false;
  return ['policies.kyverno.io/v1', 'policies.kyverno.io/v1alpha1'].includes(String(document.document['apiVersion']));
}

function readOrReport(
  file: string,
  files: FileSystem,
  reader: PolicyReader,
  failures: Failure[],
): readonly PolicyDocument[] {
  try {
    return reader.read(files.read(file), file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failures.push(...error.failures);
    return [];
  }
}
