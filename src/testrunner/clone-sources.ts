import { ruleNamesOf } from '../engine/index.ts';
import { InputError } from '../model/failure.ts';
import { asArray, asObject, asString, getPath, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { FileSystem } from './file-system.ts';
import { pathOf, readResources } from './load-inputs.ts';
import type { ResultRow, TestDocument } from './test-document.ts';

/** The objects that a rule may clone from. */
export type CloneSources = (policy: Policy, rule: string) => readonly JsonObject[];

/**
 * The sources that rows name in `cloneSourceResource`, by policy (namespace and name) and rule; the first row about a
 * rule counts. Files that cannot be read give nothing, as with the real command: then the source is not found.
 * Upstream: `runTest` in `cmd/cli/kubectl-kyverno/commands/test/test.go`.
 */
export function createCloneSources(
  test: TestDocument,
  clusterKinds: ReadonlySet<string>,
  files: FileSystem,
): CloneSources {
  const rows = test.spec.results ?? [];
  const known = new Map<string, readonly JsonObject[]>();
  return (policy, rule) => {
    const row = rows.find((one) => one.rule === rule && isAbout(one, policy));
    if (row === undefined || !clones(policy, rule)) return [];
    const path = pathOf(test, row.cloneSourceResource ?? '');
    const read = known.get(path) ?? readSources(path, clusterKinds, files);
    known.set(path, read);
    return read;
  };
}

function isAbout({ policy = '' }: ResultRow, { namespace, name }: Policy): boolean {
  const [first = '', ...rest] = policy.split('/');
  return rest.length === 0 ? namespace === '' && first === name : namespace === first && rest.join('/') === name;
}

/** Does the rule itself clone? Its foreach entries do not count. */
function clones(policy: Policy, name: string): boolean {
  if (!ruleNamesOf(policy).includes(name)) return false;
  const generate = asObject(policy.rules.find((rule) => asString(rule['name']) === name)?.['generate']);
  const listed = asArray(getPath(generate, 'cloneList', 'kinds')) ?? [];
  return listed.length > 0 || Object.keys(asObject(generate?.['clone']) ?? {}).length > 0;
}

function readSources(path: string, clusterKinds: ReadonlySet<string>, files: FileSystem): readonly JsonObject[] {
  if (files.kind(path) !== 'file') return [];
  try {
    return readResources(path, 'int', clusterKinds, files);
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}
