import { goJson } from '../../language/go-text.ts';
import { controlOfId } from './control.ts';
import type { FieldFinding, Finding } from './finding.ts';
import { TEMPLATE_KINDS } from './pod.ts';

/**
 * The list of failed checks as it stands in a rule's message, for a resource of this kind.
 * Upstream: `FormatChecksPrint` in `pkg/pss/evaluate.go`, `convertChecks` in `validate_pss.go`.
 */
export function findingsText(findings: readonly Finding[], kind: string): string {
  return findings
    .map(({ reason, fields }) => {
      const errors = fields.map((field) => fieldText(field, kind)).join(', ');
      return `(Forbidden reason: ${reason}, field error list: [${errors}])`;
    })
    .join('');
}

function fieldText({ field, required, badValue }: FieldFinding, kind: string): string {
  const place = placeIn(field, kind);
  if (required) return `${place}: Required value`;
  if (badValue === undefined || badValue === '') return `${place}: Forbidden`;
  const value = typeof badValue === 'object' ? `[${badValue.join(' ')}]` : String(badValue);
  return `${place} is forbidden, forbidden values found: ${value}`;
}

/** Upstream replaces the words wherever they occur, and moves the metadata of plain pods too. */
function placeIn(field: string, kind: string): string {
  let place = field;
  if (TEMPLATE_KINDS.has(kind)) place = place.replaceAll('spec', 'spec.template.spec');
  else if (kind === 'CronJob') place = place.replaceAll('spec', 'spec.jobTemplate.spec.template.spec');
  return place.replaceAll('metadata', 'spec.template.metadata');
}

/**
 * The properties that a report gives with a failure. `imageOf` gives the full reference of a container's image.
 * Upstream: `addPodSecurityProperties` in `pkg/utils/report/results.go`, `addImages` in `validate_pss.go`.
 */
export function findingProperties(
  findings: readonly Finding[],
  level: string,
  version: string,
  imageOf: (container: string) => string | undefined,
): Readonly<Record<string, string>> {
  const controls = findings.map((finding) => {
    const names = containersIn(finding.detail);
    const images = names === undefined ? 'null' : goJson(names.map((name) => imageOf(name) ?? name));
    return `{"ID":${goJson(finding.id)},"Name":${goJson(controlOfId(finding.id))},"Images":${images}}`;
  });
  return {
    standard: level,
    version,
    controls: findings.map(({ id }) => id).join(','),
    controlsJSON: `[${controls.join(',')}]`,
  };
}

/** Upstream takes container names from the sentence about them; a check that says no "must" has none. */
function containersIn(detail: string): readonly string[] | undefined {
  const match = /containers?\s*([^\n]*?)\s*must/.exec(detail);
  return match?.[1]?.replace(/[" ]/g, '').split(',');
}
