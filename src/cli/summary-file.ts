import { appendFileSync } from 'node:fs';
import { writeText } from './report-files.ts';

/** Writes a Markdown summary to a file that was asked for, and to the summary of a GitHub job when there is one. */
export function appendSummary(
  path: string | undefined,
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): void {
  if (path !== undefined) writeText(path, text);
  const job = env['GITHUB_STEP_SUMMARY'];
  if (job !== undefined && job !== '') appendFileSync(job, text);
}
