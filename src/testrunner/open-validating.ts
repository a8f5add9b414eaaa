import type { CelHost, EngineRequest } from '../engine/index.ts';
import type { Lookup } from '../model/environment.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { GroupVersionKind } from '../model/resource.ts';
import { type CelContext, createCelHost, readCelContext } from './cel-host.ts';
import { type ClusterObjects, guessPlural } from './fake-cluster.ts';
import type { TestHost } from './host.ts';
import { pathOf } from './load-inputs.ts';
import { mustFindResource } from './rest-mapping.ts';
import type { TestDocument } from './test-document.ts';
import { compileValidatingPolicies, type ValidatingInputs } from './validating-phase.ts';
import type { Values } from './values.ts';

/** What of a test ValidatingPolicies are concerned with. */
export interface ValidatingParts {
  readonly policies: readonly Policy[];
  readonly exceptions: readonly JsonObject[];
  readonly values: Values;
  readonly cluster: ClusterObjects | undefined;
  /** Everything that a fake cluster holds. */
  readonly objects: readonly JsonObject[];
  readonly apiCallMocks: EngineRequest['apiCallMocks'] | undefined;
  readonly globalReference: ((name: string) => Lookup<Json>) | undefined;
  /** Whether there is something to judge. */
  readonly judged: { readonly resources: boolean; readonly payloads: boolean };
}

/**
 * Compiles the ValidatingPolicies of a test and gives their libraries the data of the test: those of a fake cluster, or
 * else of the `context` file and the mocks. Throws `InputError`.
 * Upstream: `NewContextProvider` in `cmd/cli/kubectl-kyverno/processor/utils.go`.
 */
export function openValidatingPolicies(
  test: TestDocument,
  host: TestHost,
  parts: ValidatingParts,
): Pick<ValidatingInputs, 'validatingPolicies' | 'surroundings' | 'pluralOf'> {
  const { policies, exceptions, values, cluster, judged } = parts;
  const pluralOf =
    cluster === undefined
      ? guessedPlural
      : (kind: GroupVersionKind) => mustFindResource(kind, cluster.plurals, test.file).resource;
  const answers = policies.length === 0 ? {} : celHostOf(test, host, parts);
  return {
    validatingPolicies: compileValidatingPolicies(policies, exceptions, judged),
    surroundings: { namespaceObject: values.namespaceObject, host: answers },
    pluralOf,
  };
}

const NO_CONTEXT: CelContext = { objects: [], images: new Map() };

function celHostOf(
  test: TestDocument,
  { clock, random, files }: TestHost,
  { cluster, objects, apiCallMocks, globalReference }: ValidatingParts,
): CelHost {
  if (cluster !== undefined) {
    return createCelHost({ clock, random, objects: { list: objects, plurals: cluster.plurals, isCluster: true } });
  }
  const path = test.spec.context ?? '';
  const context = path === '' ? NO_CONTEXT : readCelContext(pathOf(test, path), files);
  const names = (test.spec.globalContextEntries ?? []).map(({ name }) => (name ?? '').trim());
  const entries = names.flatMap((name): readonly (readonly [string, Json])[] => {
    const found = globalReference?.(name);
    return found?.ok === true ? [[name, found.value]] : [];
  });
  return createCelHost({
    clock,
    random,
    objects: { list: context.objects, plurals: new Map(), isCluster: false },
    images: context.images,
    globalEntries: new Map(entries),
    httpCall: (method, url) => {
      const mock = apiCallMocks?.(method, url);
      return mock === undefined ? undefined : { body: mock.body, statusCode: BigInt(mock.statusCode) };
    },
  });
}

/**
 * The plural name of a kind as the command line guesses it.
 * Upstream: `resolveResource` in `cmd/cli/kubectl-kyverno/processor/policy_processor.go`.
 */
export function guessedPlural({ kind }: GroupVersionKind): string {
  return guessPlural(kind);
}
