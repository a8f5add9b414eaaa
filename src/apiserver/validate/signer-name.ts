import { goQuote } from '../../language/go-text.ts';
import { type FieldError, invalid, required, tooLong } from './field-error.ts';
import type { FieldPath } from './field-path.ts';
import { byteLength } from './fields.ts';
import { type Complaints, dnsLabel, dnsSubdomain } from './names.ts';

/** Errors for the name of a certificate signer, `example.com/name`. Upstream: `ValidateSignerName` of core. */
export function checkSignerName(path: FieldPath, name: string): FieldError[] {
  if (name === '') return [required(path)];
  const segments = name.split('/');
  const [domain = '', rest = ''] = segments;
  if (segments.length !== 2) {
    const detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(path, name, detail)];
  }
  const errors = byteLength(domain) > 253 ? [tooLong(path, 253)] : [];
  errors.push(...checkParts(path, domain, dnsLabel));
  if (!domain.includes('.')) {
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  }
  errors.push(...checkParts(path, rest, dnsSubdomain));
  if (byteLength(name) > 571) errors.push(tooLong(path, 571));
  return errors;
}

/** Complaints about the first part between dots that is wrong. */
function checkParts(path: FieldPath, text: string, check: (part: string) => Complaints): FieldError[] {
  const wrong = text.split('.').find((part) => check(part).length > 0);
  if (wrong === undefined) return [];
  return check(wrong).map((detail) => invalid(path, text, `validating label ${goQuote(wrong)}: ${detail}`));
}
