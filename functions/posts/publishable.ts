import { DomainError, notFound } from '../../shared/errors.ts';
import { findReference } from '../../shared/events/reference.ts';
import type { Deps } from './deps.ts';
import { findFaults } from './domain/content.ts';
import type { Post } from './domain/post.ts';

/** @throws DomainError when the account is not there, or X would refuse the content. */
export const assertPublishable = async (
  { accounts, media, measure, patience }: Deps,
  workspaceId: string,
  accountId: string,
  parts: Post['parts'],
): Promise<void> => {
  // A connection that was made a moment ago may be news that is still on its way, also of an account known before.
  const account = await findReference(async () => {
    const known = await accounts.find(workspaceId, accountId);
    return known?.isConnected === true ? known : undefined;
  }, patience);
  if (!account) throw notFound('account');
  const wanted = [...new Set(parts.flatMap(({ mediaIds }) => mediaIds))];
  const found = await Promise.all(wanted.map((id) => media.find(workspaceId, id)));
  const files = new Map(found.flatMap((file) => (file ? [[file.id, file] as const] : [])));
  const measures = await measure(parts.map(({ text }) => text));
  const fields = findFaults(parts, measures, files, account.maxWeightedLength);
  if (fields.length > 0) {
    throw new DomainError('unprocessable', 'unpublishable', 'X would refuse this post as it is.', { fields });
  }
};
