import type { WorkspaceSettings } from '#events/users.ts';
import type { New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import { assertCleared } from '../domain/approval.ts';
import { altTextMissing, findFaults, linkedParts, type MediaOf, type TextMeasure } from '../domain/content.ts';
import { withHash } from '../domain/content-hash.ts';
import { measuredOf } from '../domain/format.ts';
import type { Finding } from '../domain/policy.ts';
import type { Post } from '../domain/post.ts';
import { noteUse } from '../media/note-use.ts';
import { connectedAccount } from '../read-account.ts';
import { filesOf } from '../read-files.ts';
import { assertNoOpenFindings, findingsOf, likenessesNow, rememberLikeness } from './policy.ts';

/** Result of validating a post's content. */
interface Checked {
  /** The files of its parts, by id. */
  files: MediaOf;
  measures: readonly TextMeasure[];
}

/**
 * Validates the content of a post.
 * @throws DomainError if the account is not connected, or X would refuse the content; `fields` locates why in the texts
 */
export const validateContent = async (
  deps: Deps,
  { workspaceId, accountId, parts }: Pick<Post, 'workspaceId' | 'accountId' | 'parts'>,
): Promise<Checked> => {
  const [{ maxWeightedLength }, files] = await Promise.all([
    connectedAccount(deps, workspaceId, accountId),
    filesOf(deps, { workspaceId, parts }),
  ]);
  const texts = parts.map(({ text }) => text);
  const measures = await deps.measure(texts, maxWeightedLength);
  const fields = findFaults(parts, measures, files, maxWeightedLength);
  if (fields.length > 0) {
    throw new DomainError('unprocessable', 'unpublishable', 'X would refuse the post. Change what `fields` names.', {
      fields,
    });
  }
  return { files, measures };
};

const withFindings = <P extends New<Post>>(post: P, findings: readonly Finding[]): P => ({
  ...post,
  findings: findings.length > 0 ? [...findings] : undefined,
});

/**
 * Evaluates the policy rules on the post again, and renews its content hash: alt texts may have changed since. Its links
 * are those found when it was written.
 */
export const evaluatePolicy = async (deps: Deps, post: Post): Promise<Post> => {
  const [settings, media, likenesses] = await Promise.all([
    deps.settings.get(post.workspaceId),
    filesOf(deps, post),
    likenessesNow(deps, post),
  ]);
  return withFindings(withHash(post, media), findingsOf(post, { media, settings, likenesses }));
};

/**
 * Validates and evaluates the post: adds its content hash, links and findings, and returns the files and settings used.
 * Nothing is written, and findings do not prevent writing.
 * @throws DomainError as `validateContent` does
 */
export const validateAndEvaluate = async <P extends New<Post>>(
  deps: Deps,
  post: P,
): Promise<{ post: P; files: MediaOf; settings: WorkspaceSettings }> => {
  const [{ files, measures }, settings, likenesses] = await Promise.all([
    validateContent(deps, post),
    deps.settings.get(post.workspaceId),
    likenessesNow(deps, post),
  ]);
  const links = measures.map((measure) => measure.links);
  const findings = findingsOf(post, { media: files, links, settings, likenesses });
  const measured = measuredOf(post, measures, files);
  const evaluated = withFindings({ ...withHash(post, files), urlParts: linkedParts(measures), measured }, findings);
  return { post: evaluated, files, settings };
};

/**
 * Prepares the post for writing: validates and evaluates it, and makes it findable by its text and files.
 * @throws DomainError as `validateContent` and `makeFindable` do
 */
export const prepareWrite = async <P extends New<Post>>(deps: Deps, post: P): Promise<P> => {
  const { post: prepared } = await validateAndEvaluate(deps, post);
  await makeFindable(deps, post);
  return prepared;
};

/**
 * Makes the post findable by its text, so that authors of the same text are warned, and by its files, so that these
 * cannot be deleted. Called just before the post is written.
 * @throws DomainError `media_being_deleted`, or `media_file_not_found` if somebody has deleted one meanwhile
 */
export const makeFindable = async (deps: Deps, post: New<Post>): Promise<void> => {
  await rememberLikeness(deps, post);
  const { workspaceId, id, parts } = post;
  const files = [...new Set(parts.flatMap(({ mediaIds }) => mediaIds))];
  if (files.length === 0) return;
  await noteUse(deps, workspaceId, id, files);
  await Promise.all(files.map((file) => deps.media.get(workspaceId, file)));
};

/**
 * Evaluates the post, and requires that X and the policy rules permit it now.
 * @throws DomainError as `validateContent` does, `policy_blocked`, or `policy_warnings` that have not been overridden
 */
export const requirePermitted = async (deps: Deps, asked: Post): Promise<Post> => {
  const { post } = await validateAndEvaluate(deps, asked);
  assertNoOpenFindings(post);
  return post;
};

/**
 * Evaluates the post, and requires that it may be published.
 * @throws DomainError as `requirePermitted` does, and if the workspace requires an approval or alt text that is missing
 */
export const requireReady = async (deps: Deps, asked: Post): Promise<Post> => {
  const { post, files, settings } = await validateAndEvaluate(deps, asked);
  const fields = settings.requireAltText ? altTextMissing(post.parts, files) : [];
  if (fields.length > 0) {
    throw new DomainError(
      'unprocessable',
      'alt_text_required',
      'This workspace requires alt text for every media file.',
      {
        fields,
      },
    );
  }
  assertCleared(post, settings);
  assertNoOpenFindings(post);
  return post;
};
