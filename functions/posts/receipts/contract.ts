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
  summary: 'The signed receipt of a published post',
  description:
    'What went out by whose word, when it was due and when it was out. Anybody can verify it. When it is first read it ' +
    'takes its place in the chain of the workspace’s receipts, and stays the same from then on. Who may not read usage gets it ' +
    'without its cost, signed as such; the chain names receipts with theirs.',
  access: 'posts:read',
  request: { path: onPost },
  response: SignedReceipt,
  errors: { 'not-found': ['post_not_found'], conflict: ['not_published'], unavailable: ['receipts_busy'] },
});

export const getReceiptPage = operation({
  id: 'getReceiptPage',
  method: 'GET',
  path: '/v1/posts/{postId}/receipt.html',
  summary: 'The receipt of a published post as a page to print',
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
  summary: 'The public key that receipts verify with, as a JSON Web Key (RFC 8037)',
  description:
    'The signature (Ed25519) is over the receipt as canonical JSON (RFC 8785): fields in the order of their names, no ' +
    'white space.',
  access: 'public',
  response: z
    .object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string() })
    .meta({ id: 'ReceiptKey' }),
});

export const verifyReceipt = operation({
  id: 'verifyReceipt',
  method: 'POST',
  path: '/v1/receipts/verify',
  summary: 'Whether a receipt is this platform’s own, unchanged',
  access: 'public',
  request: { body: SignedReceipt },
  response: z.object({ isValid: z.boolean() }),
  status: 200,
  idempotency: 'inherent',
});

export const operations = [getReceipt, getReceiptPage, getReceiptKey, verifyReceipt] as const;
