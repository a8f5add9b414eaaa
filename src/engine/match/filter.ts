import { compileSelector } from '../../language/label-selector.ts';
import { compileWildcard, wildcardMatch } from '../../language/wildcard.ts';
import { asObject, asString, type JsonObject } from '../../model/json.ts';
import { namespaceOf } from '../../model/resource.ts';
import { compileKinds } from './kind.ts';
import { matchableName, stringMapOf } from './metadata.ts';
import type { MatchSubject } from './subject.ts';
import { compileUser, mentionsUser, strings } from './user.ts';

/** One test of a filter. A text is the reason why it does not hold; `reason` is used when it is just false. */
export interface FilterTest {
  readonly test: (subject: MatchSubject) => boolean | string;
  readonly reason: string;
}

/** One `resources` block with its user conditions. */
export interface CompiledFilter {
  /** Tests of the object, in the order of upstream's reasons. */
  readonly resource: readonly FilterTest[];
  readonly user: readonly FilterTest[];
  /** False when the block says nothing at all about objects. */
  readonly describesResource: boolean;
  readonly describesUser: boolean;
}

/**
 * Compiles one filter: `{resources, subjects, roles, clusterRoles}`.
 * Upstream: `doesResourceMatchConditionBlock` in `pkg/engine/utils/match.go`.
 */
export function compileFilter(filter: JsonObject): CompiledFilter {
  const resource = compileResources(asObject(filter['resources']) ?? {});
  const user = compileUser(filter).map(({ test, reason }) => ({
    test: ({ user: who }: MatchSubject) => test(who),
    reason,
  }));
  return { resource, user, describesResource: resource.length > 0, describesUser: mentionsUser(filter) };
}

/** The parts of a `resources` block that tests are made from. */
export function compileResources(resources: JsonObject): readonly FilterTest[] {
  const tests: FilterTest[] = [];
  const add = (reason: string, test: FilterTest['test']) => tests.push({ test, reason });
  const operations = strings(resources['operations']);
  const kinds = strings(resources['kinds']);
  const names = strings(resources['names']);
  const namespaces = strings(resources['namespaces']);
  if (operations.length > 0) add(OPERATION, ({ operation }) => operations.includes(operation));
  if (kinds.length > 0) {
    const matches = compileKinds(kinds);
    add(`kind does not match [${kinds.join(' ')}]`, ({ gvk, subresource }) => matches(gvk, subresource));
  }
  const name = asString(resources['name']) ?? '';
  if (name !== '') {
    const matches = compileWildcard(name);
    add('name does not match', ({ object }) => matches(matchableName(object)));
  }
  if (names.length > 0) add('none of the names match', ({ object }) => someMatch(names, matchableName(object)));
  if (namespaces.length > 0) {
    add('namespace does not match', ({ object }) => someMatch(namespaces, namespaceFor(object)));
  }
  addMetadataTests(resources, kinds, add);
  return tests;
}

/** The reason that hides all others. */
export const OPERATION = 'operation does not match';

function addMetadataTests(
  resources: JsonObject,
  kinds: readonly string[],
  add: (reason: string, test: FilterTest['test']) => void,
): void {
  const annotations = Object.entries(asObject(resources['annotations']) ?? {});
  if (annotations.length > 0) {
    add('annotations does not match', ({ object }) => {
      const actual = Object.entries(stringMapOf(object, 'annotations'));
      return annotations.every(([key, value]) =>
        actual.some(([name, text]) => wildcardMatch(key, name) && wildcardMatch(asString(value) ?? '', text)),
      );
    });
  }
  const selector = asObject(resources['selector']);
  if (selector !== undefined) {
    const test = compileSelector(selector);
    add('selector does not match', ({ object }) =>
      named('failed to parse selector', test(stringMapOf(object, 'labels'))),
    );
  }
  const namespaceSelector = asObject(resources['namespaceSelector']);
  if (namespaceSelector === undefined) return;
  const test = compileSelector(namespaceSelector);
  add('namespace selector does not match labels', ({ object, namespaceLabels }) => {
    if (object['kind'] === 'Namespace') return 'namespace selector is not applicable for namespace resource';
    const hasKind = (asString(object['kind']) ?? '') !== '' || kinds.includes('*');
    return !hasKind || named('failed to parse namespace selector', test(namespaceLabels()));
  });
}

function named(problem: string, result: boolean | string): boolean | string {
  return typeof result === 'string' ? `${problem}: ${result}` : result;
}

function someMatch(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => wildcardMatch(pattern, text));
}

/** The namespace a filter's `namespaces` are compared with: for a Namespace its own name. */
function namespaceFor(object: JsonObject): string {
  return object['kind'] === 'Namespace'
    ? (asString(asObject(object['metadata'])?.['name']) ?? '')
    : namespaceOf(object);
}
