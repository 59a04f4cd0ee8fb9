import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf, isSameSecret } from '#shared/secrets.ts';

test('a digest is the SHA-256 of the text, in base64url or hex', () => {
  expect(digestOf('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  expect(digestOf('abc', 'hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('isSameSecret is true only for equal strings, whatever their lengths', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(isSameSecret(one, one)).toBe(true);
      expect(isSameSecret(one, other)).toBe(one === other);
    }),
  );
  expect(isSameSecret('é', 'ée')).toBe(false);
});
