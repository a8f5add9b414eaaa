import { didYouMean, type Failure, InputError, type Place } from '../model/failure.ts';
import { asString, getPath, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Locator, Policy } from '../model/policy.ts';
import { annotationsOf, nameOf, namespaceOf } from '../model/resource.ts';
import { excerptAt, expandList, readEachDocument, type YamlDocument } from '../yaml/index.ts';
import { isPolicyKind, unsupportedPolicyKinds } from './kinds.ts';
import { asDecoded, undecodable } from './schema/decode.ts';
import { withDefaults } from './schema/defaults.ts';
import { metadataViolations, unknownMetadata, unreadableMetadata } from './schema/metadata.ts';
import { KINDS } from './schema/policy-shapes.ts';
import { pathText, unknownFields } from './schema/unknown-fields.ts';
import { type Violation, violations } from './schema/violations.ts';

/** One document of a policy file. */
export type PolicyDocument =
  | { readonly type: 'policy'; readonly policy: Policy; readonly source: YamlDocument }
  /** A PolicyException of `kyverno.io` or `policies.kyverno.io`, with schema defaults. */
  | { readonly type: 'exception'; readonly document: JsonObject; readonly source: YamlDocument }
  /** Some other Kubernetes object. */
  | { readonly type: 'other'; readonly document: JsonObject; readonly source: YamlDocument }
  /** A document that the API server would refuse. */
  | {
      readonly type: 'broken';
      readonly failures: readonly Failure[];
      /** What the Kyverno CLI says about it. */
      readonly refusal: string;
      /** Whether the Kyverno CLI drops only this document or gives up the whole file. */
      readonly loses: 'document' | 'file';
      readonly source: YamlDocument;
    };

/**
 * Reads a file of policies: ClusterPolicy, Policy, ValidatingPolicy and NamespacedValidatingPolicy of all versions with
 * the schema's defaults, policies of other kinds as they stand. Throws `InputError` with every mistake that the API server's schema would
 * find, and for documents that are no policies (a PolicyException is skipped).
 */
export function parsePolicies(text: string, file: string): readonly Policy[] {
  const documents = readPolicyDocuments(text, file);
  const failures = documents.flatMap((document) => {
    if (document.type === 'broken') return document.failures;
    return document.type === 'other' ? [notAPolicy(document.document, document.source.place)] : [];
  });
  if (failures.length > 0) throw new InputError(...failures);
  return documents.flatMap((document) => (document.type === 'policy' ? [document.policy] : []));
}

/**
 * Reads every document of a policy file, also those after a broken one. Throws `InputError` only where the text cannot
 * be cut into documents, which loses the file for the Kyverno CLI too.
 */
export function readPolicyDocuments(text: string, file: string): readonly PolicyDocument[] {
  return readEachDocument(text, file, 'int', { strict: true }).flatMap((document): readonly PolicyDocument[] => {
    if (document instanceof InputError) return [unreadable(document, file)];
    try {
      return expandList(document).map((source) => readDocument(source, text));
    } catch (error) {
      if (error instanceof InputError) return [unreadable(error, file)];
      throw error;
    }
  });
}

function unreadable({ failures }: InputError, file: string): PolicyDocument {
  const place = failures[0]?.place ?? { file };
  const source = { value: {}, place, placeOf: () => place };
  const refusal = failures.map((failure) => failure.message).join('; ');
  return { type: 'broken', failures, refusal, loses: 'document', source };
}

function readDocument(source: YamlDocument, text: string): PolicyDocument {
  const document = source.value;
  const kind = asString(document['kind']) ?? '';
  const apiVersion = asString(document['apiVersion']) ?? '';
  if (kind === '' || apiVersion === '') return broken(source, text, 'GVK cannot be empty', [noKind(document)]);
  const shape = KINDS.get(`${apiVersion}/${kind}`);
  if (shape === undefined) {
    if (isPolicyKind(apiVersion, kind))
      return { type: 'policy', policy: policyOf(document, source.place, locator(source, text)), source };
    const refusal = wrongVersion(apiVersion, kind);
    return refusal === undefined ? { type: 'other', document, source } : broken(source, text, ...refusal);
  }
  const unknown = [...unknownMetadata(document), ...unknownFields(document, shape)];
  if (unknown.length > 0) {
    const refusal = unknown.map(({ path }) => `${pathText(path)}: Invalid value: value provided for unknown field`);
    // Fields of what may have none are of the wrong type above.
    const mistakes = unknown.flatMap(({ path, known }): readonly Mistake[] => {
      if (known.length === 0) return [];
      const near = didYouMean(String(path.at(-1)), known);
      return [
        {
          path,
          code: 'unknown-field',
          message: `unknown field \`${pathText(path)}\``,
          hint: near === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${near}\`?`,
        },
      ];
    });
    if (unknown.some(({ known }) => known.length === 0)) mistakes.push(...schemaMistakes(violations(document, shape)));
    return broken(source, text, refusal.join('\n'), mistakes, 'file');
  }
  const garbled = unreadableMetadata(document);
  if (garbled !== undefined) return broken(source, text, garbled.text, [{ ...garbled, code: 'schema' }]);
  const full = withDefaults(document, shape);
  const wrong = [...metadataViolations(full), ...violations(full, shape)];
  if (wrong.length > 0) {
    const list = wrong.map((one) => one.text);
    const all = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
    const group = apiVersion.slice(0, apiVersion.indexOf('/'));
    return broken(source, text, `${kind}.${group} "${nameOf(full)}" is invalid: ${all}`, schemaMistakes(wrong));
  }
  const decoded = asDecoded(full, shape);
  const unread = undecodable(decoded, shape);
  if (unread !== undefined) {
    const mistake = {
      path: unread,
      code: 'schema',
      message: `\`${pathText(unread)}\` has the wrong form`,
      hint:
        unread.at(-1) === 'foreach' ? 'write a list' : 'write `any` and `all` with lists of `key`, `operator`, `value`',
    };
    return broken(source, text, `policy type not supported ${apiVersion}, Kind=${kind}`, [mistake], 'file');
  }
  if (kind === 'PolicyException') return { type: 'exception', document: decoded, source };
  return { type: 'policy', policy: policyOf(decoded, source.place, locator(source, text)), source };
}

/** Where a part of a policy stands in its file; for a policy that was read from none, where the policy stands. */
export function placeInPolicy(
  { locate, place }: Policy,
  path: readonly (string | number)[],
  index?: number,
): Place | undefined {
  return locate?.(path, index).place ?? place;
}

interface Mistake {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

function schemaMistakes(wrong: readonly Violation[]): readonly Mistake[] {
  return wrong.map(({ path, message, hint }) => ({
    ...{ path, code: 'schema', message },
    ...(hint === undefined ? {} : { hint }),
  }));
}

function broken(
  source: YamlDocument,
  text: string,
  refusal: string,
  mistakes: readonly Mistake[],
  loses: 'document' | 'file' = 'document',
): PolicyDocument {
  const failures = mistakes.map(({ path, ...rest }) => {
    const place = source.placeOf(path);
    return { ...rest, place, excerpt: excerptAt(text, place.line ?? 1, place.column ?? 1) };
  });
  return { type: 'broken', failures, refusal, loses, source };
}

function locator(source: YamlDocument, text: string): Locator {
  return (path, index) => {
    const place = source.placeOf(path, index);
    return { place, lineText: text.split('\n')[(place.line ?? 1) - 1] ?? '' };
  };
}

function noKind(document: JsonObject): Mistake {
  const missing = asString(document['kind']) === undefined ? 'kind' : 'apiVersion';
  return {
    path: [],
    code: 'no-kind',
    message: `the document has no \`${missing}\``,
    hint: 'a policy starts with `apiVersion: kyverno.io/v1` and `kind: ClusterPolicy`',
  };
}

/** A kind that looks like one of Kyverno's in a version or spelling that does not exist. */
function wrongVersion(apiVersion: string, kind: string): readonly [string, readonly Mistake[]] | undefined {
  if (!/^(policies\.)?kyverno\.io\//.test(apiVersion)) return undefined;
  const all = [...KINDS.keys(), ...unsupportedPolicyKinds()];
  const versions = all.filter((one) => one.endsWith(`/${kind}`)).map((one) => one.slice(0, one.lastIndexOf('/')));
  const near = didYouMean(kind, new Set(all.map((one) => one.slice(one.lastIndexOf('/') + 1))));
  const hint =
    versions.length > 0
      ? `\`${kind}\` exists in ${versions.join(', ')}`
      : near === undefined
        ? undefined
        : `did you mean \`${near}\`?`;
  if (hint === undefined) return undefined;
  const known = all.some((one) => one.startsWith(`${apiVersion}/`));
  const refusal = known
    ? `failed to retrieve validator: kind ${kind} not found in ${apiVersion} groupversion`
    : `failed to retrieve validator: failed to locate OpenAPI spec for GV: ${apiVersion}`;
  const path = versions.length > 0 ? ['apiVersion'] : ['kind'];
  return [refusal, [{ path, code: 'unknown-kind', message: `there is no \`${kind}\` in \`${apiVersion}\``, hint }]];
}

/** A document that is no policy, as a failure. */
export function notAPolicy(document: JsonObject, place: Place): Failure {
  return {
    code: 'not-a-policy',
    message: `\`${asString(document['kind']) ?? ''}\` of \`${asString(document['apiVersion']) ?? ''}\` is not a policy`,
    place,
    hint: 'give resources and other objects in files of their own',
  };
}

/** The policy that an object with its schema defaults is. */
export function policyOf(document: JsonObject, place?: Place, locate?: Locator): Policy {
  const spec = getPath(document, 'spec');
  const rules = isObject(spec) ? spec['rules'] : undefined;
  return {
    apiVersion: asString(document['apiVersion']) ?? '',
    kind: asString(document['kind']) ?? '',
    name: nameOf(document),
    namespace: namespaceOf(document),
    annotations: annotationsOf(document),
    document,
    spec: isObject(spec) ? spec : {},
    rules: Array.isArray(rules) ? rules.filter((rule: Json) => isObject(rule)) : [],
    ...(place === undefined ? {} : { place }),
    ...(locate === undefined ? {} : { locate }),
  };
}
