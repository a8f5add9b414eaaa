import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalidText, notSupported, notSupportedText, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { has, obj, str } from '../fields.ts';
import {
  checkSelector,
  isEmptySelector,
  isUsableSelector,
  labelsText,
  selectorMatches,
  selectorText,
} from '../label-selector.ts';
import type { PodOptions } from '../pod/options.ts';
import { checkTemplate } from '../pod/template.ts';

/** The text for a selector that the template's labels do not satisfy. */
export const NO_MATCH = '`selector` does not match template `labels`';

/** The selector of a controller: set, sound, and not empty. `empty`: the complaint about an empty one. */
export function checkOwnSelector(path: FieldPath, spec: JsonObject, empty: string): FieldError[] {
  const selector = obj(spec, 'selector');
  if (selector === undefined) return [required(path)];
  const errors = checkSelector(path, selector);
  if (isEmptySelector(selector)) errors.push(invalidText(path, selectorText(selector), empty));
  return errors;
}

/** One error when a usable selector does not select the template: no selector selects nothing, an empty one all. */
export function checkSelectsTemplate(path: FieldPath, spec: JsonObject): FieldError[] {
  const selector = obj(spec, 'selector');
  const meta = obj(obj(spec, 'template'), 'metadata');
  if (selector !== undefined && isEmptySelector(selector)) return [];
  if (selectorMatches(selector, meta)) return [];
  return [invalidText(path.child('metadata', 'labels'), labelsText(meta), NO_MATCH)];
}

/** What a template must be for pods that run forever. `kind` and `plain` only change texts. */
export function checkAlwaysTemplate(path: FieldPath, spec: JsonObject, kind: string, plain = false): FieldError[] {
  const pod = obj(obj(spec, 'template'), 'spec');
  const at = path.child('spec');
  const errors: FieldError[] = [];
  const policy = str(pod, 'restartPolicy');
  if (policy !== 'Always') {
    const where = at.child('restartPolicy');
    errors.push(plain ? notSupportedText(where, goQuote(policy), ['Always']) : notSupported(where, policy, ['Always']));
  }
  if (has(pod, 'activeDeadlineSeconds')) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden(at.child('activeDeadlineSeconds'), detail));
  }
  return errors;
}

/** Selector and template of a Deployment or ReplicaSet. Upstream: `ValidatePodTemplateSpecForReplicaSet`. */
export function checkReplicaTemplate(path: FieldPath, spec: JsonObject, options: PodOptions): FieldError[] {
  const selector = obj(spec, 'selector');
  const errors = checkOwnSelector(path.child('selector'), spec, 'empty selector is invalid for deployment');
  if (!isUsableSelector(selector)) {
    errors.push(invalidText(path.child('selector'), selectorText(selector), 'invalid label selector'));
    return errors;
  }
  const at = path.child('template');
  errors.push(...checkSelectsTemplate(at, spec));
  errors.push(...checkTemplate(at, obj(spec, 'template'), options));
  errors.push(...checkAlwaysTemplate(at, spec, 'ReplicaSet'));
  return errors;
}
