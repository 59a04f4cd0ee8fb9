import { createHmac, createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { rotated, type SigningKey, signingKeysAt } from '#functions/platform/domain/webhook.ts';
import { signedHeaders } from '#functions/platform/webhooks/sign.ts';
import { makeKey, openKey } from '#functions/platform/webhooks/signing-keys.ts';
import { memoryPlatform } from '#test/support/memory/platform.ts';

const owner = { workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V', id: 'whk_01KATJ9V5H8Q3M4N5P6R7S8T9V' };
const sealingKey = new Uint8Array(32).fill(1);
const { randomBytes } = memoryPlatform(() => new Date());
const delivery = {
  id: 'dlv_01KATJ9V5H8Q3M4N5P6R7S8T9V',
  payload: '{"type":"post.published","data":{"text":"Größe 🦆"}}',
};
const hourMs = 3_600_000;

/** What a consumer has: the library, a secret and the request. */
const isVerified = (secret: string, headers: Record<string, string>, body = delivery.payload): boolean => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

test('a signature follows the Standard Webhooks specification', () => {
  const { key, secret } = makeKey(sealingKey, owner, randomBytes, new Date());
  const headers = signedHeaders([openKey(sealingKey, owner, key)], delivery, new Date('2026-11-22T12:00:00.900Z'));
  const [v1, v1a] = headers['webhook-signature']?.split(' ') ?? [];
  expect(headers).toMatchObject({ 'webhook-id': delivery.id, 'webhook-timestamp': '1795348800' });
  const signed = `${delivery.id}.1795348800.${delivery.payload}`;
  const hmac = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(signed)
    .digest('base64');
  expect(v1).toBe(`v1,${hmac}`);
  const x = Buffer.from(key.publicKey.slice('whpk_'.length), 'base64').toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  expect(verify(null, Buffer.from(signed), publicKey, Buffer.from(v1a?.slice('v1a,'.length) ?? '', 'base64'))).toBe(
    true,
  );
  expect(verify(null, Buffer.from(`${signed} `), publicKey, Buffer.from(v1a?.slice(4) ?? '', 'base64'))).toBe(false);
});

test('a key can be opened only for its own webhook and with the key that sealed it', () => {
  const { key } = makeKey(sealingKey, owner, randomBytes, new Date());
  expect(() => openKey(sealingKey, { ...owner, id: 'whk_01KATJ9V5H8Q3M4N5P6R7S8T9W' }, key)).toThrow();
  expect(() => openKey(sealingKey, { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' }, key)).toThrow();
  expect(() => openKey(new Uint8Array(32), owner, key)).toThrow();
  expect(key.sealed).not.toContain('whsec');
});

test('a secret verifies every delivery until a day after its rotation, and none later', () => {
  const now = Date.now();
  // Hours at which the secret is rotated; `at` is the hour of the delivery.
  const rotations = fc
    .uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 2 })
    .map((hours) => hours.sort((a, b) => a - b));
  fc.assert(
    fc.property(rotations, fc.integer({ min: 0, max: 240 }), (hours, at) => {
      const first = makeKey(sealingKey, owner, randomBytes, new Date(now));
      const secrets = [{ secret: first.secret, from: 0, until: Infinity }];
      let keys: SigningKey[] = [first.key];
      for (const hour of hours.filter((each) => each <= at)) {
        const when = new Date(now + hour * hourMs);
        const next = makeKey(sealingKey, owner, randomBytes, when);
        keys = rotated(keys, next.key, when);
        const last = secrets.at(-1);
        if (last) last.until = hour + 24;
        secrets.push({ secret: next.secret, from: hour, until: Infinity });
      }
      const signing = signingKeysAt(keys, new Date(now + at * hourMs)).map((key) => openKey(sealingKey, owner, key));
      // The library uses the machine's clock.
      const headers = signedHeaders(signing, delivery, new Date());
      for (const { secret, until } of secrets) expect(isVerified(secret, headers)).toBe(at < until);
      expect(isVerified(first.secret, headers, `${delivery.payload} `)).toBe(false);
    }),
    { numRuns: 50 },
  );
});
