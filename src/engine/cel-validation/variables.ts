import {
  type Activation,
  type CelEnvironment,
  CelError,
  type CelHost,
  CelLazyMap,
  type CelType,
  type CelValue,
  listType,
  mapType,
  PLAIN_TYPES,
} from '../cel/index.ts';
import { type BoundVariables, compileExpression, type Expression } from './expression.ts';

/** A `name` with its `expression`. */
export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

/** The `variables` of a policy, compiled; their types are in the map that was handed in. */
export type CompiledVariables = ReadonlyMap<string, Expression>;

/**
 * Compiles variables in order, each seeing those before it. `types` is filled with their types, as the environment
 * reads them.
 * Upstream: `CompileAndStoreVariables` in `k8s.io/apiserver/pkg/admission/plugin/cel/composition.go`.
 */
export function compileVariables(
  list: readonly NamedExpression[],
  env: CelEnvironment,
  types: Map<string, CelType>,
): CompiledVariables {
  const compiled = new Map<string, Expression>();
  for (const { name, expression } of list) {
    const one = compileExpression(expression, env, 'any');
    types.set(name, one.program === undefined ? PLAIN_TYPES.dyn : declared(one.program.type));
    compiled.set(name, one);
  }
  return compiled;
}

/** A variable keeps what is known of plain values, lists and maps; all else becomes `dyn`. */
function declared(type: CelType): CelType {
  switch (type.kind) {
    case 'list':
      return listType(declared(type.params[0] ?? PLAIN_TYPES.dyn));
    case 'map':
      return mapType(declared(type.params[0] ?? PLAIN_TYPES.dyn), declared(type.params[1] ?? PLAIN_TYPES.dyn));
    case 'error':
    case 'opaque':
    case 'param':
    case 'struct':
    case 'type':
      return PLAIN_TYPES.dyn;
    default:
      return type;
  }
}

/** Puts `variables` beside what is bound already. Each is computed when it is first read, and then kept. */
export function bindVariables(variables: CompiledVariables, given: Activation, host: CelHost): BoundVariables {
  const values = new Map<string, CelValue>();
  let spent = 0;
  const compute = (name: string, expression: Expression): CelValue => {
    if (expression.problem !== undefined) {
      return new CelError(`composited variable "${name}" fails to compile: ${expression.problem}`);
    }
    const { value, cost } = expression.program.evaluate(activation, host);
    spent += cost;
    if (!(value instanceof CelError)) return value;
    return new CelError(`composited variable "${name}" fails to evaluate: ${value.message}`);
  };
  const map = new CelLazyMap('kubernetes.variables', (name) => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const expression = variables.get(name);
    if (expression === undefined) return undefined;
    values.set(name, new CelError(`composited variable "${name}" needs itself`));
    const value = compute(name, expression);
    values.set(name, value);
    return value;
  });
  const activation: Activation = (name) => (name === 'variables' ? map : given(name));
  return {
    activation,
    expressionOf: (name) => variables.get(name),
    takeCost: () => {
      const cost = spent;
      spent = 0;
      return cost;
    },
  };
}
