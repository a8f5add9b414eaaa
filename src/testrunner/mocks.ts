import type { ApiCallMock } from '../engine/index.ts';
import { type Failure, InputError } from '../model/failure.ts';
import { isObject } from '../model/json.ts';
import type { ApiCallResponse, TestDocument } from './test-document.ts';

/**
 * The canned answers of a test, looked up by method and URL, then by URL. `undefined` when the test has none.
 * Throws `InputError` for a mock that Kyverno would refuse. Upstream: `cmd/cli/kubectl-kyverno/apis/v1alpha1/test.go`,
 * `context-and-jmespath` loaders.
 */
export function createApiCallMocks(
  test: TestDocument,
): ((method: string, url: string) => ApiCallMock | undefined) | undefined {
  const responses = test.spec.apiCallResponses;
  if (responses === undefined || responses.length === 0) return undefined;
  const table = new Map<string, ApiCallMock>();
  const failures: Failure[] = [];
  responses.forEach((entry, index) => {
    const problem = problemOf(entry) ?? add(table, entry);
    if (problem !== undefined) {
      failures.push({
        code: 'bad-mock',
        message: `apiCallResponses[${index}]: ${problem}`,
        place: { file: test.file },
      });
    }
  });
  if (failures.length > 0) throw new InputError(...failures);
  return (method, url) => table.get(`${method.toUpperCase()}:${url}`) ?? table.get(url);
}

function problemOf({ url, urlPath, method, response }: ApiCallResponse): string | undefined {
  if ((url === undefined) === (urlPath === undefined)) return 'exactly one of `url` and `urlPath` is needed';
  if (url !== undefined && !/^https?:\/\/[^/]+/.test(url)) return '`url` must be absolute, with http or https';
  if (urlPath !== undefined && !urlPath.startsWith('/')) return '`urlPath` must start with `/`';
  if (method !== undefined && method !== '' && !/^(get|post)$/i.test(method)) return '`method` must be GET or POST';
  if (!isObject(response?.body)) return '`response.body` must be an object';
  const status = Number(response.statusCode ?? 0);
  return status !== 0 && (status < 100 || status > 599)
    ? '`response.statusCode` must be between 100 and 599'
    : undefined;
}

function add(table: Map<string, ApiCallMock>, { url, urlPath, method, response }: ApiCallResponse): string | undefined {
  const target = url ?? urlPath ?? '';
  const key = method === undefined || method === '' ? target : `${method.toUpperCase()}:${target}`;
  if (table.has(key)) return `there are two answers for ${key}`;
  const status = Number(response?.statusCode ?? 0);
  table.set(key, { statusCode: status === 0 ? 200 : status, body: response?.body ?? null });
  return undefined;
}
