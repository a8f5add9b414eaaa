import { join } from 'node:path';
import { type Failure, InputError } from '../../model/failure.ts';
import { asObject, asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { type PolicyDocument, readPolicyDocuments } from '../../policy/index.ts';
import { expandList, readDocuments, type YamlDocument } from '../../yaml/index.ts';
import type { FileSystem } from '../file-system.ts';
import { normalizeResource } from '../resources.ts';

/** Where the command reads from: `-` is standard input. */
export interface ApplySources {
  readonly files: FileSystem;
  /** The text of standard input. */
  readonly stdin: string;
  /** Texts from the network, by address. */
  readonly fetched?: ReadonlyMap<string, string>;
}

/** Policies and the exceptions that stand among them. */
export interface PoliciesAndExceptions {
  readonly policies: readonly Policy[];
  readonly exceptions: readonly JsonObject[];
}

/** Reads policy files and folders (with all below them). Throws `InputError` with every mistake of every file. */
export function loadPolicySources(paths: readonly string[], sources: ApplySources): PoliciesAndExceptions {
  const failures: Failure[] = [];
  const documents: PolicyDocument[] = [];
  for (const path of paths.flatMap((one) => yamlFiles(one, sources, true))) {
    try {
      documents.push(...readPolicyDocuments(readSource(path, sources), nameOfSource(path)));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push(...error.failures);
    }
  }
  for (const document of documents) {
    if (document.type === 'broken') failures.push(...document.failures);
    if (document.type !== 'other') continue;
    const kind = asString(document.document['kind']) ?? '';
    const message = `\`${kind}\` is no policy`;
    failures.push({ code: 'no-policy', message, place: document.source.place, hint: 'give it with --resource' });
  }
  if (failures.length > 0) throw new InputError(...failures);
  return {
    policies: documents.flatMap((document) => (document.type === 'policy' ? [document.policy] : [])),
    exceptions: documents.flatMap((document) => (document.type === 'exception' ? [document.document] : [])),
  };
}

/** Reads resource files and the files right in folders, as the command line holds resources. Throws `InputError`. */
export function loadResourceSources(
  paths: readonly string[],
  mode: 'int' | 'float',
  clusterKinds: ReadonlySet<string>,
  sources: ApplySources,
): readonly JsonObject[] {
  return paths
    .flatMap((path) => yamlFiles(path, sources, false))
    .flatMap((path) =>
      documentsOf(path, mode, sources).map(({ value, place }) => {
        for (const field of ['kind', 'apiVersion']) {
          if (typeof value[field] === 'string' && value[field] !== '') continue;
          const hint = 'every resource needs apiVersion and kind';
          throw new InputError({ code: 'no-kind', message: `\`${field}\` is missing`, place, hint });
        }
        return normalizeResource(value, clusterKinds);
      }),
    );
}

/** The documents of a file; those of a `List`, in which the real command crashes, one by one. */
function documentsOf(path: string, mode: 'int' | 'float', sources: ApplySources): readonly YamlDocument[] {
  return readDocuments(readSource(path, sources), nameOfSource(path), mode).flatMap(expandList);
}

/** What CustomResourceDefinitions say of kinds, each called `group/Kind`. */
export interface CustomKinds {
  /** Those without namespaces. */
  readonly clusterKinds: ReadonlySet<string>;
  /** Plural names. */
  readonly plurals: ReadonlyMap<string, string>;
}

/** Reads CustomResourceDefinitions. Throws `InputError`. */
export function loadCustomKinds(paths: readonly string[], sources: ApplySources): CustomKinds {
  const clusterKinds = new Set<string>();
  const plurals = new Map<string, string>();
  for (const path of paths.flatMap((one) => yamlFiles(one, sources, false))) {
    for (const { value } of readDocuments(readSource(path, sources), path, 'int')) {
      const spec = asObject(value['spec']);
      const names = asObject(spec?.['names']);
      if (spec === undefined || names === undefined) continue;
      const id = `${asString(spec['group']) ?? ''}/${asString(names['kind']) ?? ''}`;
      plurals.set(id, asString(names['plural']) ?? '');
      if (spec['scope'] === 'Cluster') clusterKinds.add(id);
    }
  }
  return { clusterKinds, plurals };
}

/** PolicyExceptions among documents. */
export function kyvernoExceptions(objects: readonly JsonObject[]): readonly JsonObject[] {
  return objects.filter(({ kind }) => kind === 'PolicyException');
}

function yamlFiles(path: string, sources: ApplySources, deep: boolean): readonly string[] {
  if (path === '-') return [path];
  if (sources.fetched?.has(path) === true) return [path];
  const { files } = sources;
  const kind = files.kind(path);
  if (kind === 'missing') {
    throw new InputError({
      code: 'no-file',
      message: `there is no file or folder \`${path}\``,
      hint: 'paths count from where you are',
    });
  }
  if (kind === 'file') return [path];
  return files.list(path).flatMap(({ name, isFolder }) => {
    if (name.startsWith('.') && deep) return [];
    if (isFolder) return deep ? yamlFiles(join(path, name), sources, deep) : [];
    return /\.ya?ml$/.test(name) ? [join(path, name)] : [];
  });
}

function readSource(path: string, { files, stdin, fetched }: ApplySources): string {
  return path === '-' ? stdin : (fetched?.get(path) ?? files.read(path));
}

function nameOfSource(path: string): string {
  return path === '-' ? '<stdin>' : path;
}
