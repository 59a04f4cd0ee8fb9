import type { WorkspaceSettings } from '#events/users.ts';
import type { New } from '#shared/entity.ts';
import { DomainError, type FieldError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import type { MediaOf, Span } from '../domain/content.ts';
import { blocks, type Finding, openWarnings } from '../domain/policy.ts';
import type { Post } from '../domain/post.ts';
import { isHeldByPolicy } from '../domain/publication.ts';
import { isAboutLikeness, judge, type Similarity } from './rules.ts';
import { alikest, comparing, type Look, looksOf } from './similarity.ts';

const keysOf = (looks: readonly Look[]): string[] => [...new Set(looks.flatMap(({ keys }) => keys))];

type Looking = Pick<Deps, 'posts' | 'similarPosts' | 'settings' | 'media' | 'now'>;
type Draft = New<Post>;

/** What is known about a post's content, in addition to the post. */
interface Known {
  media: MediaOf;
  /** The links of each part; if absent, a finding covers the whole text of a part with a link. */
  links?: readonly (readonly Span[])[];
  settings: WorkspaceSettings;
  /** Similar posts of the workspace: `likenessesNow`. */
  likenesses: readonly Similarity[];
}

/**
 * Stores the keys under which a post is found by its text. Called before the post is written: a key without a post
 * finds nothing.
 */
export const rememberLikeness = async ({ similarPosts }: Looking, post: Draft): Promise<void> =>
  similarPosts.keep(post.workspaceId, post.id, keysOf(looksOf(post.parts).looks), { isNew: !('version' in post) });

/**
 * What the rules find in the post now, compared with all posts of the workspace that are on X or on their way there.
 */
export const findingsOf = (post: Draft, { media, links, settings, likenesses }: Known): Finding[] =>
  judge({ post, links: links ?? wholeLinks(post), media, settings, likenesses });

/** The posts of the workspace, on X or on their way there, with the same or nearly the same text. */
export const likenessesNow = (deps: Looking, post: Draft): Promise<Similarity[]> =>
  likenessesOf(deps, post, keysOf(looksOf(post.parts).looks), isOnItsWay);

/**
 * The finding that holds a post that is about to be published; undefined if there is none. Since it was scheduled, the
 * settings may have changed, and another account may have published or scheduled the same text. A post that was clean
 * when a person scheduled it is looked up by its exact words only, and similarity holds it only if it blocks: the
 * author of the later post was warned. A post that was not clean, or was planned by a campaign, is checked as
 * thoroughly as when it was written.
 */
export const blockingFinding = async (
  deps: Looking,
  post: Post,
  { media, settings }: Pick<Known, 'media' | 'settings'>,
): Promise<Finding | undefined> => {
  const isSuspect = post.findings !== undefined;
  const { looks } = looksOf(post.parts);
  const isThorough = isSuspect || post.campaignId !== null;
  const keys = isThorough ? keysOf(looks) : [...new Set(looks.flatMap(({ keys: [exact] }) => exact ?? []))];
  // If two posts wait for each other, the one with the finding yields.
  const likenesses = await likenessesOf(deps, post, keys, isSuspect ? isOnItsWay : isOut);
  const findings = judge({ post, links: wholeLinks(post), media, settings, likenesses });
  const judged = { ...post, findings };
  const warnings = openWarnings(judged).filter(({ rule }) => isThorough || !isAboutLikeness(rule));
  return blocks(judged)[0] ?? warnings[0];
};

/** @throws DomainError `policy_blocked`, or `policy_warnings` if warnings have not been overridden */
export const assertNoOpenFindings = (post: Draft): void => {
  const forbidden = blocks(post);
  if (forbidden.length > 0) {
    const said = 'Rules of X or of this workspace block this post. Change it.';
    throw new DomainError('unprocessable', 'policy_blocked', said, { fields: forbidden.map(fieldOf) });
  }
  const open = openWarnings(post);
  if (open.length > 0) {
    const said = 'This post has policy warnings. Change it, or have an owner or admin override them.';
    throw new DomainError('unprocessable', 'policy_warnings', said, { fields: open.map(fieldOf) });
  }
};

const fieldOf = ({ rule, part, start, end, message }: Finding): FieldError => ({
  path: `parts.${part}.${start === null ? 'mediaIds' : 'text'}`,
  code: rule,
  message,
  ...(start !== null && end !== null && { start, end }),
});

const isOut = ({ status }: Post): boolean => status === 'publishing' || status === 'published';

/** A post that these rules hold does not hold back others. */
const isOnItsWay = (post: Post): boolean =>
  isOut(post) || post.status === 'scheduled' || (post.status === 'held' && !isHeldByPolicy(post));

const wholeLinks = ({ parts, urlParts }: Draft): Span[][] =>
  parts.map(({ text }, part) => (urlParts.includes(part) ? [{ start: 0, end: text.length }] : []));

/** Maximum number of possibly similar posts read, the newest of each key first. */
const maxRead = 50;

const likenessesOf = async (
  { posts, similarPosts, now }: Looking,
  post: Draft,
  keys: readonly string[],
  counts: (other: Post) => boolean,
): Promise<Similarity[]> => {
  if (keys.length === 0) return [];
  const ids = (await similarPosts.find(post.workspaceId, keys)).filter((id) => id !== post.id).slice(0, maxRead);
  const others = await Promise.all(ids.map((id) => posts.find(post.workspaceId, id)));
  const { looks } = looksOf(post.parts);
  const budget = comparing();
  const at = Math.max(now().getTime(), Date.parse(post.scheduledAt ?? '') || 0);
  return others.flatMap((other) => {
    if (!other || !counts(other)) return [];
    const when = Date.parse(other.publication?.publishedAt ?? other.scheduledAt ?? other.createdAt);
    return looks.flatMap((look, part) => {
      const kind = alikest(look, looksOf(other.parts), budget);
      return kind ? [{ part, kind, isLong: look.isLong, other, apartMs: Math.abs(at - when) }] : [];
    });
  });
};
