import type { Author } from '#shared/actor.ts';
import { DomainError } from '#shared/errors.ts';
import { inLanes } from '#shared/lanes.ts';
import type { Deps } from '../deps.ts';
import type { Media } from '../domain/media.ts';
import type { PostStatus } from '../domain/post.ts';
import type { MediaUse } from '../store/media-uses.ts';

type Needed = Pick<Deps, 'media' | 'mediaUses' | 'posts' | 'now'>;

/** Statuses of posts whose files are on X, or no longer needed. */
const isFinished: readonly PostStatus[] = ['published', 'unpublishing', 'unpublished', 'deleted'];

/** After this time a recorded use has been written, or never will be: a function runs for 29 seconds at most. */
const writingMs = 60_000;
const lanes = 25;
const maxNamed = 10;

/**
 * Deletes a media file that nothing needs.
 * @throws DomainError `media_in_use` with the posts and videos that need it
 */
export const removeUnused = async (deps: Needed, file: Media, author: Author): Promise<void> => {
  const { workspaceId, id } = file;
  await deps.mediaUses.lock(workspaceId, id);
  const uses = await deps.mediaUses.of(workspaceId, id);
  const needed = await inLanes(uses, lanes, async (use) => ((await isNeededBy(deps, file, use)) ? [use.userId] : []));
  const users = needed.flat();
  if (users.length === 0) await deps.media.remove(file, author);
  await deps.mediaUses.unlock(workspaceId, id);
  if (users.length > 0) throw inUse(users);
};

const isNeededBy = async ({ media, posts, now }: Needed, { workspaceId, id }: Media, { userId, notedAt }: MediaUse) => {
  const isBeingWritten = Date.parse(notedAt) > now().getTime() - writingMs;
  if (userId.startsWith('med_')) {
    const video = await media.find(workspaceId, userId);
    return video !== undefined && (isBeingWritten || video.subtitles.some(({ mediaId }) => mediaId === id));
  }
  const post = await posts.find(workspaceId, userId);
  if (!post) return isBeingWritten;
  if (isFinished.includes(post.status)) return false;
  return isBeingWritten || post.parts.some(({ mediaIds }) => mediaIds.includes(id));
};

const inUse = (users: readonly string[]): DomainError => {
  const named = users.slice(0, maxNamed);
  const more = users.length > named.length ? ` and ${users.length - named.length} more` : '';
  const said = `The file is used by ${named.join(', ')}${more}. Remove it there first; a removal takes effect within a minute.`;
  return new DomainError('conflict', 'media_in_use', said, {
    fields: named.map((user) => ({ path: 'path.mediaId', code: 'media_in_use', message: `is used by ${user}` })),
  });
};
