import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { SignedReceipt } from '../domain/receipt.ts';
import { onPost } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Receipts',
  group: 'Publishing',
  description: 'Get and verify signed proof of what was published, when and by whom.',
});

export const getReceipt = operation({
  id: 'getReceipt',
  method: 'GET',
  path: '/v1/posts/{postId}/receipt',
  summary: 'Get the signed receipt of a published post',
  description:
    'Proves what was published, who wrote, approved and scheduled it, and when it was due and published. Anyone can ' +
    'verify it. The first read adds it to the chain of receipts of the workspace; it does not change after that. ' +
    'Callers who may not read usage get a receipt without the cost, with a signature that is valid for it; the ' +
    'hashes of the chain include the cost.',
  access: 'posts:read',
  request: { path: onPost },
  response: SignedReceipt,
  errors: { 'not-found': ['post_not_found'], conflict: ['not_published'], unavailable: ['receipts_busy'] },
});

export const getReceiptPage = operation({
  id: 'getReceiptPage',
  method: 'GET',
  path: '/v1/posts/{postId}/receipt.html',
  summary: 'Get the receipt of a published post as a printable page',
  access: 'posts:read',
  request: { path: onPost },
  response: z.string(),
  contentType: 'text/html; charset=utf-8',
  errors: { 'not-found': ['post_not_found'], conflict: ['not_published'], unavailable: ['receipts_busy'] },
});

export const getReceiptKey = operation({
  id: 'getReceiptKey',
  method: 'GET',
  path: '/v1/receipts/public-key',
  summary: 'Get the public key for verifying receipts',
  description:
    'A JSON Web Key (RFC 8037). The Ed25519 signature covers the receipt as canonical JSON (RFC 8785): fields sorted by ' +
    'name, no white space.',
  access: 'public',
  response: z
    .object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string().meta({ description: 'Public key, base64url' }),
      kid: z.string().meta({ description: 'Id of the key: `keyId` of the receipts that it verifies' }),
    })
    .meta({ id: 'ReceiptKey' }),
});

export const verifyReceipt = operation({
  id: 'verifyReceipt',
  method: 'POST',
  path: '/v1/receipts/verify',
  summary: 'Verify a receipt',
  description: 'Checks that this platform signed the receipt and that it is unchanged.',
  access: 'public',
  request: { body: SignedReceipt },
  response: z.object({ isValid: z.boolean().meta({ description: 'Whether the receipt is authentic and unchanged' }) }),
  status: 200,
  idempotency: 'inherent',
  // A receipt contains the links of its post, which can be as long as the text.
  maxBodyBytes: 1024 * 1024,
});

export const operations = [getReceipt, getReceiptPage, getReceiptKey, verifyReceipt] as const;
