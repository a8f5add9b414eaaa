import { goQuote } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import { type Json, withNumbers } from '../../model/json.ts';
import { compileTemplate } from '../variables/index.ts';
import { decodeCall, typedCall } from './api-call.ts';
import type { CompiledEntry } from './entry.ts';
import { rewording, searchValue } from './evaluation.ts';
import type { EntryTarget } from './loader.ts';

/** The canned answer to a call, if there is one. */
export type CallMocks = (
  method: string,
  url: string,
) => { readonly statusCode: number; readonly body: Json } | undefined;

/**
 * Stores the canned answer of an `apiCall` entry; false when the entry is no call or has no such answer. Its variables
 * are replaced at once. Throws `EvaluationError`.
 * Upstream: `Load` in `cmd/cli/kubectl-kyverno/store/contextloader.go`.
 */
export function loadMockedCall(entry: CompiledEntry, target: EntryTarget, mocks: CallMocks): boolean {
  if (entry.apiCall === undefined) return false;
  const name = goQuote(entry.name);
  const template = compileTemplate(typedCall(entry.apiCall));
  const call = rewording(
    () => decodeCall(template.render(target.context)),
    (message) => `failed to substitute variables in apiCall context entry ${name}: ${message}`,
  );
  const url = call.serviceUrl ?? call.urlPath;
  const mock = url === '' ? undefined : mocks(call.method || 'GET', url);
  if (mock === undefined) return false;
  if (mock.statusCode < 200 || mock.statusCode >= 300) {
    const code = `HTTP ${mock.statusCode} from apiCall mock for context entry ${name}`;
    throw new EvaluationError(`${code} (v1 apiCall treats non-2xx as failure)`);
  }
  const body = withNumbers(mock.body, 'float');
  const value =
    call.jmesPath === ''
      ? body
      : rewording(
          () => searchValue(call.jmesPath, body, target.env),
          (message) => `failed to apply JMESPath ${goQuote(call.jmesPath)} for context entry ${name}: ${message}`,
        );
  target.context.storeEntry(entry.name, value, 'merge');
  return true;
}
