export { cleanupProblems, isCleanupPolicy } from './check.ts';
export { type CleanupAnswer, type CleanupRun, type CompiledCleanup, compileCleanup } from './policy.ts';
export { cleanupResponses } from './responses.ts';
export { parseSchedule, type Schedule } from './schedule.ts';
export { deletionTime, ttlPropagation } from './ttl.ts';
