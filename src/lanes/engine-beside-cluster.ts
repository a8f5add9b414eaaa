import { isKyvernoConfigMap } from '../admission/settings-file.ts';
import type { Premise } from '../model/lane.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';
import { createEngineLane, type EngineLane, type EngineLaneOptions } from './engine-lane.ts';

/** The engine with the settings of a cluster; a scenario that states Kyverno's configuration itself is judged with that. */
export function engineBesideCluster(
  options: Omit<EngineLaneOptions, 'settings'>,
  settings: ClusterSettings,
): EngineLane {
  const asCluster = createEngineLane({ ...options, settings });
  const kyverno = { ...settings.kyverno, config: DEFAULT_SETTINGS.kyverno.config };
  const asStated = createEngineLane({ ...options, settings: { ...settings, kyverno } });
  const engineFor = ({ objects }: Premise): EngineLane => (objects.some(isKyvernoConfigMap) ? asStated : asCluster);
  return {
    name: 'engine',
    ask: (premise, request) => engineFor(premise).ask(premise, request),
    install: (premise, policy) => engineFor(premise).install(premise, policy),
    cleanUp: (premise, at) => engineFor(premise).cleanUp(premise, at),
    [Symbol.asyncDispose]: async () => {},
  };
}
