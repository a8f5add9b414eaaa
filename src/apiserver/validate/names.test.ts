import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dnsLabel, dnsSubdomain, labelKey, labelValue, oldDnsLabel, pathSegment, percent, portName } from './names.ts';

const LONG = 'a'.repeat(64);

test('good names have no complaint', () => {
  assert.deepEqual(dnsLabel('web-1'), []);
  assert.deepEqual(dnsSubdomain('a.b-c.d'), []);
  assert.deepEqual(oldDnsLabel('v1'), []);
  assert.deepEqual(labelKey('example.com/App_1'), []);
  assert.deepEqual(labelValue(''), []);
  assert.deepEqual(portName('http-2'), []);
  assert.deepEqual(percent('25%'), []);
});

test('names that are too long are told so in the unit of their rule', () => {
  assert.deepEqual(dnsLabel(LONG), ['must be no more than 63 characters']);
  assert.deepEqual(labelValue(LONG), ['must be no more than 63 bytes']);
  assert.deepEqual(labelKey(LONG), ['name part must be no more than 63 bytes']);
});

test('a label that would do as a DNS name only has dots too many', () => {
  assert.deepEqual(dnsLabel('a.b'), ['must not contain dots']);
});

test('a complaint about characters has the pattern and examples', () => {
  assert.equal(
    dnsLabel('A_b')[0],
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  );
});

test('each part of a key is judged', () => {
  assert.deepEqual(labelKey('/a'), ['prefix part must be non-empty']);
  assert.match(labelKey('A/b')[0] ?? '', /^prefix part a lowercase RFC 1123 subdomain /);
  assert.match(
    labelKey('a/b/c')[0] ?? '',
    /^a valid label key must consist of .* with an optional DNS subdomain prefix/,
  );
});

test('a name in an address has no slash and is not a dot', () => {
  assert.deepEqual(pathSegment('a/b%'), ["may not contain '/'", "may not contain '%'"]);
  assert.deepEqual(pathSegment('..'), ["may not be '..'"]);
});
