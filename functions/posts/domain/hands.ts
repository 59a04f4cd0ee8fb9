import type { MediaOf } from './content.ts';
import { contentHashOf } from './content-hash.ts';
import type { Post } from './post.ts';

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

/** Whether the id is that of a service account whose people are unknown: it may have acted for anybody. */
export const isMachine = (id: string): boolean => id.startsWith('sva_');

/**
 * The people whose contributions to the post nobody else has approved: its authors, and those who have described its
 * files since. Earlier descriptions of files count as chosen by the author.
 */
export const handsIn = (post: Post, files: MediaOf): string[] => {
  const { writers, writtenBy, createdAt } = post;
  const since = post.writtenAt ?? createdAt;
  const wrote = writers.length > 0 || writtenBy === null ? writers : [writtenBy];
  const described = [...files.values()].flatMap(({ describedBy }) => describedBy.filter(({ at }) => at >= since));
  return unique([...wrote, ...described.map(({ personId }) => personId)]);
};

/** The writers of the post after another change. Writers of content that others have approved no longer count. */
export const handsAfter = (post: Post, files: MediaOf, people: readonly string[]): string[] => {
  const { status, isOwn, contentHash } = post.approval;
  const isSeen = status === 'approved' && !isOwn && contentHash === contentHashOf(post, files);
  return isSeen ? unique(people) : unique([...handsIn(post, files), ...people]);
};

/** Everyone with a hand in the content to be approved, including whoever submitted it. */
export const handsBehind = (post: Post, files: MediaOf): string[] => {
  const { submitters, submittedBy } = post.approval;
  const asked = submitters.length > 0 || submittedBy === null ? submitters : [submittedBy];
  return unique([...handsIn(post, files), ...asked]);
};
