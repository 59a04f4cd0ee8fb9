import { stillAt } from '#shared/entities.ts';
import { isNew, type Key, type Table } from '#shared/table.ts';
import { Publication } from '../domain/publication.ts';

export interface PublicationStore {
  find(workspaceId: string, postId: string, part: number): Promise<Publication | undefined>;
  /** Writes the next version; undefined if there was another write since the read. */
  save(publication: Publication): Promise<Publication | undefined>;
  /**
   * Like `save`, for an X post that was found on X, which it reserves for this part; undefined also when another part
   * has it.
   */
  adopt(publication: Publication, xPostId: string): Promise<Publication | undefined>;
  /** Returns the parts that were published as these X posts. */
  ofXPosts(workspaceId: string, xPostIds: readonly string[]): Promise<Publication[]>;
  /**
   * Whether an X post already belongs to a part. Reads all of the workspace's publications, so only lookups on X use
   * it.
   */
  isTaken(workspaceId: string, xPostId: string): Promise<boolean>;
}

const publicationKey = ({ workspaceId, postId, part }: Pick<Publication, 'workspaceId' | 'postId' | 'part'>): Key => ({
  pk: workspaceId,
  sk: `PUBLICATION#${postId}#${part}`,
});

const xPostKey = (workspaceId: string, xPostId: string): Key => ({ pk: workspaceId, sk: `XPOST#${xPostId}` });

/** A post refers to its parent and to a post that it quotes. */
const maxSought = 4;

export const publicationStore = (table: Table): PublicationStore => {
  const item = (publication: Publication) => ({
    ...publication,
    ...publicationKey(publication),
    type: 'publication',
    ...(publication.published && {
      byXPostPk: `XPOST#${publication.published.xPostId}`,
      byXPostSk: publication.workspaceId,
    }),
  });
  return {
    async find(workspaceId, postId, part) {
      const found = await table.get(publicationKey({ workspaceId, postId, part }));
      return found && Publication.parse(found);
    },
    async save(publication) {
      const next = { ...publication, version: publication.version + 1 };
      return (await table.put(item(next), stillAt(publication.version))) ? next : undefined;
    },
    async adopt(publication, xPostId) {
      const { workspaceId, postId, part } = publication;
      const next = { ...publication, version: publication.version + 1 };
      const written = await table.transact([
        { put: item(next), condition: stillAt(publication.version) },
        { put: { ...xPostKey(workspaceId, xPostId), type: 'x_post', workspaceId, postId, part }, condition: isNew },
      ]);
      return written ? next : undefined;
    },
    async ofXPosts(workspaceId, xPostIds) {
      const found = await Promise.all(
        [...new Set(xPostIds)].slice(0, maxSought).map((xPostId) =>
          table.queryFirst(
            {
              IndexName: 'byXPost',
              KeyConditionExpression: 'byXPostPk = :post AND byXPostSk = :workspace',
              ExpressionAttributeValues: { ':post': `XPOST#${xPostId}`, ':workspace': workspaceId },
              keysOnly: true,
            },
            1,
          ),
        ),
      );
      return found.flat().map((item) => Publication.parse(item));
    },
    async isTaken(workspaceId, xPostId) {
      if (await table.get(xPostKey(workspaceId, xPostId))) return true;
      const [owner] = await table.queryAll({
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :publications)',
        FilterExpression: 'published.xPostId = :xPostId',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':publications': 'PUBLICATION#', ':xPostId': xPostId },
        ConsistentRead: true,
      });
      return owner !== undefined;
    },
  };
};
