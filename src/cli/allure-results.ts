import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { JsonObject } from '../model/json.ts';
import { allureConfig } from '../report/allure-config.ts';
import { laneResults } from '../report/allure-lanes.ts';
import type { RunResult } from '../report/result.ts';

/** The name of the Allure configuration in a reports folder. */
export const ALLURE_CONFIG = 'allurerc.mjs';

/**
 * Finishes the Allure results that cucumber's reporter wrote: one result for each lane of a scenario, and beside them the
 * configuration with which they are shown.
 */
export function finishAllureResults(folder: string, results: string, run: RunResult): void {
  if (!existsSync(results)) return;
  const copy = (source: string): string => {
    const name = `${randomUUID()}-attachment${extname(source)}`;
    copyFileSync(join(results, source), join(results, name));
    return name;
  };
  for (const name of readdirSync(results).filter((file) => file.endsWith('-result.json'))) {
    const path = join(results, name);
    const written = JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
    for (const [i, result] of laneResults(written, run, { id: randomUUID, copy }).entries()) {
      writeFileSync(i === 0 ? path : join(results, `${String(result['uuid'])}-result.json`), JSON.stringify(result));
    }
  }
  writeFileSync(join(folder, ALLURE_CONFIG), allureConfig(run.lanes));
}
