import { goQuote } from '../../language/go-text.ts';
import { asString } from '../../model/json.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import { isWhole, quantity } from '../validate/quantities.ts';

/** Volume plugins that are gone or going. Upstream: pkg/api/pod/warnings.go, pkg/api/persistentvolume/util.go. */
export const OLD_PLUGINS: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageOS: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

/** The order in which a pod's volume is looked at; JSON name, then the name in the text. */
const POD_PLUGINS = [
  ['photonPersistentDisk', 'photonPersistentDisk'],
  ['gitRepo', 'gitRepo'],
  ['scaleIO', 'scaleIO'],
  ['flocker', 'flocker'],
  ['storageos', 'storageOS'],
  ['quobyte', 'quobyte'],
  ['glusterfs', 'glusterfs'],
  ['ephemeral', ''],
  ['cephfs', 'cephfs'],
  ['rbd', 'rbd'],
] as const;

/** Warnings on the volumes of a pod; `path` is that of the list. */
export function warnOnVolumes(volumes: readonly Mutable[], path: string): readonly string[] {
  const warnings = volumes.flatMap((volume, i) =>
    POD_PLUGINS.flatMap(([key, shown]) => {
      const source = objectAt(volume, key);
      if (source === undefined) return [];
      if (key !== 'ephemeral') return [`${path}[${i}].${shown}: ${OLD_PLUGINS[shown] ?? ''}`];
      const spec = objectAt(objectAt(source, 'volumeClaimTemplate') ?? {}, 'spec');
      return spec === undefined ? [] : warnOnClaimSpec(spec, `${path}[${i}].ephemeral.volumeClaimTemplate.spec`);
    }),
  );
  return [...warnings, ...volumes.flatMap(overlaps)];
}

/** Fractional bytes in a claim. Upstream: `GetWarningsForPersistentVolumeClaimSpec`. */
export function warnOnClaimSpec(spec: Mutable, path: string): readonly string[] {
  const resources = objectAt(spec, 'resources') ?? {};
  return ['requests', 'limits'].flatMap((which) =>
    warnOnFraction(objectAt(resources, which), 'storage', `${path}.resources.${which}`),
  );
}

/** A quantity of bytes that is no whole number; `path` is that of the list. */
export function warnOnFraction(list: Mutable | undefined, name: string, path: string): readonly string[] {
  const text = asString(list?.[name]);
  if (text === undefined || isWhole(quantity(text))) return [];
  return [`${path}[${name}]: fractional byte value ${goQuote(text)} is invalid, must be an integer`];
}

interface Mount {
  readonly path: string;
  readonly source: string;
}

function overlaps(volume: Mutable): readonly string[] {
  const name = asString(volume['name']) ?? '';
  const warnings: string[] = [];
  const report = (description: string, found: readonly string[]): void => {
    for (const text of found) {
      warnings.push(`volume ${goQuote(name)} (${description}): overlapping paths: ${text}`);
    }
  };
  const configMap = objectAt(volume, 'configMap');
  if (configMap !== undefined) {
    report(`ConfigMap ${goQuote(asString(configMap['name']) ?? '')}`, collisions(mountsOf(configMap, '')));
  }
  const secret = objectAt(volume, 'secret');
  if (secret !== undefined) {
    report(`Secret ${goQuote(asString(secret['secretName']) ?? '')}`, collisions(mountsOf(secret, '')));
  }
  const downward = objectAt(volume, 'downwardAPI');
  if (downward !== undefined) report('DownwardAPI', collisions(mountsOf(downward, '')));
  const projected = objectAt(volume, 'projected');
  if (projected === undefined) return warnings;
  const all: Mount[] = [];
  for (const source of objectsAt(projected, 'sources')) {
    if (Object.keys(source).length === 0) {
      warnings.push(`volume ${goQuote(name)} (Projected) has no sources provided`);
      continue;
    }
    for (const mount of projectedMounts(source)) {
      report('Projected', clashes(all, mount));
      all.push(mount);
    }
  }
  return warnings;
}

function mountsOf(source: Mutable, label: string): readonly Mount[] {
  return objectsAt(source, 'items').map((item) => ({ path: trimmed(item['path']), source: label }));
}

function trimmed(value: unknown): string {
  return (typeof value === 'string' ? value : '').replace(/\/+$/, '');
}

function projectedMounts(source: Mutable): readonly Mount[] {
  const named = (key: string, label: string): readonly Mount[] | undefined => {
    const from = objectAt(source, key);
    if (from === undefined || objectsAt(from, 'items').length === 0) return undefined;
    return mountsOf(from, label === '' ? key : `${label} ${goQuote(asString(from['name']) ?? '')}`);
  };
  const token = objectAt(source, 'serviceAccountToken');
  return (
    named('configMap', 'ConfigMap') ??
    named('secret', 'Secret') ??
    named('downwardAPI', '')?.map((mount) => ({ ...mount, source: 'DownwardAPI' })) ??
    (token === undefined ? [] : [{ path: trimmed(token['path']), source: 'ServiceAccountToken' }])
  );
}

function collisions(mounts: readonly Mount[]): readonly string[] {
  return mounts.flatMap((mount, i) => clashes(mounts.slice(0, i), mount));
}

function clashes(before: readonly Mount[], mount: Mount): readonly string[] {
  if (mount.path === '') return [];
  return before
    .filter(
      (other) =>
        other.path !== '' &&
        (`${other.path}/`.startsWith(`${mount.path}/`) || `${mount.path}/`.startsWith(`${other.path}/`)),
    )
    .map((other) => `${show(mount)} with ${show(other)}`);
}

function show({ path, source }: Mount): string {
  return source === '' ? goQuote(path) : `${goQuote(path)} (${source})`;
}
