import type { Utm } from '#events/campaigns.ts';
import { DomainError, notFound } from '#shared/errors.ts';
import { findReference, patienceFor } from '#shared/events/reference.ts';
import type { Caller } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { prepareWrite } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { isSameContent } from '../domain/content-hash.ts';
import { handsAfter } from '../domain/hands.ts';
import { draft, edit, Parts, type Post } from '../domain/post.ts';
import { currentVersion } from '../domain/version.ts';
import { assertMayRewrite, mayReschedule, type Writer } from '../may-change.ts';
import { filesOf } from '../read-files.ts';

type Content = Pick<Post, 'accountId' | 'parts' | 'replySettings' | 'madeWithAi' | 'paidPartnership'>;

/** What a person writes; links of the text get the UTM parameters of the campaign that `utmFrom` names. */
interface Written {
  utmFrom?: string | undefined;
}

/**
 * Creates a draft by that person.
 * @throws DomainError if the account or the campaign does not exist, or X would refuse the content
 */
export const writePost = async (
  deps: Deps,
  caller: Caller,
  { utmFrom, ...content }: Pick<Content, 'accountId' | 'parts'> & Partial<Content> & Written,
): Promise<Post> => {
  const { workspaceId, personId, people } = caller;
  const parts = await withLinksOf(deps, workspaceId, content.parts, utmFrom);
  const post = draft({
    id: newId('pst', deps.now()),
    workspaceId,
    writtenBy: personId,
    writers: people,
    ...content,
    parts,
  });
  return deps.posts.create(await prepareWrite(deps, post), caller);
};

/**
 * Changes the content of the post, and keeps the previous content. A change that changes nothing writes nothing: it
 * adds no author and withdraws no approval.
 * @throws DomainError as `writePost` does, `post_is_scheduled`, and `conflict` once anything of it is or may be on X
 */
export const rewritePost = async (
  deps: Deps,
  caller: Writer,
  post: Post,
  { utmFrom, ...change }: { [Field in keyof Content]?: Content[Field] | undefined } & Written,
): Promise<Post> => {
  await assertMayRewrite(deps, caller, post);
  const writtenAt = deps.now().toISOString();
  const said = utmFrom === undefined ? change.parts : (change.parts ?? post.parts);
  const parts = said && (await withLinksOf(deps, post.workspaceId, said, utmFrom));
  const writers = handsAfter(post, await filesOf(deps, post), caller.people);
  const changed = edit(post, { ...change, ...(parts && { parts }) }, { by: caller.personId, writers });
  if (isSameContent(changed, post)) return post;
  const written = { ...(await prepareWrite(deps, changed)), writtenAt, writerSchedules: mayReschedule(caller) };
  return deps.posts.save(written, caller, currentVersion(post));
};

/** Tags the links of the parts as the campaign requires, so that exactly what is published is approved. */
const withLinksOf = async (
  deps: Deps,
  workspaceId: string,
  parts: Post['parts'],
  campaignId: string | undefined,
): Promise<Post['parts']> => {
  if (campaignId === undefined) return parts;
  const { campaigns, now } = deps;
  const patience = patienceFor(campaignId, now(), deps.patience);
  const campaign = await findReference(() => campaigns.find(workspaceId, campaignId), patience);
  if (!campaign) throw notFound('campaign');
  if (!campaign.utm) throw refused('campaign_without_utm', 'body.utmFrom', 'has no UTM parameters');
  return markParts(parts, campaign.utm);
};

/** Tags the links of the parts. @throws DomainError `link_unmarkable`, `text_too_long` */
export const markParts = async (parts: Post['parts'], utm: Utm): Promise<Post['parts']> => {
  // Loaded only here: it needs twitter-text, which is heavy, and few posts are tagged.
  const { withMarkedLinks } = await import('./utm-links.ts');
  const marked = parts.map((part, place) => {
    const text = withMarkedLinks(part.text, utm);
    if (text !== undefined) return { ...part, text };
    const why = 'has a link that cannot be tagged: add a space after it, or use a shorter link';
    throw refused('link_unmarkable', `body.parts.${place}.text`, why);
  });
  const bounded = Parts.safeParse(marked);
  if (!bounded.success) throw refused('text_too_long', 'body.parts', 'are too long with the UTM parameters');
  return bounded.data;
};

const refused = (code: string, path: string, message: string): DomainError =>
  new DomainError('unprocessable', code, 'The links of the text cannot be tagged with UTM parameters.', {
    fields: [{ path, code, message }],
  });
