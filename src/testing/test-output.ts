import type { TestOutput } from '../testrunner/command.ts';

/** An output of `kyverdict test` that keeps what is written. */
export interface CapturedOutput extends TestOutput {
  readonly shown: { out: string; err: string; readonly files: Map<string, string>; readonly progress: string[] };
}

/** Makes an output that keeps everything. */
export function captureOutput(): CapturedOutput {
  const shown = { out: '', err: '', files: new Map<string, string>(), progress: [] as string[] };
  return {
    shown,
    out: (text) => {
      shown.out += text;
    },
    err: (text) => {
      shown.err += text;
    },
    progress: (text) => {
      shown.progress.push(text);
    },
    writeFile: (path, text) => {
      shown.files.set(path, text);
    },
  };
}
