import { EvaluationError } from '../../model/failure.ts';
import { compileTemplate, type Scope, type Template } from '../variables/index.ts';
import { joinNonEmpty } from './conditions.ts';

/** Words the outcomes of a rule. Variables in its message are replaced only when the message is needed. */
export interface Messages {
  /** The message as written. */
  readonly raw: string;
  /** A pattern that did not match at `path`. */
  readonly failure: (scope: Scope, path: string, error: string) => string;
  /** A pattern that could not be applied. */
  readonly execution: (scope: Scope, error: string) => string;
  /** None of several patterns matched; `list` says why. */
  readonly anyPattern: (scope: Scope, list: string) => string;
  /** Deny conditions held; `conditions` are their own messages. */
  readonly denied: (scope: Scope, conditions: string) => string;
}

/**
 * The messages of a rule with `validate.message`.
 * Upstream: `buildErrorMessage`, `buildAnyPatternErrorMessage`, `getDenyMessage` in
 * `pkg/engine/handlers/validation/validate_resource.go`.
 */
export function compileMessages(rule: string, message: string): Messages {
  const template = compileTemplate(message);
  const denied = templateCache();
  const prefixed = (scope: Scope, rest: string, error: string): string => {
    if (message === '') return `validation error: ${rest}`;
    const text = rendered(template, scope);
    if (text === undefined) {
      return `validation error: variables substitution error in rule ${rule} execution error: ${error}`;
    }
    return `validation error: ${text.endsWith('.') ? text : `${text}.`} ${rest}`;
  };
  return {
    raw: message,
    failure: (scope, path, error) => prefixed(scope, `rule ${rule} failed at path ${path}`, error),
    execution: (scope, error) => prefixed(scope, `rule ${rule} execution error: ${error}`, error),
    anyPattern: (scope, list) => prefixed(scope, list, list),
    denied: (scope, conditions) => {
      const text = joinNonEmpty([message, conditions], '; ');
      return text === '' ? `validation error: rule ${rule} failed` : renderDenied(denied(text), scope, conditions);
    },
  };
}

/** The text, or `undefined` when a variable cannot be resolved. Upstream crashes when it is not a text. */
function rendered(template: Template, scope: Scope): string | undefined {
  const value = attempt(() => template.render(scope));
  if (value === undefined || typeof value === 'string') return value;
  throw new EvaluationError('the message of the rule did not resolve to a string');
}

function renderDenied(template: Template, scope: Scope, fallback: string): string {
  const value = attempt(() => template.render(scope));
  if (value === undefined) return fallback;
  return typeof value === 'string'
    ? value
    : "the produced message didn't resolve to a string, check your policy definition.";
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** Compiles each text once; the texts are combinations of a rule's few messages. */
function templateCache(): (text: string) => Template {
  const known = new Map<string, Template>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= 64) known.clear();
    const template = compileTemplate(text);
    known.set(text, template);
    return template;
  };
}
