export { type Context, createContext, DEFAULT_CONTEXT_SIZE } from './context.ts';
export type { Loader } from './deferred.ts';
export { type CompiledEntry, compileEntries } from './entry.ts';
export type { EntryTarget } from './loader.ts';
export { mergeAt } from './merge.ts';
export { loadMockedCall } from './mocked-call.ts';
export { splitPath } from './split-path.ts';
