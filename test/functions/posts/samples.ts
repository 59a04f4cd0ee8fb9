import type * as z from 'zod';
import { announced, type Media } from '#functions/posts/domain/media.ts';
import { draft, newPublication, Part, type Post } from '#functions/posts/domain/post.ts';
import { owner } from '#test/support/http-event.ts';

export const noon = new Date('2026-11-22T12:00:00.000Z');
export const { workspaceId } = owner;
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const otherAccountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';
export const campaignId = 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const otherCampaignId = 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9W';
export const slotId = 'slt_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const laterSlotId = 'slt_01KATJ9V5H8Q3M4N5P6R7S8T9W';
export const mediaId = 'med_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const author = { actor: { type: 'person' as const, id: owner.personId }, correlationId: 'correlation-1' };

/** The owner as writer and submitter. */
export const byOwner = { by: owner.personId, writers: [owner.personId], submitters: [owner.personId] };

const written = {
  workspaceId,
  version: 1,
  createdAt: noon.toISOString(),
  updatedAt: noon.toISOString(),
  changedBy: author.actor,
  correlationId: author.correlationId,
};

export const aPart = (said: z.input<typeof Part> = { text: 'Hello' }) => Part.parse(said);

/** A draft of one part, with overrides. */
export const aPost = (said: Partial<Post> = {}): Post => ({
  ...draft({ id: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V', workspaceId, accountId, parts: [aPart()] }),
  ...written,
  ...said,
});

/** A post that was scheduled once, for noon. */
export const aScheduledPost = (said: Partial<Post> = {}): Post =>
  aPost({
    status: 'scheduled',
    scheduledAt: noon.toISOString(),
    scheduleVersion: 1,
    nextAttemptAt: noon.toISOString(),
    publication: newPublication(noon.toISOString()),
    ...said,
  });

/** A published part. */
export const out = (xPostId = '1') => ({ xPostId, publishedAt: noon.toISOString(), costMicros: 15_000 });

export const aMedia = (said: Partial<Media> = {}): Media => ({
  ...announced({ id: mediaId, workspaceId, contentType: 'image/png', bytes: 100, altText: null, madeWithAi: false }, 0),
  ttl: undefined,
  ...written,
  status: 'ready',
  etag: null,
  ...said,
});
