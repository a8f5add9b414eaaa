import type { CelHost } from '../host.ts';
import type { CelValue } from '../values.ts';

/** The work of one overload. Its arguments have the declared types and are no errors. */
export type FunctionBody = (args: readonly CelValue[], host: CelHost) => CelValue;

/** Work by overload. */
export type FunctionTable = Readonly<Record<string, FunctionBody>>;
