import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { didYouMean, InputError } from '../model/failure.ts';
import type { Json } from '../model/json.ts';
import { readDocuments } from '../yaml/index.ts';

/** The file of settings, beside `features/`. */
export const SETTINGS_FILE = 'kyverdict.yaml';

/** A setting that a flag, an environment variable and the settings file can give, under the same name. */
export interface Setting {
  readonly type: 'text' | 'flag';
  /** Counted from where it was written: the current folder, or the folder of the settings file. */
  readonly path?: true;
}

/** The settings of `run` and `cluster`, by the name of their flag. In the file the name is the same. */
export const SETTINGS = {
  lane: { type: 'text' },
  tags: { type: 'text' },
  policies: { type: 'text' },
  config: { type: 'text', path: true },
  reports: { type: 'text', path: true },
  'no-reports': { type: 'flag' },
  json: { type: 'text', path: true },
  summary: { type: 'text', path: true },
  kubeconfig: { type: 'text', path: true },
  context: { type: 'text' },
  cluster: { type: 'text' },
  'k3s-image': { type: 'text' },
  'kyverno-manifest': { type: 'text', path: true },
  images: { type: 'text', path: true },
  registry: { type: 'text' },
  reuse: { type: 'flag' },
  record: { type: 'flag' },
  recording: { type: 'text', path: true },
} as const satisfies Readonly<Record<string, Setting>>;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** What was set; absent where nobody said anything. Paths are absolute. */
export type SettingValues = {
  readonly [K in SettingName]: (typeof SETTINGS)[K]['type'] extends 'flag' ? boolean : string | undefined;
};

/** Where settings come from. */
export interface SettingSources {
  /** What the command line says. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where paths of flags and of the environment count from. */
  readonly cwd: string;
  /** The folder in which the settings file may be. */
  readonly root: string;
}

const URL_START = /^https?:\/\//;

/** The environment variable of a setting, e.g. `KYVERDICT_K3S_IMAGE`. */
export function variableOf(name: SettingName): string {
  return `KYVERDICT_${name.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * Gathers settings: the flag wins over the environment, the environment over the file `kyverdict.yaml`. Throws `InputError`
 * for unknown names in the file and for values of the wrong type.
 */
export function readSettings({ flags, env, cwd, root }: SettingSources): SettingValues {
  const file = readSettingsFile(join(root, SETTINGS_FILE));
  const values: Record<string, string | boolean | undefined> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [SettingName, Setting][]) {
    const given = [flags[name], fromEnvironment(env, name, setting), file.get(name)];
    const at = given.findIndex((value) => value !== undefined);
    const value = given[at];
    const folder = at === 2 ? root : cwd;
    if (setting.type === 'flag') values[name] = value === true;
    else if (typeof value === 'string' && setting.path === true && !URL_START.test(value)) {
      values[name] = resolve(folder, value);
    } else values[name] = value;
  }
  return values as SettingValues;
}

/** The nearest folder upwards that has a settings file, else `cwd`: for commands that have no features. */
export function settingsRoot(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, SETTINGS_FILE))) return folder;
    if (folder === dirname(folder)) return cwd;
  }
}

function fromEnvironment(
  env: SettingSources['env'],
  name: SettingName,
  { type }: Setting,
): string | boolean | undefined {
  const variable = variableOf(name);
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  if (type === 'text') return text;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new InputError({
    code: 'bad-setting',
    message: `${variable} is \`${text}\``,
    hint: 'write `true` or `false`',
  });
}

function readSettingsFile(path: string): ReadonlyMap<string, string | boolean> {
  if (!existsSync(path)) return new Map();
  const [document] = readDocuments(readFileSync(path, 'utf8'), SETTINGS_FILE, 'int');
  if (document === undefined) return new Map();
  const names = Object.keys(SETTINGS);
  return new Map(
    Object.entries(document.value).map(([name, value]) => {
      const wrong = (message: string, hint: string): InputError =>
        new InputError({ code: 'bad-setting', message, place: document.placeOf([name]), hint });
      if (!names.includes(name)) {
        const meant = didYouMean(name, names);
        const hint = meant === undefined ? `settings are ${names.join(', ')}` : `did you mean \`${meant}\`?`;
        throw wrong(`unknown setting \`${name}\``, hint);
      }
      return [
        name,
        settingValue(value, SETTINGS[name as SettingName], () =>
          wrong(`\`${name}\` has no such value`, HINTS[SETTINGS[name as SettingName].type]),
        ),
      ];
    }),
  );
}

const HINTS = { text: 'write a text', flag: 'write `true` or `false`' } as const;

function settingValue(value: Json, { type }: Setting, wrong: () => InputError): string | boolean {
  if (type === 'flag' ? typeof value === 'boolean' : typeof value === 'string') return value as string | boolean;
  throw wrong();
}
