import { createEngineLane } from '../lanes/engine-lane.ts';
import { didYouMean, InputError, NotSupportedError } from '../model/failure.ts';
import type { Lane } from '../model/lane.ts';
import type { ClusterSettings } from '../model/settings.ts';

const LANES = ['engine', 'cluster', 'both', 'recorded'] as const;

/** The lanes that `--lane NAME` stands for. Throws `InputError` for an unknown name. */
export function createLanes(name: string, settings: ClusterSettings): readonly Lane[] {
  if (name === 'engine') {
    return [createEngineLane({ settings, clock: { now: () => Date.now() }, random: { next: () => Math.random() } })];
  }
  if ((LANES as readonly string[]).includes(name)) throw new NotSupportedError(`--lane ${name}`);
  const meant = didYouMean(name, LANES);
  throw new InputError({
    code: 'unknown-lane',
    message: `there is no lane \`${name}\``,
    hint: meant === undefined ? `lanes are ${LANES.join(', ')}` : `did you mean \`${meant}\`?`,
  });
}
