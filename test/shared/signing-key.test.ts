import { expect, test } from 'vitest';
import { signingKeyFrom } from '#shared/signing-key.ts';

test('a key that has signed already is made of the same secret as ever', async () => {
  expect(await signingKeyFrom('a secret of the tests', 'audit/1').publicKey()).toEqual({
    kty: 'OKP',
    crv: 'Ed25519',
    x: 'VmJNhVVM-XzfpWBlWbuObrgv8ZXQ3N1rJC8BqbkRDeg',
    kid: 'F1hdrjuQnOZK5kMy',
  });
});
