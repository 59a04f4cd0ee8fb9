import { entityOf, newerThan } from '#shared/entities.ts';
import type { Key, Table, TransactWrite } from '#shared/table.ts';
import type { Campaign } from '../domain/campaign.ts';
import { type Claim, KnownPost, type KnownPostStatus } from '../domain/known-post.ts';

export interface KnownPostStore {
  find(workspaceId: string, postId: string): Promise<KnownPost | undefined>;
  /**
   * Stores the state from an event of that instant (UTC), unless a newer event is already stored. The slot that
   * has the post stays.
   */
  learn(workspaceId: string, postId: string, entityVersion: number, status: KnownPostStatus, at: string): Promise<void>;
}

const postKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `POST#${id}` });

export const claimWrite = (
  { workspaceId, id: campaignId }: Campaign,
  { postId, slotId, seen }: Claim,
): TransactWrite => ({
  update: postKey(workspaceId, postId),
  with: {
    UpdateExpression: 'SET taken = :taken',
    ConditionExpression: seen === null ? 'attribute_not_exists(taken)' : 'taken.slotId = :seen',
    ExpressionAttributeValues: { ':taken': { campaignId, slotId }, ...(seen !== null && { ':seen': seen }) },
  },
});

export const knownPostStore = (table: Table): KnownPostStore => ({
  async find(workspaceId, postId) {
    const item = await table.get(postKey(workspaceId, postId));
    return item && entityOf(KnownPost, item);
  },
  async learn(workspaceId, postId, entityVersion, status, at) {
    const { ConditionExpression, ExpressionAttributeValues } = newerThan(entityVersion);
    await table.update(postKey(workspaceId, postId), {
      UpdateExpression: `SET postId = :postId, workspaceId = :workspaceId, #type = :type, #status = :status,
        entityVersion = :entityVersion, #at = :at`,
      ConditionExpression,
      ExpressionAttributeNames: { '#type': 'type', '#status': 'status', '#at': 'at' },
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ':postId': postId,
        ':workspaceId': workspaceId,
        ':type': 'known_post',
        ':status': status,
        ':at': at,
      },
    });
  },
});
