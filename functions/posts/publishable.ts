import { DomainError, notFound } from '../../shared/errors.ts';
import { findReference } from '../../shared/events/reference.ts';
import type { Deps } from './deps.ts';
import { assertCleared } from './domain/approval.ts';
import { altTextMissing, findFaults } from './domain/content.ts';
import type { MediaOf } from './domain/content.ts';
import { withHash } from './domain/content-hash.ts';
import type { Post } from './domain/post.ts';

/** The files of a post's parts, by id. @throws DomainError when the account is not there, or X would refuse the content. */
const assertPublishable = async (
  { accounts, media, measure, patience }: Deps,
  { workspaceId, accountId, parts }: Pick<Post, 'workspaceId' | 'accountId' | 'parts'>,
): Promise<MediaOf> => {
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
  return files;
};

/** The post with the hash of what would go out. @throws DomainError as `assertPublishable` does */
export const asPublishable = async <Written extends Parameters<typeof withHash>[0] & Pick<Post, 'workspaceId'>>(
  deps: Deps,
  post: Written,
) => withHash(post, await assertPublishable(deps, post));

/** @throws DomainError when X would refuse the post, or the workspace wants an approval or alt text that it lacks. */
export const assertReady = async (deps: Deps, post: Post): Promise<void> => {
  const files = await assertPublishable(deps, post);
  const settings = await deps.settings.get(post.workspaceId);
  const fields = settings.requireAltText ? altTextMissing(post.parts, files) : [];
  if (fields.length > 0) {
    throw new DomainError('unprocessable', 'alt_text_required', 'This workspace wants alt text with every file.', {
      fields,
    });
  }
  assertCleared(withHash(post, files), settings);
};
