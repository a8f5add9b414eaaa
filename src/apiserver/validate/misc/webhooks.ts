import { goQuote } from '../../../language/go-text.ts';
import { deepEqual, type JsonObject } from '../../../model/json.ts';
import { duplicate, type FieldError, invalid, invalidEach, invalidText, required } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { has, obj, objs, optInt, optStr, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkSelector } from '../label-selector.ts';
import { checkMetadata } from '../metadata.ts';
import { dnsSubdomain, oldDnsLabel, portNumber, subdomainName } from '../names.ts';
import { checkMatchConditions } from './match-conditions.ts';
import { checkOptional, checkRule } from './webhook-rules.ts';

const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** Errors for a name with at least three parts. Upstream: `IsFullyQualifiedName`. */
function checkHookName(path: FieldPath, name: string): FieldError[] {
  if (name === '') return [required(path)];
  const complaints = dnsSubdomain(name);
  if (complaints.length > 0) return [invalid(path, name, complaints.join(','))];
  if (name.split('.').length >= 3) return [];
  return [invalid(path, name, 'should be a domain with at least three segments separated by dots')];
}

/** Errors for how to call a webhook: by URL or by service. */
export function checkWebhookClient(path: FieldPath, config: JsonObject | undefined): FieldError[] {
  const [url, service] = [optStr(config, 'url'), obj(config, 'service')];
  if ((url === undefined) === (service === undefined)) {
    return [required(path, 'exactly one of url or service is required')];
  }
  if (url !== undefined) return checkUrl(path.child('url'), url);
  return service === undefined ? [] : checkService(path.child('service'), service);
}

const FORM = '; desired format: https://host[/path]';

/** Upstream: `ValidateWebhookURL`. */
function checkUrl(path: FieldPath, text: string): FieldError[] {
  const broken = urlComplaint(text);
  if (broken !== undefined) {
    return [required(path, `url must be a valid URL: parse ${goQuote(text)}: ${broken}${FORM}`)];
  }
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text);
  const [, scheme = '', authority = '', , query = '', fragment = ''] = match ?? [];
  const at = authority.lastIndexOf('@');
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== 'https') {
    errors.push(invalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`));
  }
  if (authority.slice(at + 1) === '') errors.push(invalid(path, '', `host must be specified${FORM}`));
  if (at >= 0) {
    errors.push(invalid(path, authority.slice(0, at), 'user information is not permitted in the URL'));
  }
  if (fragment !== '') errors.push(invalid(path, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalid(path, query, 'query parameters are not permitted in the URL'));
  return errors;
}

/** The commonest complaints of Go's `url.Parse`. */
function urlComplaint(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that URLs forbid
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'net/url: invalid control character in URL';
  if (text.startsWith(':')) return 'missing protocol scheme';
  const start = text.split(/[/?#]/)[0] ?? '';
  const hasScheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text);
  return !hasScheme && start.includes(':') ? 'first path segment in URL cannot contain colon' : undefined;
}

/** Upstream: `ValidateWebhookService`; its caller swaps name and namespace. */
function checkService(path: FieldPath, service: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  if (str(service, 'namespace') === '') errors.push(required(path.child('name')));
  if (str(service, 'name') === '') errors.push(required(path.child('namespace')));
  const port = optInt(service, 'port') ?? 443n;
  const complaints = portNumber(port);
  if (complaints.length > 0) {
    errors.push(invalid(path.child('port'), port, `port is not valid: ${complaints.join(', ')}`));
  }
  const text = str(service, 'path');
  const at = path.child('path');
  if (text === '/' || text === '') return errors;
  if (text === '//') return [...errors, invalid(at, text, 'segment[0] may not be empty')];
  if (!text.startsWith('/')) errors.push(invalid(at, text, "must start with a '/'"));
  for (const [i, step] of text.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (step === '') errors.push(invalid(at, text, `segment[${i}] may not be empty`));
    else errors.push(...dnsSubdomain(step).map((detail) => invalid(at, text, `segment[${i}]: ${detail}`)));
  }
  return errors;
}

/** What an update may keep because the stored hooks are that way already. */
interface Leniency {
  readonly sideEffects: boolean;
  readonly reviewVersions: boolean;
  readonly sameNames: boolean;
  readonly selectorValues: boolean;
  readonly conditions: boolean;
}

const STRICT: Leniency = {
  sideEffects: false,
  reviewVersions: false,
  sameNames: false,
  selectorValues: false,
  conditions: false,
};

function leniency(object: JsonObject, old: JsonObject): Leniency {
  const [hooks, before] = [objs(object, 'webhooks'), objs(old, 'webhooks')];
  const names = before.map((hook) => str(hook, 'name'));
  const selectors = before.flatMap((hook) => SELECTORS.map((key) => obj(hook, key)));
  return {
    sideEffects: before.some((hook) => !NO_EFFECTS.includes(str(hook, 'sideEffects'))),
    reviewVersions: before.some((hook) => {
      const versions = strs(hook, 'admissionReviewVersions');
      return versions.length > 0 && !versions.some((version) => REVIEW_VERSIONS.includes(version));
    }),
    sameNames: new Set(names).size < names.length,
    selectorValues: selectors.some((selector) => checkSelector(root(''), selector).length > 0),
    conditions:
      hooks.length === before.length &&
      hooks.every((hook, i) => deepEqual(hook['matchConditions'], before[i]?.['matchConditions'])),
  };
}

const SELECTORS = ['namespaceSelector', 'objectSelector'];
const NO_EFFECTS = ['None', 'NoneOnDryRun'];

function checkHook(path: FieldPath, hook: JsonObject, mutating: boolean, lenient: Leniency): FieldError[] {
  const errors = checkHookName(path.child('name'), str(hook, 'name'));
  errors.push(...objs(hook, 'rules').flatMap((rule, i) => checkRule(path.child('rules').index(i), rule)));
  errors.push(...checkOptional(path, hook, 'failurePolicy', ['Fail', 'Ignore']));
  errors.push(...checkOptional(path, hook, 'matchPolicy', ['Equivalent', 'Exact']));
  const effects = lenient.sideEffects ? [...NO_EFFECTS, 'Some', 'Unknown'] : NO_EFFECTS;
  if (!has(hook, 'sideEffects')) {
    errors.push(required(path.child('sideEffects'), `must specify one of ${effects.join(', ')}`));
  }
  errors.push(...checkOptional(path, hook, 'sideEffects', effects));
  const seconds = optInt(hook, 'timeoutSeconds');
  if (seconds !== undefined && (seconds < 1n || seconds > 30n)) {
    const detail = 'the timeout value must be between 1 and 30 seconds';
    errors.push(invalid(path.child('timeoutSeconds'), seconds, detail));
  }
  for (const key of SELECTORS) {
    errors.push(...checkSelector(path.child(key), obj(hook, key), { allowInvalidValues: lenient.selectorValues }));
  }
  if (mutating) errors.push(...checkOptional(path, hook, 'reinvocationPolicy', ['IfNeeded', 'Never']));
  errors.push(...checkWebhookClient(path.child('clientConfig'), obj(hook, 'clientConfig')));
  return lenient.conditions ? errors : [...errors, ...checkMatchConditions(path.child('matchConditions'), hook, false)];
}

function checkReviewVersions(path: FieldPath, hook: JsonObject, lenient: Leniency): FieldError[] {
  const versions = strs(hook, 'admissionReviewVersions');
  if (versions.length === 0) return [required(path, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)];
  const errors: FieldError[] = [];
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.push(invalid(path.index(i), version, 'duplicate version'));
    else errors.push(...invalidEach(path.index(i), version, oldDnsLabel(version)));
  }
  if (lenient.reviewVersions || versions.some((version) => REVIEW_VERSIONS.includes(version))) return errors;
  const detail = `must include at least one of ${REVIEW_VERSIONS.join(', ')}`;
  return [...errors, invalidText(path, goText('[s', hook['admissionReviewVersions']), detail)];
}

function checkHooks(object: JsonObject, mutating: boolean, lenient: Leniency): FieldError[] {
  const errors = checkMetadata(obj(object, 'metadata'), false, subdomainName);
  const seen = new Set<string>();
  for (const [i, hook] of objs(object, 'webhooks').entries()) {
    const at = root('webhooks').index(i);
    errors.push(...checkHook(at, hook, mutating, lenient));
    errors.push(...checkReviewVersions(at.child('admissionReviewVersions'), hook, lenient));
    const name = str(hook, 'name');
    if (name !== '' && seen.has(name) && !lenient.sameNames) errors.push(duplicate(at.child('name'), name));
    seen.add(name);
  }
  return errors;
}

/** Upstream: `ValidateMutatingWebhookConfiguration` and its sibling. */
export function webhooksCheck(mutating: boolean): (object: JsonObject) => FieldError[] {
  return (object) => checkHooks(object, mutating, STRICT);
}

/** Upstream: `ValidateMutatingWebhookConfigurationUpdate` and its sibling. */
export function webhooksUpdateCheck(mutating: boolean): (object: JsonObject, old: JsonObject) => FieldError[] {
  return (object, old) => checkHooks(object, mutating, leniency(object, old));
}
