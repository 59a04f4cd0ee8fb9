import { entityOf } from '#shared/entities.ts';
import { isNew, type Key, type Table, type TransactWrite } from '#shared/table.ts';
import { maxVersions, PostVersion, VersionSummary } from '../domain/version.ts';

export interface VersionStore {
  /** An earlier content; undefined if there is no such version. */
  find(workspaceId: string, postId: string, contentVersion: number): Promise<PostVersion | undefined>;
  /** Who wrote the earlier contents with these numbers, and when, newest first. */
  between(workspaceId: string, postId: string, numbers: { first: number; last: number }): Promise<VersionSummary[]>;
  /** Sets when all versions of a post expire, in Unix seconds. */
  expire(workspaceId: string, postId: string, ttl: number): Promise<void>;
}

const prefix = (postId: string): string => `VERSION#${postId}#`;
const versionKey = (workspaceId: string, postId: string, contentVersion: number): Key => ({
  pk: workspaceId,
  sk: prefix(postId) + String(contentVersion).padStart(10, '0'),
});

/** The writes that keep a content, in the transaction that replaces it; the oldest one kept makes room. */
export const keepVersion = (version: PostVersion): TransactWrite[] => {
  const { workspaceId, postId, contentVersion } = version;
  const kept = { ...version, ...versionKey(workspaceId, postId, contentVersion), type: 'post_version' };
  const oldest = contentVersion - maxVersions;
  return [
    { put: kept, condition: isNew },
    ...(oldest > 0 ? [{ delete: versionKey(workspaceId, postId, oldest) }] : []),
  ];
};

export const versionStore = (table: Table): VersionStore => ({
  async find(workspaceId, postId, contentVersion) {
    const item = await table.get(versionKey(workspaceId, postId, contentVersion));
    return item && entityOf(PostVersion, item);
  },
  async between(workspaceId, postId, { first, last }) {
    if (first > last) return [];
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :first AND :last',
      // The texts of a hundred long threads would be megabytes.
      ProjectionExpression: Object.keys(VersionSummary.shape).join(),
      ExpressionAttributeValues: {
        ':workspace': workspaceId,
        ':first': versionKey(workspaceId, postId, first).sk,
        ':last': versionKey(workspaceId, postId, last).sk,
      },
      ScanIndexForward: false,
      ConsistentRead: true,
    });
    return items.map((item) => entityOf(VersionSummary, item));
  },
  async expire(workspaceId, postId, ttl) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :versions)',
      ProjectionExpression: 'contentVersion',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':versions': prefix(postId) },
    });
    for (const { contentVersion } of items) {
      await table.update(versionKey(workspaceId, postId, Number(contentVersion)), {
        UpdateExpression: 'SET #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':ttl': ttl },
      });
    }
  },
});
