import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { networkOf } from '#shared/network.ts';

test.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:0DB8:0001::6', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8::/48'],
  ['::1', '::/48'],
  ['fe80::1', 'fe80::/48'],
  ['nonsense', null],
  ['', null],
])('%s belongs to the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('the network of an IPv4 address ignores its last byte, and that of an IPv6 address keeps three groups', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(255), (address, last) => {
      const neighbour = address.replace(/\.\d+$/, `.${last}`);
      expect(networkOf(neighbour)).toBe(networkOf(address));
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
      const address = groups.map((group) => group.toString(16));
      expect(networkOf(address.join(':'))).toBe(`${address.slice(0, 3).join(':')}::/48`);
    }),
  );
});
