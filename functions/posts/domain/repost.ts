import * as z from 'zod';
import type { OwnPostOutcome } from '#events/publishing.ts';
import { entityFields, type New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { AccountId, PostId, RepostId } from '#shared/ids.ts';
import { type Post, Problem } from './post.ts';
import type { Problem as Why } from './publication.ts';

/** An account's repost of its own published post. */
export const Repost = z
  .object({
    id: RepostId,
    ...entityFields,
    postId: PostId,
    accountId: AccountId,
    xPostId: z.string().meta({ description: 'Id on X of the reposted post, or of the first part of a thread' }),
    status: z
      .enum(['requested', 'done', 'failed'])
      .meta({ description: '`requested`: X has not responded yet; `done`: reposted; `failed`: see `problem`' }),
    problem: Problem.nullable().meta({ description: 'Why the repost failed; null otherwise' }),
  })
  .meta({ id: 'Repost' });
export type Repost = z.infer<typeof Repost>;

/** Reposts of one account per UTC day. X forbids reposting in bulk (Developer Policy: automation). */
export const repostsPerDay = {
  most: 10,
  code: 'too_many_reposts',
  said: 'An account can repost 10 times per UTC day, since X forbids reposting in bulk. Try again tomorrow.',
};

/** Creates a repost of the post. @throws DomainError `not_published` while it is not on X */
export const repostOf = (
  id: string,
  { id: postId, workspaceId, accountId, status, publication }: Post,
): New<Repost> => {
  const [first] = publication?.parts ?? [];
  if (status !== 'published' || !first) {
    throw new DomainError('conflict', 'not_published', 'Only a published post can be reposted.');
  }
  return { id, workspaceId, postId, accountId, xPostId: first.xPostId, status: 'requested', problem: null };
};

/** Marks the repost as failed because of a stop. */
export const stopRepost = (repost: Repost, { code, reason }: Why): Repost => ({
  ...repost,
  status: 'failed',
  problem: { code, reason: `Request the repost again once publishing is resumed. ${reason}` },
});

/** The repost after X's response, or a fault. */
export const recordRepost = (repost: Repost, met: OwnPostOutcome | { outcome: 'fault' }): Repost => {
  if (met.outcome === 'done') return { ...repost, status: 'done', problem: null };
  const problem =
    'code' in met ? { code: met.code, reason: met.reason } : { code: 'fault', reason: 'The repost failed. Try again.' };
  return { ...repost, status: 'failed', problem };
};
