import { wildcardMatch } from '../language/wildcard.ts';
import type { ResultRow } from './test-document.ts';

/** One term of `--test-case-selector`, e.g. `policy=require-*`. */
interface Term {
  readonly key: 'policy' | 'rule' | 'resource';
  readonly pattern: string;
}

/** A parsed `--test-case-selector`; malformed terms are reported and left out, as the real command does. */
export interface Selector {
  readonly errors: readonly string[];
  /** The rows to run, as they are to be run; `undefined` for a row that is left out. */
  readonly select: (row: ResultRow) => ResultRow | undefined;
}

/** Parses `policy=…,rule=…,resource=…`. Upstream: `cmd/cli/kubectl-kyverno/test/filter/filter.go`. */
export function parseSelector(text: string): Selector {
  const errors: string[] = [];
  const terms: Term[] = [];
  for (const part of text.split(',')) {
    const pieces = part.split('=').map((piece) => piece.trim());
    const [key = '', pattern = ''] = pieces;
    if (pieces.length !== 2 || key === '' || pattern === '') {
      errors.push(`Invalid test-case-selector argument (${part}). Parameter must be in the form \`<key>=<value>\`.`);
    } else if (key !== 'policy' && key !== 'rule' && key !== 'resource') {
      errors.push(`Invalid test-case-selector (${part}). Parameter can only be policy, rule or resource.`);
    } else terms.push({ key, pattern });
  }
  const resourceTerms = terms
    .filter((term) => term.key === 'resource' && term.pattern !== '*')
    .map((term) => term.pattern);
  return {
    errors,
    select(row) {
      if (!terms.every((term) => termMatches(term, row))) return undefined;
      return resourceTerms.length > 0 && errors.length === 0 ? { ...row, resources: resourceTerms } : row;
    },
  };
}

function termMatches({ key, pattern }: Term, row: ResultRow): boolean {
  if (key === 'resource') {
    const resources = row.resources ?? [];
    return resources.length === 0 || resources.some((resource) => wildcardMatch(pattern, resource));
  }
  const value = row[key] ?? '';
  return value === '' || wildcardMatch(pattern, value);
}
