/** How `kyverdict test` shows its table. */
export type OutputFormat = 'table' | 'json' | 'yaml' | 'markdown' | 'junit' | 'github';

/** All output formats, for help texts and checks. */
export const outputFormats: readonly OutputFormat[] = ['table', 'json', 'yaml', 'markdown', 'junit', 'github'];

/** The options of `kyverdict test`. */
export interface TestOptions {
  readonly paths: readonly string[];
  /** Base name of test files. */
  readonly fileName: string;
  readonly selector: string;
  readonly output: OutputFormat;
  /** Judge as the real command does, generosity included. */
  readonly compat: boolean;
  readonly failOnly: boolean;
  readonly detailed: boolean;
  /** No test found is a failure. */
  readonly requireTests: boolean;
  /** Where to write every engine response. */
  readonly responses?: string;
  /** A list of accepted strict findings. */
  readonly baseline?: string;
  /** Write the findings of this run to the baseline instead of judging by it. */
  readonly updateBaseline: boolean;
}
