import { arithmeticFunctions } from './arithmetic.ts';
import { dataFunctions } from './data.ts';
import type { QueryFunction } from './define.ts';
import { patternFunctions } from './patterns.ts';
import { standardFunctions } from './standard.ts';
import { orderFunctions } from './standard-order.ts';
import { stringFunctions } from './strings.ts';
import { timeFunctions } from './time.ts';

/** Kyverno's own functions, by family. Upstream: kyverno pkg/engine/jmespath/functions.go, GetFunctions. */
export const kyvernoFunctions: readonly QueryFunction[] = [
  ...stringFunctions,
  ...patternFunctions,
  ...arithmeticFunctions,
  ...timeFunctions,
  ...dataFunctions,
];

/** Every function a query can call. */
export const queryFunctions: readonly QueryFunction[] = [...standardFunctions, ...orderFunctions, ...kyvernoFunctions];
