import { EvaluationError } from '../model/failure.ts';
import { asObject, type Json } from '../model/json.ts';
import { compileTemplate, type Scope } from './variables/index.ts';

/** Properties that a rule adds to reports. */
export interface Properties {
  readonly asWritten: Readonly<Record<string, string>>;
  /** With variables replaced; as written when one of them cannot be. */
  readonly render: (scope: Scope) => Readonly<Record<string, string>>;
}

/** Compiles `reportProperties`. Upstream: `SubstitutePropertiesInRule` in `pkg/engine/internal/rule.go`. */
export function compileProperties(source: Json | undefined): Properties {
  const asWritten = textsOf(asObject(source) ?? {}) ?? {};
  const template = compileTemplate(asWritten);
  if (template.constant !== undefined) return { asWritten, render: () => asWritten };
  return {
    asWritten,
    render: (scope) => {
      try {
        return textsOf(asObject(template.render(scope)) ?? {}) ?? asWritten;
      } catch (error) {
        if (error instanceof EvaluationError) return asWritten;
        throw error;
      }
    },
  };
}

function textsOf(values: Readonly<Record<string, Json>>): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(values).map(([key, value]): [string, Json] => [key, value ?? '']);
  if (entries.some(([, value]) => typeof value !== 'string')) return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === 'string' ? value : '']));
}
