import * as z from 'zod';
import { AccountId, PersonId, PostId, WorkspaceId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';
import { contentFields, Parts, type Post } from './post.ts';

/** Maximum number of earlier versions kept per post; the next one replaces the oldest. */
export const maxVersions = 200;

/** An earlier content of a post: written once, when it was replaced, and never changed. */
export const PostVersion = z
  .object({
    postId: PostId,
    workspaceId: WorkspaceId,
    contentVersion: z.int().min(1).meta({
      description:
        'Version of the content, from 1; increases with each change to it, except to alt texts and subtitles',
    }),
    accountId: AccountId,
    parts: personal(Parts, { why: 'to show former versions of a post', keptFor: keptFor.post }),
    ...contentFields,
    contentHash: z.string().meta({ description: 'SHA-256 of the content' }),
    writtenBy: PersonId.nullable().meta({ description: 'Who wrote this version; null: unknown' }),
    writtenAt: Instant.meta({ description: 'When it was written (UTC)' }),
  })
  .meta({ id: 'PostVersion' });
export type PostVersion = z.infer<typeof PostVersion>;

/** Who wrote a version, and when. */
export const VersionSummary = PostVersion.pick({
  contentVersion: true,
  contentHash: true,
  writtenBy: true,
  writtenAt: true,
}).meta({ id: 'VersionSummary' });
export type VersionSummary = z.infer<typeof VersionSummary>;

/** The current content of a post, as a version. */
export const currentVersion = (post: Post): PostVersion => {
  const { id: postId, workspaceId, contentVersion, accountId, parts, contentHash, writtenBy } = post;
  const { replySettings, madeWithAi, paidPartnership } = post;
  const writtenAt = post.writtenAt ?? post.createdAt;
  const labels = { replySettings, madeWithAi, paidPartnership };
  return { postId, workspaceId, contentVersion, accountId, parts, ...labels, contentHash, writtenBy, writtenAt };
};
