export { compileSelector, type SelectorTest } from '../../language/label-selector.ts';
export { compileFilter } from './filter.ts';
export { containsKind, type KindSelector, parseKindSelector } from './kind.ts';
export { type StringMap, stringMapOf } from './metadata.ts';
export { allHold, compileMatch, type RuleMatch } from './rule-match.ts';
export { type MatchSubject, type MatchUser, NO_USER } from './subject.ts';
