import * as fc from 'fast-check';
import { createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as receipts from '../../../../functions/posts/contract/receipts.ts';
import { canonicalOf } from '../../../../functions/posts/domain/issue-receipt.ts';
import type { SignedReceipt } from '../../../../functions/posts/domain/receipt.ts';
import { newPublication } from '../../../../functions/posts/domain/post.ts';
import { receiptKeyFrom } from '../../../../functions/posts/receipt-key.ts';
import { Problem } from '../../../../shared/http/problem.ts';
import { instantAfter } from '../../../../shared/time.ts';
import { owner } from '../../../support/http-event.ts';
import { aPost, noon, out } from '../sample.ts';
import { openWorld, type World } from '../world.ts';
import { put } from './steps.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const { id: postId } = aPost();
const publishedAt = instantAfter(noon, 1_200);
const publication = { ...newPublication(noon.toISOString()), attempts: 2, parts: [out('17')], publishedAt };
const approval = {
  status: 'approved' as const,
  contentHash: 'abc',
  submittedBy: null,
  submittedAt: null,
  decidedBy: owner.personId,
  decidedAt: noon.toISOString(),
  isOverride: false,
};
const signed = async (): Promise<SignedReceipt> => {
  await put(world, { status: 'published', publication, approval, contentHash: 'abc', writtenBy: owner.personId });
  return (await world.call(receipts.getReceipt, receipts.getReceipt.response, { path: { postId } })).body;
};
const isValid = async (body: unknown): Promise<boolean> =>
  (await world.call(receipts.verifyReceipt, receipts.verifyReceipt.response, { body, as: undefined })).body.isValid;

describe('the receipt of a published post', () => {
  test('says who let what out, when it was due and how late it was', async () => {
    expect((await signed()).receipt).toMatchObject({
      postId,
      contentHash: 'abc',
      writtenBy: owner.personId,
      approval: { decidedBy: owner.personId, isOverride: false },
      dueAt: noon.toISOString(),
      publishedAt,
      latenessMs: 1_200,
      attempts: 2,
      xPosts: [out('17')],
    });
  });

  test('verifies here, and with the public key alone', async () => {
    const given = await signed();
    expect(await isValid(given)).toBe(true);
    const key = await world.call(receipts.getReceiptKey, receipts.getReceiptKey.response, { as: undefined });
    const publicKey = createPublicKey({ key: key.body, format: 'jwk' });
    const text = Buffer.from(canonicalOf(given.receipt));
    expect(verify(null, text, publicKey, Buffer.from(given.signature, 'base64url'))).toBe(true);
    expect(given.keyId).toBe(key.body.kid);
  });

  test('does not verify with any field changed, or with the signature of another', async () => {
    const given = await signed();
    const forged: SignedReceipt[] = [
      { ...given, receipt: { ...given.receipt, contentHash: 'abd' } },
      { ...given, receipt: { ...given.receipt, approval: null } },
      { ...given, receipt: { ...given.receipt, latenessMs: 0 } },
      { ...given, receipt: { ...given.receipt, xPosts: [out('18')] } },
      { ...given, keyId: 'another' },
      receiptKeyFrom('another secret').sign(given.receipt),
      { ...receiptKeyFrom('another secret').sign(given.receipt), keyId: given.keyId },
    ];
    for (const each of forged) expect(await isValid(each)).toBe(false);
  });

  test('verifies whatever order its fields come in', async () => {
    const given = await signed();
    const receipt = Object.fromEntries(Object.entries(given.receipt).reverse());
    expect(await isValid({ ...given, receipt })).toBe(true);
  });

  test('with one bit of its signature turned does not verify', async () => {
    const given = await signed();
    await fc.assert(
      fc.asyncProperty(fc.nat(63), fc.nat(7), async (place, bit) => {
        const bytes = Buffer.from(given.signature, 'base64url');
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        expect(await isValid({ ...given, signature: bytes.toString('base64url') })).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test('is not given for what is not out, or is not there', async () => {
    await put(world, { status: 'scheduled' });
    const answer = await world.call(receipts.getReceipt, Problem, { path: { postId } });
    expect([answer.status, answer.body.code]).toEqual([409, 'not_published']);
  });
});

test.each([{}, { receipt: {}, keyId: 'x', signature: 'x' }, { keyId: 1 }])(
  'what is no receipt is refused: %j',
  async (body) => {
    expect((await world.call(receipts.verifyReceipt, Problem, { body, as: undefined })).status).toBe(400);
  },
);
