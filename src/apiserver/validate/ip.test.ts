import assert from 'node:assert/strict';
import { test } from 'node:test';
import { root } from './field-path.ts';
import {
  checkCanonicalCidr,
  checkCanonicalIp,
  checkCidr,
  checkIp,
  contains,
  ipText,
  parseCidr,
  parseIp,
} from './ip.ts';

const AT = root('ip');
const details = (errors: readonly { readonly detail: string }[]): readonly string[] =>
  errors.map((error) => error.detail);

test('addresses of both families are read, others not', () => {
  assert.equal(parseIp('10.0.0.1')?.bits, 0x0a000001n);
  assert.equal(parseIp('::1')?.version, 6);
  assert.equal(parseIp('::ffff:1.2.3.4')?.version, 4);
  for (const text of ['', '1.2.3', '1.2.3.256', ':', '1::2::3', 'fe80::1%eth0', '1:2:3:4:5:6:7:8:9']) {
    assert.equal(parseIp(text), undefined, text);
  }
});

test('leading zeros and mapped addresses are read but refused', () => {
  assert.match(details(checkIp(AT, '010.0.0.1')).join(), /leading 0s/);
  assert.match(details(checkIp(AT, '::ffff:1.2.3.4')).join(), /IPv4-mapped/);
  assert.deepEqual(checkIp(AT, '010.0.0.1', ['010.0.0.1']), []);
});

test('a network has no host bits, except where old ones are allowed', () => {
  assert.deepEqual(checkCidr(AT, '10.0.0.0/8'), []);
  assert.deepEqual(details(checkCidr(AT, '10.0.0.0/33')), [
    'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  ]);
  assert.equal(checkCidr(AT, '10.0.0.1/8').length, 1);
});

test('a canonical address is written in its shortest way', () => {
  assert.deepEqual(details(checkCanonicalIp(AT, '2001:DB8::0')), ['must be in canonical form ("2001:db8::")']);
  assert.deepEqual(details(checkCanonicalCidr(AT, '2001:db8:0::/64')), ['must be in canonical form ("2001:db8::/64")']);
  const ip = parseIp('1:0:0:2:0:0:0:3');
  assert.ok(ip !== undefined);
  assert.equal(ipText(ip), '1:0:0:2::3');
});

test('a network contains the addresses of its family alone', () => {
  const [network, inside, outside] = [parseCidr('10.96.0.0/16'), parseIp('10.96.3.4'), parseIp('fd00::1')];
  assert.ok(network !== undefined && inside !== undefined && outside !== undefined);
  assert.equal(contains(network, inside), true);
  assert.equal(contains(network, outside), false);
});
