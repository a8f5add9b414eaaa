import type { JsonObject } from '../model/json.ts';
import type { MatchSubject } from './match/index.ts';
import type { PolicyRun } from './run.ts';

/** A run as match blocks see it. */
export function matchSubject(run: PolicyRun, object: JsonObject): MatchSubject {
  const { gvk, subresource, operation, user, namespaceLabels } = run;
  return { object, gvk, subresource, operation, user, namespaceLabels };
}
