import {
  type Activation,
  type CelEnvironment,
  CelError,
  type CelType,
  type CelValue,
  callContexts,
  celText,
  compileCel,
  toJsonValue,
} from '../../engine/cel/index.ts';
import {
  bindInput,
  bindVariables,
  compileVariables,
  type Expression,
  kubernetesHost,
  namespaceVariable,
  requestVariable,
} from '../../engine/cel-validation/index.ts';
import { goJson } from '../../language/go-text.ts';
import { indentJson } from '../../language/json-indent.ts';
import type { JsonObject } from '../../model/json.ts';
import { type CelEnvironmentName, celEnvironment } from './environments.ts';
import { compileErrors, errorText, type NamedText } from './error-text.ts';
import type { CelInput } from './read-input.ts';

/** How results are shown. */
export interface ShowOptions {
  readonly compact: boolean;
  readonly unquoted: boolean;
  readonly cost: boolean;
}

/** What an expression came to, as text: its value, or why it has none. */
export type Shown = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly text: string };

/**
 * Prepares to evaluate expressions in an environment. `variables` are what `variables.NAME` gives, each seeing those
 * before it; the names of their texts are the variables'.
 */
export function celQuery(
  name: CelEnvironmentName,
  input: CelInput,
  variables: readonly NamedText[],
  show: ShowOptions,
): (expression: NamedText) => Shown {
  const types = new Map<string, CelType>();
  const env = celEnvironment(name, types);
  const compiled = new Map<string, Expression>();
  for (const variable of variables) {
    const { problem } = compileCel(variable.text, env);
    if (problem !== undefined)
      return () => refused({ ...variable, name: `variable ${variable.name}` }, problem.issues, env);
    const own = compileVariables([{ name: variable.name, expression: variable.text }], env, types);
    for (const [key, one] of own) {
      compiled.set(key, one);
      // Kubernetes forgets the types of libraries, Kyverno does not.
      if (name === 'kyverno' && one.program !== undefined) types.set(key, one.program.type);
    }
  }
  const host = kubernetesHost('kyverdict cel');
  const { activation } = bindVariables(compiled, given(name, input), host);
  const failed = (named: NamedText): string => {
    const found = compileCel(named.text, env).program?.explain(activation, host);
    if (found === undefined) return '';
    const variable = variables.find((one) => one.name === found.variable);
    const inner =
      variable === undefined || variable === named ? '' : failed({ ...variable, name: `variable ${variable.name}` });
    return inner === '' ? errorText(named, found, undefined, found.values) : inner;
  };
  return (expression) => {
    const { program, problem } = compileCel(expression.text, env);
    if (problem !== undefined) return refused(expression, problem.issues, env);
    const { value, cost } = program.evaluate(activation, host);
    if (value instanceof CelError) return { ok: false, text: failed(expression) };
    const costs = show.cost ? `# cost ${cost}\n` : '';
    return { ok: true, text: `# ${expression.text}\n${valueText(value, show)}\n${costs}` };
  };
}

function refused(named: NamedText, issues: Parameters<typeof compileErrors>[1], env: CelEnvironment): Shown {
  return { ok: false, text: compileErrors(named, issues, env) };
}

/** JSON; values that JSON does not have are shown as expressions. */
function valueText(value: CelValue, { compact, unquoted }: ShowOptions): string {
  if (unquoted && typeof value === 'string') return value;
  const json = toJsonValue(value);
  if (json instanceof CelError) return celText(value);
  const text = goJson(json);
  return compact ? text : indentJson(text);
}

function given(name: CelEnvironmentName, input: CelInput): Activation {
  if (name === 'kyverno') return kyvernoVariables(input);
  const { namespaceObject } = input;
  return bindInput({
    ...input,
    namespaceObject: namespaceObject === null ? null : namespaceVariable(namespaceObject),
    hasAuthorizer: true,
    host: {},
  });
}

/** Kyverno has empty objects where there are none. */
function kyvernoVariables({ object, oldObject, request, uid, namespaceObject }: CelInput): Activation {
  const variables: Readonly<Record<string, CelValue>> = {
    ...callContexts(''),
    object: object ?? {},
    oldObject: oldObject ?? {},
    request: { ...requestVariable(request), uid, object, oldObject },
    namespaceObject: namespaceObject === null ? null : withParts(namespaceObject),
    exceptions: { allowedImages: [], allowedValues: [] },
  };
  return (wanted) => (Object.hasOwn(variables, wanted) ? variables[wanted] : undefined);
}

function withParts(namespace: JsonObject): JsonObject {
  return { ...namespace, spec: namespace['spec'] ?? {}, status: namespace['status'] ?? {} };
}
