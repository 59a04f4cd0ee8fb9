import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import type { AccountErrors } from '../domain/error-codes.ts';

/** The header of the signature over the bytes of a delivery (X: webhooks). */
export const signatureHeader = 'x-twitter-webhooks-signature';

const operation = capability<AccountErrors>({
  name: 'X activity',
  group: 'Accounts',
  description: 'The webhook that X calls. No other client needs these operations.',
});

/**
 * Challenges and deliveries are signed in the same way, so whoever had a body signed as a challenge could deliver it. A
 * delivery is a JSON object, which cannot consist of these characters alone.
 */
const tokenOnly = /^[\w.~+/=-]{1,200}$/;

/** Larger than any post with everything that X includes with it. */
const maxDeliveryBytes = 256 * 1024;

export const answerXChallenge = operation({
  id: 'answerXChallenge',
  method: 'GET',
  path: '/v1/x/webhook',
  summary: 'Answer a challenge from X',
  description:
    'X regularly checks that the app owns the webhook (CRC). The response is signed with the consumer secret of the ' +
    'app.',
  access: 'public',
  request: {
    query: z.strictObject({
      crc_token: z
        .string()
        .regex(tokenOnly)
        .meta({ description: 'Random characters that X sends', examples: ['9b4507b3-9040-4669-9ca3-6b94edb50553'] }),
      nonce: z
        .string()
        .max(500)
        .optional()
        .meta({ description: 'Also sent by X; not used', examples: ['MTc5NjAzOTk4MTMzMA'] }),
    }),
  },
  response: z
    .object({
      response_token: z.string().meta({
        description: '`sha256=` and the HMAC-SHA256 of `crc_token`, in Base64',
        examples: ['sha256=x0mYd8hz2goCTfcNAaMqENy2BFgJJfJOb4PdvTffpwg='],
      }),
    })
    .meta({ id: 'XChallengeResponse', description: 'Proof that the webhook knows the consumer secret of the app' }),
  errors: { 'not-found': ['x_webhook_off'] },
});

export const receiveXActivity = operation({
  id: 'receiveXActivity',
  method: 'POST',
  path: '/v1/x/webhook',
  summary: 'Receive activity from X',
  description:
    'X delivers activity events here. The signature in `x-twitter-webhooks-signature` is verified before the body is ' +
    'parsed; a repeated delivery has no effect.',
  access: 'public',
  status: 200,
  response: z
    .object({
      received: z
        .literal(true)
        .meta({ description: 'The delivery was stored, or did not need to be', examples: [true] }),
    })
    .meta({ id: 'XActivityReceived', description: 'Acknowledgement of a delivery' }),
  errors: { forbidden: ['x_signature_invalid'], 'not-found': ['x_webhook_off'] },
  idempotency: 'inherent',
  signatureHeaders: [signatureHeader],
  maxBodyBytes: maxDeliveryBytes,
  limit: 'none',
});

export const operations = [answerXChallenge, receiveXActivity] as const;
