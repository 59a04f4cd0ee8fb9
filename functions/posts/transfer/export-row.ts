import type { Post, PostStatus } from '../domain/post.ts';

/** States in which a post has a time to go out at that another one could be given. */
const isPlanned: readonly PostStatus[] = ['scheduled', 'held'];

/** A post as an export gives it out and an import takes it. */
export const rowOf = (post: Post) => ({
  id: post.id,
  status: post.status,
  accountId: post.accountId,
  parts: post.parts,
  ...(isPlanned.includes(post.status) &&
    post.scheduledAt !== null && {
      publishAt: post.scheduledAt,
      ...(post.timeZone !== null && { timeZone: post.timeZone }),
    }),
  replySettings: post.replySettings,
  madeWithAi: post.madeWithAi,
  paidPartnership: post.paidPartnership,
  ...(post.publication && post.publication.publishedAt !== null && { publishedAt: post.publication.publishedAt }),
});

export type ExportRow = ReturnType<typeof rowOf>;
