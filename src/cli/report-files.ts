import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { finished } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { CucumberHtmlStream } from '@cucumber/html-formatter';
import type { Envelope } from '@cucumber/messages';
import { allureMessageType } from '../report/allure.ts';
import { junitReport } from '../report/junit.ts';
import type { RunResult } from '../report/result.ts';
import { finishAllureResults } from './allure-results.ts';

/** The report files of a run, and what cucumber needs to write them. */
export interface ReportFiles {
  readonly formats: Readonly<Record<string, string>>;
  readonly formatOptions: Readonly<Record<string, string>>;
  readonly onMessage: (message: Envelope) => void;
  /** Waits until everything is on disk. */
  readonly close: (run: RunResult) => Promise<void>;
  /** Where the reports are, seen from a folder. */
  readonly summary: (cwd: string) => string;
}

/** Names of the files in a reports folder. */
export const REPORTS = { allure: 'allure-results', html: 'cucumber.html', junit: 'junit.xml' } as const;

/** Prepares a reports folder: the results of the run before are removed. */
export function reportFiles(folder: string): ReportFiles {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, REPORTS.allure), { recursive: true, force: true });
  const html = new CucumberHtmlStream();
  const file = createWriteStream(join(folder, REPORTS.html));
  html.pipe(file);
  return {
    formats: {
      // Allure's formatter writes into a folder; its own output goes nowhere.
      [devNull]: import.meta.resolve('allure-cucumberjs/reporter'),
    },
    formatOptions: { resultsDir: join(folder, REPORTS.allure) },
    onMessage: (message) => {
      if (message.attachment?.mediaType !== allureMessageType) html.write(message);
    },
    close: async (run) => {
      html.end();
      await finished(file);
      writeFileSync(join(folder, REPORTS.junit), junitReport(run));
      finishAllureResults(folder, join(folder, REPORTS.allure), run);
    },
    summary: (cwd) => {
      const at = (name: string) => relative(cwd, join(folder, name));
      return `Reports: ${at(REPORTS.html)}, ${at(REPORTS.junit)}; for the Allure report: kyverdict report`;
    },
  };
}

/** Writes a text file, folders on the way included. */
export function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A file as a link that opens in a browser. */
export function fileLink(path: string): string {
  return pathToFileURL(path).href;
}
