import { asObject, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { ATTESTOR_SET, IMAGE_VERIFICATION_V1 } from '../schema/image-shapes.ts';
import type { ObjectShape, Shape } from '../schema/shape.ts';
import type { CheckContext } from './context.ts';
import { fieldError, printGo } from './print.ts';
import { isGiven, objectsIn, text, textsIn } from './rule.ts';

/** Field errors of the `verifyImages` of a rule. Upstream: image_verification_types.go. */
export function imageErrors(rule: JsonObject, index: number, { policy }: CheckContext): readonly string[] {
  let audit = text(policy.spec, 'validationFailureAction').toLowerCase() !== 'enforce';
  return objectsIn(rule['verifyImages']).flatMap((image, i) => {
    const action = image['failureAction'];
    if (isGiven(action)) audit = action !== 'Enforce' && action !== 'enforce';
    return verificationErrors(image, audit, `spec.rules[${index}].verifyImages[${i}]`);
  });
}

function verificationErrors(image: JsonObject, audit: boolean, path: string): readonly string[] {
  const errors: string[] = [];
  if (audit && image['mutateDigest'] === true) {
    const detail = 'mutateDigest must be set to false for ‘Audit’ failure action';
    errors.push(fieldError.invalid(`${path}.mutateDigest`, 'true', detail));
  }
  const printed = () => printGo(image, IMAGE_VERIFICATION_V1);
  if (textsIn(image['imageReferences']).length === 0 && text(image, 'image') === '') {
    errors.push(fieldError.invalid(path, printed(), 'An image reference is required'));
  }
  const old = oldAttestors(image);
  const attestations = objectsIn(image['attestations']);
  for (const [i, attestation] of attestations.entries()) {
    for (const [j, set] of objectsIn(attestation['attestors']).entries()) {
      errors.push(...setErrors(set, `${path}.attestations[${i}].attestors[${j}]`));
    }
  }
  const sets = [...objectsIn(image['attestors']), ...(attestations.length === 0 ? old : [])];
  for (const [i, set] of sets.entries()) errors.push(...setErrors(set, `${path}.attestors[${i}]`));
  if (text(image, 'type') !== 'Notary') return errors;
  for (const entry of objectsIn(image['attestors']).flatMap((set) => objectsIn(set['entries']))) {
    for (const [field, name] of [
      ['keyless', 'Keyless'],
      ['keys', 'Keys'],
    ] as const) {
      if (!isGiven(entry[field])) continue;
      errors.push(fieldError.invalid(`${path}.attestors`, printed(), `${name} field is not allowed for type notary`));
    }
  }
  return errors;
}

/** The deprecated fields `key`, `issuer`, `annotations` as an attestor set. Upstream: `Convert`. */
function oldAttestors(image: JsonObject): readonly JsonObject[] {
  const key = text(image, 'key');
  const issuer = text(image, 'issuer');
  if (text(image, 'image') === '' && key === '' && issuer === '') return [];
  const annotations = asObject(image['annotations']) ?? {};
  if (key === '' && issuer === '' && Object.keys(annotations).length === 0) return [];
  const keyless = { issuer, subject: text(image, 'subject'), roots: text(image, 'roots') };
  const entry: JsonObject = {
    annotations,
    ...(key !== '' ? { keys: { publicKeys: key } } : issuer !== '' ? { keyless } : {}),
  };
  return [{ entries: [entry] }];
}

const ENTRY = ((ATTESTOR_SET.fields['entries']?.shape ?? { type: 'any' }) as Shape & { of: ObjectShape }).of;

function shapeOf(name: string): Shape {
  return ENTRY.fields[name]?.shape ?? { type: 'any' };
}

function setErrors(set: JsonObject, path: string): readonly string[] {
  const entries = objectsIn(set['entries']);
  const errors: string[] = [];
  const printed = () => printGo(set, ATTESTOR_SET);
  if (isGiven(set['count']) && Number(set['count']) > entries.length) {
    errors.push(fieldError.invalid(path, printed(), 'Count cannot exceed length of entries'));
  }
  if (entries.length === 0) errors.push(fieldError.invalid(path, printed(), 'An entry is required'));
  return [...errors, ...entries.flatMap((entry, i) => entryErrors(entry, `${path}.entries[${i}]`))];
}

function entryErrors(entry: JsonObject, path: string): readonly string[] {
  const kinds = ['keys', 'certificates', 'keyless', 'attestor'].filter((kind) => isGiven(entry[kind]));
  const errors: string[] = [];
  if (kinds.length !== 1) {
    const detail = 'keys, certificates, keyless, or a nested attestor is required';
    errors.push(fieldError.invalid(path, printGo(entry, ENTRY), detail));
  }
  for (const kind of kinds) errors.push(...kindErrors(kind, entry[kind] as Json, `${path}.${kind}`));
  return errors;
}

function kindErrors(kind: string, value: Json, path: string): readonly string[] {
  if (kind === 'attestor') {
    if (isObject(value)) return setErrors(value, path);
    const printed = printGo(value, { type: 'any' });
    const type = isArray(value)
      ? 'array'
      : typeof value === 'string'
        ? 'string'
        : typeof value === 'boolean'
          ? 'bool'
          : 'number';
    const cause = `json: cannot unmarshal ${type} into Go value of type v1.AttestorSet`;
    const detail = `failed to unmarshal attestor set ${printed}: ${cause}`;
    return [fieldError.invalid(path, printed, detail)];
  }
  const body = asObject(value) ?? {};
  const invalid = (detail: string) => fieldError.invalid(path, printGo(body, shapeOf(kind)), detail);
  const empty = (...names: readonly string[]) => names.every((name) => text(body, name) === '');
  if (kind === 'keys') {
    const errors =
      empty('publicKeys', 'kms') && !isGiven(body['secret'])
        ? [invalid('A public key, kms key or secret is required')]
        : [];
    const algorithm = text(body, 'signatureAlgorithm');
    const known = ['', 'sha224', 'sha256', 'sha384', 'sha512'].includes(algorithm);
    return empty('publicKeys') || known ? errors : [...errors, invalid('Invalid signature algorithm provided')];
  }
  if (kind === 'certificates') return empty('cert', 'certChain') ? [invalid('cert or certChain required')] : [];
  const rekor = asObject(body['rekor']);
  const errors = rekor === undefined && empty('roots') ? [invalid('Either Rekor URL or roots are required')] : [];
  return rekor !== undefined && text(rekor, 'url') === '' ? [...errors, invalid('An URL is required')] : errors;
}
