import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadSupport } from '@cucumber/cucumber/api';
import { filesBelow } from './files-below.ts';

/** A step definition as cucumber keeps it. */
export interface StepDefinition {
  readonly pattern: string | RegExp;
  readonly expression: {
    match(text: string): readonly { getValue(world: unknown): unknown }[] | null;
    readonly parameterTypes?: readonly { readonly name: string | null; readonly regexpStrings: readonly string[] }[];
  };
  readonly code: (this: unknown, ...args: unknown[]) => unknown;
  getInvocationParameters(how: {
    readonly step: unknown;
    readonly world: unknown;
  }): Promise<{ readonly parameters: unknown[] }>;
}

/** cucumber's library of step definitions, with what of it is used here. */
export interface StepLibrary extends Awaited<ReturnType<typeof loadSupport>> {
  readonly stepDefinitions: readonly StepDefinition[];
  readonly World: unknown;
}

// Beside src/ in the project, beside dist's own copy of src/ in the package.
const STEPS = fileURLToPath(new URL('../../steps/', import.meta.url));

/** The files that define the steps: TypeScript in the project, JavaScript in the package. */
export function stepFiles(): readonly string[] {
  const extension = import.meta.url.endsWith('.ts') ? /(?<!\.d|\.test)\.ts$/ : /(?<!\.test)\.js$/;
  return filesBelow(STEPS, '.', extension).map((name) => STEPS + name);
}

// Node loads a module once, so cucumber sees our steps being defined only the first time.
const LOADED: { library?: Promise<StepLibrary> } = {};

/** Our step definitions. Throws when this version of cucumber keeps them otherwise than the one we pin. */
export async function loadStepLibrary(): Promise<StepLibrary> {
  LOADED.library ??= load();
  return await LOADED.library;
}

async function load(): Promise<StepLibrary> {
  const sources = { defaultDialect: 'en', paths: [], names: [], tagExpression: '', order: 'defined' } as const;
  const support = { requireModules: [], requirePaths: [], importPaths: [...stepFiles()], loaders: [] };
  const library: object = await loadSupport({ sources: { ...sources, paths: [], names: [] }, support }, { cwd: STEPS });
  if (!isStepLibrary(library)) {
    const { version } = createRequire(import.meta.url)('@cucumber/cucumber/package.json') as { version: string };
    throw new Error(`@cucumber/cucumber ${version} keeps its step definitions in another way than the one we pin`);
  }
  return library;
}

function isStepLibrary(library: object): library is StepLibrary {
  return 'stepDefinitions' in library && Array.isArray(library.stepDefinitions) && 'World' in library;
}
