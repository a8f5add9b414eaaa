export { type Expression, expressionOf } from './expression.ts';
export type { Scope } from './scope.ts';
export { compileTemplate, type Template } from './template.ts';
