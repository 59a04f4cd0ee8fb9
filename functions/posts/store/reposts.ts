import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Page } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table } from '#shared/table.ts';
import { Repost } from '../domain/repost.ts';

export interface RepostStore {
  create(repost: New<Repost>, author: Author): Promise<Repost>;
  find(workspaceId: string, postId: string, repostId: string): Promise<Repost | undefined>;
  save(repost: Repost, author: Author): Promise<Repost>;
  /** The reposts of a post, oldest first. */
  list(workspaceId: string, postId: string, page: PageRequest): Promise<Page<Repost>>;
}

const prefix = (postId: string): string => `REPOST#${postId}#`;
const keyOf = (workspaceId: string, postId: string, id: string): Key => ({ pk: workspaceId, sk: prefix(postId) + id });

const repostItem = (repost: Repost): Item & Key => ({
  ...repost,
  ...keyOf(repost.workspaceId, repost.postId, repost.id),
  type: 'repost',
});

export const repostStore = (table: Table): RepostStore => {
  const save = entityWriter(table, repostItem);
  return {
    create: (repost, author) => save(firstVersion(repost, table.now(), author), author),
    async find(workspaceId, postId, repostId) {
      const item = await table.get(keyOf(workspaceId, postId, repostId));
      return item && entityOf(Repost, item);
    },
    save,
    list: (workspaceId, postId, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :reposts)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':reposts': prefix(postId) },
        },
        page,
        (item) => entityOf(Repost, item),
      ),
  };
};
