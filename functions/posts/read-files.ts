import type { Deps } from './deps.ts';
import type { MediaOf } from './domain/content.ts';
import type { Post } from './domain/post.ts';

/** The media files of these parts, by id; those that do not exist are left out. */
export const filesOf = async (
  { media }: Pick<Deps, 'media'>,
  { workspaceId, parts }: Pick<Post, 'workspaceId' | 'parts'>,
): Promise<MediaOf> => {
  const wanted = [...new Set(parts.flatMap(({ mediaIds }) => mediaIds))];
  const found = await Promise.all(wanted.map((id) => media.find(workspaceId, id)));
  return new Map(found.flatMap((file) => (file ? [[file.id, file] as const] : [])));
};
