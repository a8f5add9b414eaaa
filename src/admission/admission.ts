import { type ApiServer, type ApiStatus, createAuthorizer } from '../apiserver/index.ts';
import { compilePolicy } from '../engine/index.ts';
import type { AdmissionAnswer, ClientRequest, RuleAnswer } from '../model/admission.ts';
import { InputError, NotSupportedError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { AdmissionRequest, UserInfo } from '../model/request.ts';
import { gvkOf, nameOf, namespaceOf } from '../model/resource.ts';
import { generateFor, generateForExisting } from './background.ts';
import { clusterCelHost } from './cel-host.ts';
import { openCluster } from './cluster.ts';
import { createGenerateClient, type GenerateClient } from './generate-client.ts';
import { refuseFaultyPolicies } from './installable.ts';
import type { KyvernoAnswer } from './kyverno-answer.ts';
import { createKyvernoWebhooks, type KyvernoWebhooks } from './kyverno-webhooks.ts';
import { mutateExistingFor, mutateExistingOnInstall } from './mutate-existing.ts';
import { callMutatingWebhooks } from './mutating-round.ts';
import { answerPolicyRequest } from './policy-requests.ts';
import { matchedKinds } from './rule-kinds.ts';
import { compileUserRoles } from './user-roles.ts';
import { warningHeaders } from './warning-header.ts';
import type { Admission, AdmissionResult, World } from './world.ts';

/**
 * The admission chain of a cluster: API server, Kyverno's webhooks, API server, and what rules make of it afterwards.
 * Compiles the policies; throws `InputError` for policies that Kyverno would refuse at installation.
 */
export function createAdmission(world: World): Admission {
  return createChain(world, 0).admit;
}

/**
 * What the installation of a policy makes of objects that exist already: its rules generate for them, or change them. The
 * answer is that to the creation of the policy. Throws as `createAdmission`.
 */
export function installPolicyOn(world: World, policy: string): AdmissionAnswer {
  const { workOnExisting } = createChain(world, 0);
  return { allowed: true, code: 201, message: '', denied: [], warnings: [], rules: workOnExisting(policy) };
}

/** A chain of admission on a cluster, with what its background work needs. */
interface Chain {
  readonly admit: Admission;
  /** What rules make of a request afterwards, on a cluster that holds its object. */
  readonly work: (request: AdmissionRequest) => readonly RuleAnswer[];
  /** What the rules of a policy make of objects that exist already. */
  readonly workOnExisting: (policy: string) => readonly RuleAnswer[];
}

/** How often generated objects may make rules generate further ones. */
const MAX_DEPTH = 8;

function createChain(world: World, depth: number): Chain {
  const { settings, resources, api, state, config, environment, celExceptions } = openCluster(world);
  refuseFaultyPolicies(world.policies, resources);
  const { kyverno } = settings;
  const webhooks = createKyvernoWebhooks({
    policies: world.policies,
    settings: kyverno,
    config,
    state,
    resources,
    environment,
    compile: world.compile ?? compilePolicy,
    explain: world.explain ?? false,
    authorize: createAuthorizer(api.store),
    exceptions: celExceptions,
    surroundings: {
      namespaceObject: (name) => state.get('', 'Namespace', '', name),
      host: clusterCelHost({ state, resources }, environment),
    },
  });
  const rolesOf = compileUserRoles(state);
  const withRoles = (request: AdmissionRequest): AdmissionRequest => ({
    ...request,
    ...rolesOf(request.userInfo, request.namespace),
  });
  const ownUser = `system:serviceaccount:${kyverno.namespace}:kyverno-background-controller`;
  const background = { environment, maxContextSize: config.maxContextSize, ownUser };
  const openClient = (): GenerateClient =>
    createGenerateClient({
      state,
      resources,
      withObjects: (written) => createChain({ ...world, objects: [...world.objects, ...written] }, depth + 1).admit,
      user: serviceAccount(ownUser, kyverno.namespace),
      ...(depth < MAX_DEPTH ? {} : { exhausted: `generation does not end: ${MAX_DEPTH} objects call for one another` }),
    });
  const targets = () => ({ client: openClient(), resources });
  const triggersOf = (rule: JsonObject): readonly JsonObject[] =>
    matchedKinds(rule)
      .flatMap((kind) => resources.select(kind))
      .filter(({ subresource }) => subresource === '')
      .flatMap(({ group, kind }) => state.list(group, kind));
  const chain: Chain = {
    admit: (request) => {
      try {
        const own = () => answerPolicyRequest(request, world.policies, resources);
        return answer(api, webhooks, withRoles, request, inBackground, own);
      } catch (error) {
        return { answer: unanswered(request, errorText(error)), problem: problemOf(error) };
      }
    },
    work: (request) => [
      ...generateFor(webhooks.generating(request), request, openClient(), background),
      ...mutateExistingFor(webhooks.mutatingExisting(request), request, targets(), background),
    ],
    workOnExisting: (name) =>
      webhooks.installed
        .filter(({ policy }) => policy.name === name)
        .flatMap((installed) => [
          ...generateForExisting(installed, triggersOf, openClient(), background),
          ...mutateExistingOnInstall(installed, triggersOf, targets(), background),
        ]),
  };
  /** Generation happens on a cluster that has the object of the request, or has it no more. */
  const inBackground = (admission: AdmissionRequest, stored: JsonObject | undefined): readonly RuleAnswer[] => {
    const request = withRoles({
      ...admission,
      object: admission.object === null ? null : (stored ?? admission.object),
    });
    if (webhooks.generating(request).length === 0 && webhooks.mutatingExisting(request).length === 0) return [];
    const before = world.objects.filter((object) => !isSame(object, admission.oldObject));
    const trigger = request.object === null || request.subResource !== '' ? [] : [request.object];
    return createChain({ ...world, objects: [...before, ...trigger] }, depth).work(request);
  };
  return chain;
}

function serviceAccount(username: string, namespace: string): UserInfo {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return { username, groups };
}

function isSame(a: JsonObject, b: JsonObject | null): boolean {
  return b !== null && gvkOf(a).kind === gvkOf(b).kind && nameOf(a) === nameOf(b) && namespaceOf(a) === namespaceOf(b);
}

function answer(
  api: ApiServer,
  webhooks: KyvernoWebhooks,
  withRoles: (request: AdmissionRequest) => AdmissionRequest,
  client: ClientRequest,
  background: (request: AdmissionRequest, stored: JsonObject | undefined) => readonly RuleAnswer[],
  aboutPolicies: () => AdmissionAnswer | undefined,
): AdmissionResult {
  const decoded = api.decode(client);
  if (!decoded.ok) {
    const own = decoded.status.hint === undefined ? undefined : aboutPolicies();
    return own === undefined ? { answer: refused(client, decoded), ...hintOf(decoded.status) } : { answer: own };
  }
  const builtIn = api.mutate(decoded.request);
  if (!builtIn.ok) return { answer: refused(client, builtIn) };
  const hooks = webhooks.mutating(withRoles(builtIn.request.admission));
  const mutated = callMutatingWebhooks(api, hooks, builtIn.request, withRoles);
  if (mutated.kind === 'refused') return { answer: refused(client, mutated), ...judged(builtIn.request.admission) };
  if (mutated.kind === 'denied') {
    const { warnings } = builtIn.request;
    return {
      answer: { ...denied(client, mutated.answer, warnings), rules: mutated.rules },
      ...judged(builtIn.request.admission),
    };
  }
  const validated = api.validate(mutated.request);
  if (!validated.ok) {
    const { rules = [], denied = [], alternatives = [] } = validated.policies ?? {};
    const also = alternatives.length === 0 ? {} : { alternatives };
    const answer = { ...refused(client, validated), rules: [...mutated.rules, ...rules], denied, ...also };
    return { answer, ...judged(mutated.request.admission) };
  }
  const { admission, warnings, policies } = validated.request;
  const before = [...mutated.rules, ...(policies?.rules ?? [])];
  const kyverno = webhooks.validate(withRoles(admission));
  if (kyverno.denial !== undefined) {
    const answer = denied(client, kyverno, [...warnings, ...kyverno.warnings]);
    return { answer: { ...answer, rules: [...before, ...kyverno.rules] }, ...judged(admission) };
  }
  const finished = api.finish({ ...validated.request, warnings: [...warnings, ...kyverno.warnings] });
  const rules = [...before, ...kyverno.rules];
  const common = { ...head(client), denied: [], rules, warnings: warningHeaders(finished.warnings) };
  if (!finished.ok) return { answer: { ...refused(client, finished), ...common }, ...judged(admission) };
  const { code, object } = finished;
  const generated = client.dryRun === true ? [] : background(admission, object);
  return {
    answer: {
      ...common,
      rules: [...rules, ...generated],
      allowed: true,
      code,
      message: '',
      ...(object === undefined ? {} : { object }),
    },
    ...judged(admission),
  };
}

function judged({ object, oldObject }: AdmissionRequest): { readonly judged?: JsonObject } {
  const seen = object ?? oldObject;
  return seen === null ? {} : { judged: seen };
}

function hintOf({ hint }: ApiStatus): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

function head(client: ClientRequest): { readonly id?: string } {
  return client.id === undefined ? {} : { id: client.id };
}

function refused(
  client: ClientRequest,
  { status, warnings }: { readonly status: ApiStatus; readonly warnings: readonly string[] },
): AdmissionAnswer {
  return {
    ...head(client),
    allowed: false,
    code: status.code,
    message: status.message,
    ...(status.reason === undefined ? {} : { reason: status.reason }),
    denied: [],
    warnings: warningHeaders(warnings),
    rules: [],
  };
}

function denied(client: ClientRequest, kyverno: KyvernoAnswer, warnings: readonly string[]): AdmissionAnswer {
  return {
    ...head(client),
    allowed: false,
    ...(kyverno.forbidden ? { code: 403, reason: 'Forbidden' } : { code: 400 }),
    message: kyverno.denial ?? '',
    denied: kyverno.denied,
    ...(kyverno.alternatives === undefined ? {} : { alternatives: kyverno.alternatives }),
    warnings: warningHeaders(warnings),
    rules: kyverno.rules,
  };
}

/** The answer to a request that cannot be answered. */
export function unanswered(client: { readonly id?: string }, error: string): AdmissionAnswer {
  const { id } = client;
  return {
    ...(id === undefined ? {} : { id }),
    allowed: null,
    code: 0,
    message: '',
    denied: [],
    warnings: [],
    rules: [],
    error,
  };
}

function problemOf(error: unknown): 'input' | 'unsupported' | 'internal' {
  if (error instanceof InputError) return 'input';
  return error instanceof NotSupportedError ? 'unsupported' : 'internal';
}

function errorText(error: unknown): string {
  if (error instanceof NotSupportedError || error instanceof InputError) return error.message;
  return `internal error: ${error instanceof Error ? error.message : String(error)}`;
}
