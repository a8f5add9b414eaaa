import { DerReader, derInteger, derOid, elements, TAG } from './der.ts';

/** Go's numbers of signature algorithms. Upstream: Go crypto/x509/x509.go. */
const ALGORITHMS: ReadonlyMap<string, number> = new Map([
  ['1.2.840.113549.1.1.4', 2],
  ['1.2.840.113549.1.1.5', 3],
  ['1.3.14.3.2.29', 3],
  ['1.2.840.113549.1.1.11', 4],
  ['1.2.840.113549.1.1.12', 5],
  ['1.2.840.113549.1.1.13', 6],
  ['1.2.840.10040.4.3', 7],
  ['2.16.840.1.101.3.4.3.2', 8],
  ['1.2.840.10045.4.1', 9],
  ['1.2.840.10045.4.3.2', 10],
  ['1.2.840.10045.4.3.3', 11],
  ['1.2.840.10045.4.3.4', 12],
  ['1.3.101.112', 16],
]);

const PSS = '1.2.840.113549.1.1.10';

/** The hashes that RSA-PSS is known with: the salt must be as long as the hash. */
const PSS_HASHES: ReadonlyMap<string, readonly [salt: number, algorithm: number]> = new Map([
  ['2.16.840.1.101.3.4.2.1', [32, 13]],
  ['2.16.840.1.101.3.4.2.2', [48, 14]],
  ['2.16.840.1.101.3.4.2.3', [64, 15]],
]);

/** The number of the algorithm in an AlgorithmIdentifier; 0 for unknown ones. */
export function signatureAlgorithm(content: Uint8Array): number {
  const reader = new DerReader(content);
  const id = derOid(reader.read('malformed algorithm identifier', TAG.oid).content).join('.');
  if (id !== PSS) return ALGORITHMS.get(id) ?? 0;
  const fields = elements(reader.read('malformed algorithm identifier', TAG.sequence).content, 'malformed parameters');
  const hash = fields.find((field) => field.tag === 0xa0);
  const salt = fields.find((field) => field.tag === 0xa2);
  if (hash === undefined || salt === undefined) return 0;
  const hashId = new DerReader(hash.content)
    .enter('malformed parameters', TAG.sequence)
    .read('malformed parameters', TAG.oid);
  const [length, algorithm] = PSS_HASHES.get(derOid(hashId.content).join('.')) ?? [];
  const saltLength = derInteger(new DerReader(salt.content).read('malformed parameters', TAG.integer).content);
  return algorithm !== undefined && saltLength === BigInt(length ?? 0) ? algorithm : 0;
}
