import {
  type ContentFacts,
  type ContentQuestion,
  longestMessage,
  maxFilesTold,
  maxFindingsTold,
  type PartFacts,
  type PostFacts,
} from '#events/campaign-content.ts';
import type { Utm } from '#events/campaigns.ts';
import type { WorkspaceSettings } from '#events/users.ts';
import { inLanes } from '#shared/lanes.ts';
import { findingsOf, likenessesNow } from '../checks/policy.ts';
import type { Deps } from '../deps.ts';
import { isCleared } from '../domain/approval.ts';
import { altTextMissing, type MediaOf, type TextMeasure } from '../domain/content.ts';
import { withHash } from '../domain/content-hash.ts';
import { blocks, type Finding, openWarnings } from '../domain/policy.ts';
import type { Post, PostStatus } from '../domain/post.ts';
import type { TakenBySlot } from '../store/known-campaigns.ts';
import { carriesUtm } from '../writing/utm-links.ts';
import { besideSlots } from './beside-slots.ts';

/** Number of posts judged concurrently. */
const lanes = 10;

/**
 * Returns what a launch check must know about the posts of a campaign's slots, each judged at the time of its slot
 * against what is on X or scheduled by then: posts of the workspace, and earlier slots of this question. Nothing is
 * written.
 */
export const describeForCampaign = async (
  deps: Deps,
  { workspaceId, campaignId, slots }: ContentQuestion,
): Promise<ContentFacts> => {
  const postIds = slots.map(({ postId }) => postId);
  const [posts, settings, campaign] = await Promise.all([
    deps.posts.findAll(workspaceId, postIds),
    deps.settings.get(workspaceId),
    deps.campaigns.find(workspaceId, campaignId),
  ]);
  const mediaIds = [...posts.values()].flatMap(({ parts }) => parts.flatMap((part) => part.mediaIds));
  const [media, takers] = await Promise.all([
    deps.media.findAll(workspaceId, mediaIds),
    takersOf(deps, workspaceId, posts),
  ]);
  const judging = besideSlots(deps, slots, posts);
  const described = await inLanes(slots, lanes, async (slot) => {
    const { slotKey, postId } = slot;
    const found = posts.get(postId);
    if (!found) return { slotKey, postId, facts: null, accountId: null };
    const post = withHash(found, media);
    const measures = await deps.measure(post.parts.map(({ text }) => text));
    const links = measures.map((measure) => measure.links);
    const asPlanned = { ...post, scheduledAt: slot.publishAt };
    const likenesses = await likenessesNow(judging(slot), asPlanned);
    const findings = findingsOf(asPlanned, { media, links, settings, likenesses });
    const facts: PostFacts = {
      postId,
      status: told[post.status],
      campaignId: takers.get(postId) ?? null,
      contentHash: post.contentHash,
      approval: approvalOf(post, settings),
      findings: [...altTextFinding(post, media, settings), ...openOf({ ...post, findings })].slice(0, maxFindingsTold),
      media: filesOf(post, media),
      parts: measures.map((measure) => partOf(measure, campaign?.utm ?? null)),
    };
    return { slotKey, postId, facts, accountId: post.accountId };
  });
  return { posts: described };
};

/** Statuses as campaigns see them: what is on its way to X, or was deleted there, is not published again. */
const told: Readonly<Record<PostStatus, PostFacts['status']>> = {
  draft: 'draft',
  scheduled: 'scheduled',
  publishing: 'published',
  published: 'published',
  held: 'held',
  failed: 'failed',
  cancelled: 'cancelled',
  missed: 'missed',
  unpublishing: 'published',
  unpublished: 'published',
  deleted: 'deleted',
};

/** The launched campaign that has the post. Once its slot has planned the post, the post itself names the campaign. */
const takerOf = ({ slot, campaignId }: Post, launched: TakenBySlot | undefined): string | null =>
  launched && !(slot && slot.slotId >= launched.slotId) ? launched.campaignId : campaignId;

/** The launched campaigns that have these posts, by post id, without cancelled ones. */
const takersOf = async (
  { campaigns }: Deps,
  workspaceId: string,
  posts: ReadonlyMap<string, Post>,
): Promise<Map<string, string>> => {
  const launched = await campaigns.launchedSlots(workspaceId, [...posts.keys()]);
  const takers = [...posts.values()].flatMap((post) => {
    const campaignId = takerOf(post, launched.get(post.id));
    return campaignId === null ? [] : [[post.id, campaignId] as const];
  });
  const ids = [...new Set(takers.map(([, campaignId]) => campaignId))];
  const found = await Promise.all(ids.map((id) => campaigns.find(workspaceId, id)));
  const cancelled = new Set(found.flatMap((campaign) => (campaign?.isCancelled ? [campaign.campaignId] : [])));
  return new Map(takers.filter(([, campaignId]) => !cancelled.has(campaignId)));
};

const approvalOf = (post: Post, settings: WorkspaceSettings): PostFacts['approval'] => {
  const { status, contentHash } = post.approval;
  if (settings.approval === 'off') return 'not_needed';
  if (status !== 'approved') return status;
  if (contentHash !== post.contentHash) return 'outdated';
  // It may have been approved before the workspace required four eyes: it waits for another approval.
  return isCleared(post, post.contentHash, settings) ? 'approved' : 'submitted';
};

/** Scheduling a post refuses this too, but it is not checked again when a campaign plans the post. */
const altTextFinding = ({ parts }: Post, media: MediaOf, { requireAltText }: WorkspaceSettings) =>
  requireAltText && altTextMissing(parts, media).length > 0
    ? [
        {
          rule: 'alt_text_required',
          level: 'block' as const,
          message: 'This workspace requires alt text for every file.',
        },
      ]
    : [];

const openOf = (judged: { contentHash: string; findings: Finding[]; overrides?: Post['overrides'] }) =>
  [...blocks(judged), ...openWarnings(judged)].map(({ rule, level, message }) => ({
    rule,
    level,
    message: message.slice(0, longestMessage),
  }));

/** The post's files, beginning with those that need attention. */
const filesOf = ({ parts }: Post, media: MediaOf): PostFacts['media'] =>
  [...new Set(parts.flatMap(({ mediaIds }) => mediaIds))]
    .map((mediaId) => {
      const file = media.get(mediaId);
      return { mediaId, status: file?.status ?? ('missing' as const), hasAltText: (file?.altText ?? null) !== null };
    })
    .sort((one, other) => urgency(one) - urgency(other))
    .slice(0, maxFilesTold);

const urgency = ({ status, hasAltText }: PostFacts['media'][number]): number =>
  status === 'ready' ? (hasAltText ? 2 : 1) : 0;

const partOf = ({ links, weightedLength }: TextMeasure, utm: Utm | null): PartFacts => ({
  hasUrl: links.length > 0,
  isMarked: utm === null || links.every(({ url }) => carriesUtm(url, utm)),
  weightedLength,
});
