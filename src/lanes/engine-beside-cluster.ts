import { isKyvernoConfigMap } from '../admission/settings-file.ts';
import type { Lane } from '../model/lane.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';
import { createEngineLane, type EngineLaneOptions } from './engine-lane.ts';

/** The engine with the settings of a cluster; a scenario that states Kyverno's configuration itself is judged with that. */
export function engineBesideCluster(options: Omit<EngineLaneOptions, 'settings'>, settings: ClusterSettings): Lane {
  const asCluster = createEngineLane({ ...options, settings });
  const kyverno = { ...settings.kyverno, config: DEFAULT_SETTINGS.kyverno.config };
  const asStated = createEngineLane({ ...options, settings: { ...settings, kyverno } });
  return {
    name: 'engine',
    ask: (premise, request) => (premise.objects.some(isKyvernoConfigMap) ? asStated : asCluster).ask(premise, request),
    [Symbol.asyncDispose]: async () => {},
  };
}
