import { compileWildcard } from '../../language/wildcard.ts';
import { asArray, asString, type JsonObject } from '../../model/json.ts';
import { idsOfControl } from './control.ts';
import type { FieldFinding, Finding } from './finding.ts';
import { type PodView, withFakeContainer, withOnlyImages } from './pod.ts';

type RunChecks = (pod: PodView) => readonly Finding[];
/** Takes away what an exclusion excuses. */
type Exclusion = (findings: readonly Finding[], pod: PodView, runChecks: RunChecks) => readonly Finding[];

/**
 * Compiles the entries of `exclude` (or of an exception's `podSecurity`): control name, images, restricted field,
 * values. They work one after the other. A finding without fields cannot be excused. The order of what is left,
 * random upstream, is kept here. Upstream: `ApplyPodSecurityExclusion` in `pkg/pss/evaluate.go`.
 */
export function compileExclusions(entries: readonly JsonObject[]): Exclusion {
  const exclusions = entries.map(compileExclusion);
  return (findings, pod, runChecks) =>
    exclusions.reduce((left, exclusion) => exclusion(left, pod, runChecks), findings);
}

function compileExclusion(entry: JsonObject): Exclusion {
  const ids = idsOfControl(asString(entry['controlName']) ?? '');
  const restrictedField = asString(entry['restrictedField']) ?? '';
  const images = textsOf(entry, 'images');
  const values = textsOf(entry, 'values').map(compileWildcard);
  const wanted = images.map(compileWildcard);
  const isExcused = (finding: FieldFinding): boolean =>
    (restrictedField === '' || starred(finding.field) === restrictedField) &&
    (values.length === 0 || badTexts(finding).every((text) => values.some((matches) => matches(text))));
  return (findings, pod, runChecks) => {
    const byImage = images.length > 0;
    const compared = byImage
      ? withOnlyImages(pod, (image) => wanted.some((matches) => matches(image)))
      : withFakeContainer(pod);
    const excused = runChecks(compared).filter(({ id }) => ids.includes(id));
    if (excused.length === 0) return findings;
    const left = new Map(findings.map((finding): [string, FieldFinding[]] => [finding.id, [...finding.fields]]));
    for (const { id, fields } of excused) {
      for (const field of fields.filter(isExcused)) removeTwin(left, id, field, compared, pod, byImage);
    }
    return findings.flatMap((finding) => {
      const fields = left.get(finding.id) ?? [];
      return fields.length === 0 && finding.fields.length > 0 ? [] : [{ ...finding, fields }];
    });
  };
}

function textsOf(entry: JsonObject, key: string): readonly string[] {
  return (asArray(entry[key]) ?? []).map((item) => (typeof item === 'string' ? item : ''));
}

/** A field with its numbers replaced by `*`. */
function starred(field: string): string {
  return field.replace(/\d+/g, '*');
}

function badTexts({ badValue }: FieldFinding): readonly string[] {
  if (badValue === undefined || badValue === '') return [];
  return typeof badValue === 'object' ? badValue : [String(badValue)];
}

/** Removes the first like field; the last one takes its place. */
function removeTwin(
  left: ReadonlyMap<string, FieldFinding[]>,
  id: string,
  excused: FieldFinding,
  compared: PodView,
  pod: PodView,
  byImage: boolean,
): void {
  const fields = left.get(id);
  if (fields === undefined) return;
  const field = starred(excused.field);
  const name = containerName(excused.field, compared);
  const at = fields.findIndex(
    (candidate) => starred(candidate.field) === field && (!byImage || containerName(candidate.field, pod) === name),
  );
  const last = at < 0 ? undefined : fields.pop();
  if (last !== undefined && at < fields.length) fields[at] = last;
}

/** The name of the container that a field belongs to; `undefined` for fields of the pod. */
function containerName(field: string, pod: PodView): string | undefined {
  const prefix = /^spec\.(?:c|initC|ephemeralC)ontainers\[\d+\]/.exec(field)?.[0];
  return prefix === undefined
    ? undefined
    : (pod.containers.find((container) => container.field === prefix)?.name ?? '');
}
