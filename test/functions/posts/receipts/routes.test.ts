import { createHash, createPublicKey, verify } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { newPublication, type Post } from '#functions/posts/domain/post.ts';
import type { SignedReceipt } from '#functions/posts/domain/receipt.ts';
import { hashOfReceipt } from '#functions/posts/domain/receipt-of.ts';
import { receiptKeyFrom } from '#functions/posts/ports/receipt-key.ts';
import * as receipts from '#functions/posts/receipts/contract.ts';
import { getPost } from '#functions/posts/writing/contract.ts';
import { canonicalOf } from '#shared/canonical.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness, put } from '../harness.ts';
import { aPart, aPost, author, noon, out, workspaceId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const { id: postId } = aPost();
const publishedAt = instantAfter(noon, 1_200);
const tries = [
  { at: noon.toISOString(), outcome: 'rate_limited', code: 'x_busy' },
  { at: publishedAt, outcome: 'published', code: null },
];
const publication = { ...newPublication(noon.toISOString()), tries, parts: [out('17')], publishedAt };
const approval = {
  status: 'approved' as const,
  contentHash: 'abc',
  submittedBy: null,
  submitters: [],
  submittedAt: null,
  decidedBy: owner.personId,
  decidedAt: noon.toISOString(),
  isOverride: false,
  isOwn: false,
};
const signed = async (): Promise<SignedReceipt> => {
  await put(context, { status: 'published', publication, approval, contentHash: 'abc', writtenBy: owner.personId });
  return (await context.ask(receipts.getReceipt, receipts.getReceipt.response, { path: { postId } })).body;
};
const isValid = async (body: unknown): Promise<boolean> =>
  (await context.ask(receipts.verifyReceipt, receipts.verifyReceipt.response, { body, as: undefined })).body.isValid;

describe('the receipt of a published post', () => {
  test('names no approval when other content was approved than was published', async () => {
    await put(context, { status: 'published', publication, approval, contentHash: 'other words' });
    const { body } = await context.ask(receipts.getReceipt, receipts.getReceipt.response, { path: { postId } });
    expect(body.receipt).toMatchObject({ contentHash: 'other words', approval: null });
  });

  test('states who wrote and approved the post, when it was due, how late it was and what it cost', async () => {
    expect((await signed()).receipt).toMatchObject({
      postId,
      contentHash: 'abc',
      writtenBy: owner.personId,
      approval: { decidedBy: owner.personId, isOverride: false },
      dueAt: noon.toISOString(),
      publishedAt,
      latenessMs: 1_200,
      attempts: tries,
      costMicros: 15_000,
      xPosts: [{ xPostId: '17', publishedAt: noon.toISOString() }],
      chain: { position: 1, previousHash: null },
    });
  });

  test('verifies through the API, and with the public key alone', async () => {
    const given = await signed();
    expect(await isValid(given)).toBe(true);
    const key = await context.ask(receipts.getReceiptKey, receipts.getReceiptKey.response, { as: undefined });
    const publicKey = createPublicKey({ key: key.body, format: 'jwk' });
    const text = Buffer.from(canonicalOf(given.receipt));
    expect(verify(null, text, publicKey, Buffer.from(given.signature, 'base64url'))).toBe(true);
    expect(given.keyId).toBe(key.body.kid);
  });

  test('does not verify with a changed field or the signature of another key', async () => {
    const given = await signed();
    const forged: SignedReceipt[] = [
      { ...given, receipt: { ...given.receipt, contentHash: 'abd' } },
      { ...given, receipt: { ...given.receipt, approval: null } },
      { ...given, receipt: { ...given.receipt, latenessMs: 0 } },
      { ...given, receipt: { ...given.receipt, xPosts: [{ xPostId: '18', publishedAt }] } },
      { ...given, receipt: { ...given.receipt, attempts: [] } },
      { ...given, receipt: { ...given.receipt, costMicros: 0 } },
      { ...given, receipt: { ...given.receipt, chain: { position: 2, previousHash: null } } },
      { ...given, receipt: { ...given.receipt, chain: { position: 1, previousHash: 'abc' } } },
      { ...given, keyId: 'another' },
      await receiptKeyFrom('another secret').sign(given.receipt),
      { ...(await receiptKeyFrom('another secret').sign(given.receipt)), keyId: given.keyId },
    ];
    for (const each of forged) expect(await isValid(each)).toBe(false);
  });

  test.each(['editor', 'analyst'] as const)('for the role %s hides the cost and still verifies', async (role) => {
    const full = await signed();
    const as = { ...owner, role };
    const given = await context.ask(receipts.getReceipt, receipts.getReceipt.response, { path: { postId }, as });
    const { costMicros, ...rest } = full.receipt;
    expect(costMicros).toBe(15_000);
    expect(given.body.receipt).toEqual(rest);
    expect(await isValid(given.body)).toBe(true);
    expect(await isValid({ ...given.body, receipt: full.receipt })).toBe(false);
    expect((await context.call(receipts.getReceiptPage, { path: { postId }, as })).raw).not.toMatch(/cost|USD/i);
    expect((await context.call(receipts.getReceiptPage, { path: { postId } })).raw).toContain('USD 0.015000');
    const post = await context.call(getPost, { path: { postId }, as });
    expect(post.raw).toContain('"xPostId":"17"');
    expect(post.raw).not.toMatch(/micros/i);
  });

  test('verifies with its fields in another order', async () => {
    const given = await signed();
    const receipt = Object.fromEntries(Object.entries(given.receipt).reverse());
    expect(await isValid({ ...given, receipt })).toBe(true);
  });

  test('does not verify with one bit of its signature flipped', async () => {
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

  test('does not change when the post is written later', async () => {
    const given = await signed();
    const post = await context.deps.posts.get(workspaceId, postId);
    await context.deps.posts.save({ ...post, writtenBy: null }, author);
    expect((await context.ask(receipts.getReceipt, receipts.getReceipt.response, { path: { postId } })).body).toEqual(
      given,
    );
  });

  test('is refused with not_published for a scheduled post', async () => {
    await put(context, { status: 'scheduled' });
    const answer = await context.ask(receipts.getReceipt, Problem, { path: { postId } });
    expect([answer.status, answer.body.code]).toEqual([409, 'not_published']);
  });
});

const published = (id: string, said: Partial<Post> = {}) =>
  put(context, { id, status: 'published', publication, ...said });
const ofPost = async (id: string) =>
  (await context.ask(receipts.getReceipt, receipts.getReceipt.response, { path: { postId: id } })).body;

describe('the chain of receipts', () => {
  test('gives each post one position under concurrent first reads, with the hash of the receipt before', async () => {
    const ids = Array.from({ length: 50 }, () => newId('pst', noon));
    for (const id of ids) await published(id);
    const given = await Promise.all([...ids, ...ids].map(ofPost));
    expect(given.slice(50)).toEqual(given.slice(0, 50));
    const chain = given.slice(0, 50).sort((one, other) => one.receipt.chain.position - other.receipt.chain.position);
    chain.forEach(({ receipt }, place) => {
      const before = chain[place - 1];
      const previousHash = before ? hashOfReceipt(before.receipt) : null;
      expect(receipt.chain).toEqual({ position: place + 1, previousHash });
    });
  });

  test('is separate for each workspace', async () => {
    const other = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    await published(postId);
    await ofPost(postId);
    await published(postId, { workspaceId: other.workspaceId });
    const sent = { path: { postId }, as: other };
    const { body } = await context.ask(receipts.getReceipt, receipts.getReceipt.response, sent);
    expect(body.receipt.chain).toEqual({ position: 1, previousHash: null });
  });
});

describe('the receipt as a page', () => {
  const page = () => context.call(receipts.getReceiptPage, { path: { postId } });

  test('shows the receipt and the published text', async () => {
    const { receipt, signature } = await signed();
    const { raw: body, headers } = await page();
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const shown = [
      'Hello',
      '17',
      signature,
      receipt.contentHash,
      receipt.dueAt,
      'USD 0.015000',
      'rate_limited: x_busy',
    ];
    for (const each of shown) expect(body).toContain(each);
  });

  test('escapes the text of the post, and runs and loads nothing', async () => {
    const said = `<script>alert(1)</script> "'&<img src=x onerror=alert(1)>`;
    await published(postId, { parts: [aPart({ text: said })] });
    const { raw: body } = await page();
    expect(body).toContain('&#60;script&#62;alert(1)&#60;/script&#62; &#34;&#39;&#38;&#60;img');
    const tags = new Set(Array.from(body.matchAll(/<(\w+)[^>]*>/g), ([, tag]) => tag));
    for (const tag of ['script', 'img', 'a', 'iframe', 'link', 'form']) expect(tags).not.toContain(tag);
    expect(tags).toContain('blockquote');
    const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(body.replaceAll('&#39;', "'")).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
  });

  test('is refused with not_published for a scheduled post', async () => {
    await put(context, { status: 'scheduled' });
    expect((await context.ask(receipts.getReceiptPage, Problem, { path: { postId } })).body.code).toBe('not_published');
  });
});

test.each([{}, { receipt: {}, keyId: 'x', signature: 'x' }, { keyId: 1 }])(
  'verification of a malformed receipt is refused with 400: %j',
  async (body) => {
    expect((await context.ask(receipts.verifyReceipt, Problem, { body, as: undefined })).status).toBe(400);
  },
);
