export { computeRules } from './compute-rules.ts';
export { controllersOf } from './controllers.ts';
