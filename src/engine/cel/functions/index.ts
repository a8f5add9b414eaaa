import { AUTHORIZER_FUNCTIONS } from './authorizer.ts';
import { CALL_FUNCTIONS } from './calls.ts';
import { DATA_FUNCTIONS } from './data.ts';
import type { FunctionTable } from './function.ts';
import { IMAGE_FUNCTIONS } from './image.ts';
import { LIST_FUNCTIONS, LIST_SINGLETONS } from './lists.ts';
import { MATH_FUNCTIONS } from './math.ts';
import { NAMED_FORMAT_FUNCTIONS } from './named-format.ts';
import { NETWORK_FUNCTIONS } from './network.ts';
import { QUANTITY_FUNCTIONS } from './quantity.ts';
import { REGEX_GROUP_FUNCTIONS } from './regex-groups.ts';
import { SEMVER_FUNCTIONS } from './semver.ts';
import { STANDARD_FUNCTIONS, STANDARD_SINGLETONS } from './standard.ts';
import { STRING_FUNCTIONS } from './strings.ts';
import { TIME_FUNCTIONS } from './time.ts';
import { URL_FUNCTIONS } from './url.ts';

/** Functions that decide by themselves what their arguments may be, by name. */
export const SINGLETONS: FunctionTable = { ...STANDARD_SINGLETONS, ...LIST_SINGLETONS };

/** All other functions, by overload. */
export const FUNCTIONS: FunctionTable = {
  ...STANDARD_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...NETWORK_FUNCTIONS,
  ...QUANTITY_FUNCTIONS,
  ...SEMVER_FUNCTIONS,
  ...URL_FUNCTIONS,
  ...NAMED_FORMAT_FUNCTIONS,
  ...AUTHORIZER_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...REGEX_GROUP_FUNCTIONS,
  ...DATA_FUNCTIONS,
  ...IMAGE_FUNCTIONS,
  ...CALL_FUNCTIONS,
};
