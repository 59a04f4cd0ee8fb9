import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HookScheme } from '#events/platform.ts';
import { isVerified } from '#functions/platform/incoming-hooks/verify.ts';

interface Known {
  scheme: HookScheme;
  secret: string;
  body: string;
  headers: Record<string, string>;
  /** When it was signed, in Unix seconds; undefined if the scheme has no timestamp. */
  at: number | undefined;
}

const known: readonly Known[] = [
  // Standard Webhooks: the example of its libraries.
  {
    scheme: 'standard_webhooks',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    body: '{"test": 2432232314}',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,AAAA v1a,BBBB v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    at: 1_614_265_330,
  },
  // GitHub: validating webhook deliveries, testing the validation.
  {
    scheme: 'github',
    secret: "It's a Secret to Everybody",
    body: 'Hello, World!',
    headers: { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
    at: undefined,
  },
  // Stripe publishes no example: computed with another implementation (Python's hmac).
  {
    scheme: 'stripe',
    secret: 'whsec_test_secret_of_stripe',
    body: '{"id":"evt_1","type":"charge.succeeded"}',
    headers: {
      'stripe-signature':
        't=1492774577, v1=0000000000000000000000000000000000000000000000000000000000000000,' +
        'v1=88472833acb7594992b7d385fcaac3a7823bdd24befb2180e7e03f62a7e3b2f7,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39',
    },
    at: 1_492_774_577,
  },
];

const verify = ({ scheme, secret, body, headers, at = 1_700_000_000 }: Known, lateSeconds = 0): boolean =>
  isVerified(
    scheme,
    ['another-secret-1', secret],
    { bytes: Buffer.from(body), headers },
    new Date((at + lateSeconds) * 1000),
  );

describe.each(known.map((each) => [each.scheme, each] as const))('a signature of %s', (_, example) => {
  test('is verified for a known example', () => {
    expect(verify(example)).toBe(true);
  });

  test('is rejected with another body, secret or scheme', () => {
    expect(verify({ ...example, body: `${example.body} ` })).toBe(false);
    expect(verify({ ...example, secret: `${example.secret}BBBB` })).toBe(false);
    expect(verify({ ...example, headers: {} })).toBe(false);
    for (const { scheme } of known) {
      if (scheme !== example.scheme) expect(verify({ ...example, scheme })).toBe(false);
    }
  });

  test('is accepted within five minutes of its timestamp, and at any time without one', () => {
    for (const seconds of [-300, 300]) expect(verify(example, seconds), String(seconds)).toBe(true);
    for (const seconds of [-301, 301]) expect(verify(example, seconds), String(seconds)).toBe(example.at === undefined);
  });

  test('is rejected when any of its characters is changed', () => {
    const text = JSON.stringify(example.headers);
    const signature = /[0-9a-f]{64}|g0hM[^"]+/g;
    const [start = 0, length = 0] =
      [...text.matchAll(signature)]
        .map((found) => [found.index, found[0].length] as const)
        .filter(([at]) => !text.slice(at, at + 64).startsWith('0000') && !text.slice(at - 3, at).includes('v0'))[0] ??
      [];
    fc.assert(
      fc.property(fc.nat(length - 2), fc.constantFrom('0', '1', '2', '9', 'a', 'b', 'e', 'f'), (at, letter) => {
        const place = start + at;
        fc.pre(text[place] !== letter);
        const headers = JSON.parse(text.slice(0, place) + letter + text.slice(place + 1)) as Record<string, string>;
        expect(verify({ ...example, headers })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

test('a timestamp that is not a whole number is rejected', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const signedAt = (sent: string, at = 1_614_265_330) => {
    const mac = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'));
    const signature = `v1,${mac.update(`msg_1.${sent}.{}`).digest('base64')}`;
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': sent, 'webhook-signature': signature };
    return verify({ scheme: 'standard_webhooks', secret, body: '{}', headers, at });
  };
  expect(signedAt('1614265330')).toBe(true);
  for (const sent of ['1614265330.0', '0x6037bbf2', ' 1614265330', '1.61426533e9', 'Infinity', '9'.repeat(400)]) {
    expect(signedAt(sent), sent).toBe(false);
  }
  // Read as a number, it is the first second of Unix.
  expect(signedAt('', 0)).toBe(false);
});
