import { expect, test } from 'vitest';
import { signingKeyFrom } from '#shared/signing-key.ts';

test('a secret always yields the same signing key, so that existing signatures stay valid', async () => {
  expect(await signingKeyFrom('a secret of the tests', 'audit/1').publicKey()).toEqual({
    kty: 'OKP',
    crv: 'Ed25519',
    x: 'VmJNhVVM-XzfpWBlWbuObrgv8ZXQ3N1rJC8BqbkRDeg',
    kid: 'F1hdrjuQnOZK5kMy',
  });
});
