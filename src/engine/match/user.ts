import { compileWildcard, wildcardMatch } from '../../language/wildcard.ts';
import { asArray, asObject, asString, isArray, type Json, type JsonObject } from '../../model/json.ts';
import type { MatchUser } from './subject.ts';

/** A test of the requesting user, with the reason given when it fails. */
export interface UserTest {
  readonly test: (user: MatchUser) => boolean;
  readonly reason: string;
}

/**
 * Compiles `roles`, `clusterRoles` and `subjects` of a filter; all that are given must hold.
 * Upstream: `doesResourceMatchConditionBlock` in `pkg/engine/utils/match.go`, `pkg/utils/match/subjects.go`.
 */
export function compileUser(filter: JsonObject): readonly UserTest[] {
  const tests: UserTest[] = [];
  const roles = strings(filter['roles']);
  const clusterRoles = strings(filter['clusterRoles']);
  const subjects = (asArray(filter['subjects']) ?? []).map((subject) => compileSubject(asObject(subject) ?? {}));
  if (roles.length > 0) {
    tests.push({ test: (user) => user.roles.some((role) => roles.includes(role)), reason: failed('roles') });
  }
  if (clusterRoles.length > 0) {
    const test = (user: MatchUser) => user.clusterRoles.some((role) => clusterRoles.includes(role));
    tests.push({ test, reason: failed('clustersRoles') });
  }
  if (subjects.length > 0) {
    tests.push({ test: (user) => subjects.some((subject) => subject(user)), reason: failed('subject') });
  }
  return tests;
}

/** True when a filter says anything about users; an empty list counts, as upstream compares deeply. */
export function mentionsUser(filter: JsonObject): boolean {
  return ['roles', 'clusterRoles', 'subjects'].some((key) => isArray(filter[key]));
}

function failed(what: string): string {
  return `user info does not match ${what} for the given conditionBlock`;
}

function compileSubject(subject: JsonObject): (user: MatchUser) => boolean {
  const name = asString(subject['name']) ?? '';
  switch (subject['kind']) {
    case 'User': {
      const matches = compileWildcard(name);
      return (user) => matches(user.username);
    }
    case 'Group':
      return (user) => user.groups.some((group) => wildcardMatch(name, group));
    case 'ServiceAccount': {
      const matches = compileWildcard(`system:serviceaccount:${asString(subject['namespace']) ?? ''}:${name}`);
      return (user) => matches(user.username);
    }
    default:
      return () => false;
  }
}

/** The strings of a list; anything else gives an empty list. */
export function strings(value: Json | undefined): readonly string[] {
  return (asArray(value) ?? []).filter((item) => typeof item === 'string');
}
