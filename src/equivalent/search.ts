import type { JsonObject } from '../model/json.ts';
import { draftTitle } from './draft.ts';
import { explore } from './explore/explore.ts';
import type { Terrain } from './explore/explorer.ts';
import { randomChanges } from './explore/pairs.ts';
import { createFindings, type Finding, signature } from './findings.ts';
import type { Plan } from './generate/plan.ts';
import type { Latitude } from './generate/values.ts';
import { seededRandom } from './random.ts';
import type { Tester } from './tester.ts';

/** How long to look. */
export interface Budget {
  readonly milliseconds: number;
  /** At most so many requests are judged by both sets. */
  readonly requests: number;
  readonly seed: number;
  /** Milliseconds, from any start. */
  readonly now: () => number;
}

/** What a search found. */
export interface SearchResult {
  /** The gravest first. */
  readonly findings: readonly Finding[];
  readonly differing: number;
  /** Did it end because nothing new came any more (and not because the budget was used up)? */
  readonly settled: boolean;
}

/** Chance requests without anything new after which looking on is idle. */
const IDLE = 2500;

/** Asks both sets until the budget is used up or nothing new comes, and shrinks what they differ on. */
export function search(plan: Plan, tester: Tester, latitude: Latitude, budget: Budget): SearchResult {
  const terrain: Terrain = {
    plan,
    random: seededRandom(budget.seed),
    latitude,
    bases: new Map<never, readonly JsonObject[]>(),
  };
  const end = budget.now() + budget.milliseconds;
  const findings = createFindings(tester);
  const patterns = new Set<string>();
  let differing = 0;
  let idle = 0;
  let proposals = explore(terrain);
  let isSystematic = true;
  let next = proposals.next();
  while (budget.now() < end && tester.counts().judged < budget.requests && (isSystematic || idle < IDLE)) {
    if (next.done) {
      if (!isSystematic) break;
      isSystematic = false;
      idle = 0;
      proposals = randomChanges(terrain);
      next = proposals.next();
      continue;
    }
    const draft = next.value;
    const isNew = !tester.knows(draft);
    const answer = tester.ask(draft);
    idle += 1;
    if (answer !== undefined && isNew) {
      const pattern = `${draftTitle(draft)} ${signature(answer)}`;
      if (!patterns.has(pattern)) idle = 0;
      patterns.add(pattern);
      if (answer.difference !== undefined) {
        differing += 1;
        if (findings.note(answer)) idle = 0;
      }
    }
    next = proposals.next(answer);
  }
  return {
    findings: findings.list(),
    differing,
    settled: !isSystematic && (next.done === true || idle >= IDLE),
  };
}
