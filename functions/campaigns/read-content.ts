import { findReference, patienceFor } from '#shared/events/reference.ts';
import type { Deps } from './deps.ts';
import type { KnownPost } from './domain/known-post.ts';

/** Finds posts by id; waits for those created just now, whose events may still be on their way. */
export const knownPosts = async (
  { posts, now, patience }: Pick<Deps, 'posts' | 'now' | 'patience'>,
  workspaceId: string,
  postIds: readonly string[],
): Promise<Map<string, KnownPost>> => {
  const found = await posts.findAll(workspaceId, postIds);
  const newest = postIds
    .filter((id) => !found.has(id))
    .toSorted()
    .at(-1);
  if (newest === undefined) return found;
  const missing = postIds.filter((id) => !found.has(id));
  await findReference(
    async () => {
      for (const [id, post] of await posts.findAll(workspaceId, missing)) found.set(id, post);
      return missing.every((id) => found.has(id)) ? true : undefined;
    },
    patienceFor(newest, now(), patience),
  );
  return found;
};

/**
 * Finds templates; waits for those created just now, whose events may still be on their way.
 * @param templateIds without duplicates
 */
export const knownTemplates = async (
  { content, now, patience }: Pick<Deps, 'content' | 'now' | 'patience'>,
  workspaceId: string,
  templateIds: readonly string[],
) => {
  const newest = templateIds.toSorted().at(-1);
  if (newest === undefined) return [];
  const find = () => content.templates(workspaceId, templateIds);
  const all = async () => {
    const found = await find();
    return found.length === templateIds.length ? found : undefined;
  };
  return (await findReference(all, patienceFor(newest, now(), patience))) ?? find();
};
