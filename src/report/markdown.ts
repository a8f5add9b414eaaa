import type { RunResult } from './result.ts';

/** A summary of a run in Markdown, fit for a pull request or the summary of a job. */
export function markdownSummary(run: RunResult): string {
  return `# Kyverdict ${run.version}\n`;
}

/** The summary of a run that a cluster kept from starting. */
export function troubleSummary(text: string): string {
  return `# Kyverdict\n\n**Could not answer:** ${text}\n`;
}
