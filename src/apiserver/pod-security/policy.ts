import type { Level } from './evaluate.ts';

/** A level at a version; the version as it is written in texts. */
export interface LevelVersion {
  readonly level: Level;
  readonly version: string;
}

/** What a namespace's labels ask for, and what is wrong with them. */
export interface NamespacePolicy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
  readonly errors: readonly LabelError[];
}

/** A label that can't be understood. */
export interface LabelError {
  readonly label: string;
  readonly value: string;
  readonly detail: string;
}

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const VERSION = /^v1\.(?:0|[1-9]\d*)$/;

/** The minor version of a version text; infinite for `latest`. */
export function minorOf(version: string): number {
  return version === 'latest' ? Number.POSITIVE_INFINITY : Number(version.slice('v1.'.length));
}

/** `restricted:latest`. */
export function levelText({ level, version }: LevelVersion): string {
  return `${level}:${version}`;
}

/** -1, 0 or 1: is `a` weaker, equal, stricter? */
export function compareLevels(a: Level, b: Level): number {
  return Math.sign(LEVELS.indexOf(a) - LEVELS.indexOf(b));
}

/** Reads the labels. Upstream: `PolicyToEvaluate` (pod-security-admission/api/helpers.go). */
export function namespacePolicy(labels: Readonly<Record<string, string>>): NamespacePolicy {
  const errors: LabelError[] = [];
  const read = (mode: string, failed: Level): LevelVersion & { readonly given: boolean; readonly valid: boolean } => {
    const level = labels[`${PREFIX}${mode}`];
    const version = labels[`${PREFIX}${mode}-version`];
    const known = LEVELS.find((name) => name === level);
    if (level !== undefined && known === undefined) {
      errors.push({ label: `${PREFIX}${mode}`, value: level, detail: `must be one of ${LEVELS.join(', ')}` });
    }
    const good = version === undefined || version === 'latest' || VERSION.test(version);
    if (!good) {
      errors.push({ label: `${PREFIX}${mode}-version`, value: version, detail: 'must be "latest" or "v1.x"' });
    }
    return {
      level: level === undefined ? 'privileged' : (known ?? failed),
      version: good ? (version ?? 'latest') : 'latest',
      given: level !== undefined,
      valid: known !== undefined,
    };
  };
  const enforce = read('enforce', 'restricted');
  const audit = read('audit', 'privileged');
  const warn = read('warn', 'privileged');
  const follows = !warn.given && enforce.valid && compareLevels(enforce.level, warn.level) > 0;
  const version = labels[`${PREFIX}warn-version`] === undefined ? enforce.version : warn.version;
  return { enforce, audit, warn: follows ? { level: enforce.level, version } : warn, errors };
}
