import { goJson } from '../../language/go-text.ts';
import { asArray, asObject, asString, type JsonObject, withNumbers } from '../../model/json.ts';
import { stringMapOf } from '../match/index.ts';
import { skippedByExceptions } from '../rule-exceptions.ts';
import type { RuleHandler } from '../run.ts';
import { answering, errorAnswer, isFailed } from '../validate/answers.ts';
import { readAttestorSet } from '../verify-images/entry.ts';
import { verifyManifestAttestors } from './attestors.ts';
import { compileIgnoredFields } from './ignored-fields.ts';
import { createOptions } from './options.ts';
import type { SignedObject } from './verify-manifest.ts';

const DEFAULT_DOMAIN = 'cosign.sigstore.dev';
/** Upstream never makes dry runs in its own namespace, and the command line has nowhere to make them. */
const OWN_NAMESPACE = 'kyverno';

/**
 * Compiles a rule with `validate.manifests`: the object must be a manifest that was signed, which its annotations hold.
 * Nothing in it is filled in with variables. Throws `NotSupportedError` for what is not given: keys and manifests from
 * elsewhere, dry runs, signatures that need a transparency log.
 * Upstream: `pkg/engine/handlers/validation/validate_manifest.go`.
 */
export function compileManifestRule(rule: JsonObject): RuleHandler {
  const name = asString(rule['name']) ?? '';
  const manifests = asObject(asObject(rule['validate'])?.['manifests']) ?? {};
  const sets = (asArray(manifests['attestors']) ?? []).map((set) => readAttestorSet(asObject(set) ?? {}));
  const domain = asString(manifests['annotationDomain']) || DEFAULT_DOMAIN;
  const ignored = compileIgnoredFields(manifests, domain);
  const { enable, namespace } = asObject(manifests['dryRun']) ?? {};
  const fixed = {
    domain,
    bundle: asString(manifests['repository']) ?? '',
    dryRun: enable === true && namespace !== OWN_NAMESPACE,
  };
  return (run) => {
    if (run.operation === 'DELETE') return undefined;
    const excepted = skippedByExceptions(run, name);
    if (excepted !== undefined) return excepted;
    if (run.request.mode === 'admission' && run.request.request.dryRun) {
      return { status: 'pass', message: 'allowed because of DryRun request' };
    }
    const object = run.object ?? {};
    const malformed = malformedObject(object);
    if (malformed !== undefined) return errorAnswer('error occurred during manifest verification', malformed);
    const signed: SignedObject = {
      ...fixed,
      dryRun: fixed.dryRun && run.request.mode === 'admission',
      object,
      annotations: stringMapOf(object, 'annotations'),
      ignored: ignored(object),
    };
    const result = answering('error occurred during manifest verification', () => {
      const options = createOptions();
      const reasons: string[] = [];
      for (const [i, set] of sets.entries()) {
        const { verified, reason } = verifyManifestAttestors(set, signed, options, `.attestors[${i}]`);
        if (!verified) return { status: 'fail', message: reason } as const;
        reasons.push(reason);
      }
      return { status: 'pass', message: `verified manifest signatures; ${reasons.join(',')}` } as const;
    });
    return isFailed(result) ? result.failed : result;
  };
}

/** What upstream's decoder says of an object whose kind cannot be told. */
function malformedObject(object: JsonObject): string | undefined {
  const slashes = (asString(object['apiVersion']) ?? '').split('/').length - 1;
  if ((asString(object['kind']) ?? '') !== '' && slashes <= 1) return undefined;
  const json = goJson(withNumbers(object, 'float'));
  return `failed to Unmarshal a requested object: Object 'Kind' is missing in '${json}'`;
}
