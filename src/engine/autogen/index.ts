export { computeRules, isAutogenName } from './compute-rules.ts';
export { controllersOf } from './controllers.ts';
