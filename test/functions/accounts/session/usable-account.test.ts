import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { disconnectAccount } from '#functions/accounts/connections/connect.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { readPosts } from '#functions/accounts/post-readings/read-posts.ts';
import { deletePost, repost } from '#functions/accounts/publishing/own-posts.ts';
import { uploadMedia } from '#functions/accounts/publishing/upload-media.ts';
import { newId } from '#shared/ids.ts';
import { author, type Harness, harness, partOn } from '../harness.ts';

let context: Harness;
let account: Account;
beforeEach(async () => {
  context = await harness();
  account = await context.connect('acme_coffee');
});
afterEach(() => context.sandbox.close());

const ofPost = () => {
  const { workspaceId, id: accountId } = account;
  return { workspaceId, accountId, postId: newId('pst', new Date()), campaignId: null };
};
const picture = () => {
  const mediaId = newId('med', new Date());
  const objectKey = `${account.workspaceId}/${mediaId}`;
  return { mediaId, objectKey, contentType: 'image/png', bytes: 1, altText: null, etag: null, subtitles: [] };
};

/** Everything that is done as an account on X. */
const acts: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['a part of a post', () => context.publish(partOn(account))],
  ['a look for one', () => context.publish(partOn(account, { isWithheld: true, lookSince: new Date().toISOString() }))],
  ['a media file', () => uploadMedia(context.deps, { ...ofPost(), media: picture() }, author)],
  ['a deletion', () => deletePost(context.deps, { ...ofPost(), xPostId: '1' }, author)],
  ['a repost', () => repost(context.deps, { ...ofPost(), xPostId: '1' }, author)],
  ['a reading of metrics', () => readPosts(context.deps, { ...ofPost(), xPostIds: ['1'] }, author)],
];

describe.each(acts)('%s', (_, act) => {
  test('fails with account_disconnected, without a call to X, when the account is disconnected', async () => {
    await disconnectAccount(context.deps, account.workspaceId, account.id, author);
    const before = (await context.requests()).length;
    expect(await act()).toEqual({
      outcome: 'account_unwell',
      code: 'account_disconnected',
      reason: 'The account is not connected. Reconnect it, or choose another one.',
    });
    expect(await context.requests()).toHaveLength(before);
  });

  test('fails with account_reconnect_needed when X no longer accepts the connection', async () => {
    const known = await context.deps.accounts.get(account.workspaceId, account.id);
    await context.deps.accounts.save({ ...known, health: 'reconnect_needed' }, author);
    expect(await act()).toMatchObject({ outcome: 'account_unwell', code: 'account_reconnect_needed' });
  });
});
