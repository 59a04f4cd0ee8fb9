import {
  AccountCapabilitiesChanged,
  AccountConnected,
  AccountDisconnected,
  AccountHealthChanged,
  BudgetReplenished,
  PostTakenDown,
  UsageTallied,
} from '#events/accounts.ts';
import {
  CampaignCancelled,
  CampaignChanged,
  CampaignCreated,
  CampaignLaunched,
  CampaignSlotClaimed,
  CampaignSlotDropped,
  CampaignSlotPlanned,
} from '#events/campaigns.ts';
import { MediaDeleted, PostDeleted, PublishingResumed } from '#events/posts.ts';
import {
  MemberAdded,
  MemberDisabled,
  MemberEnabled,
  MemberRemoved,
  MemberRoleChanged,
  PersonErased,
  WorkspaceDeleted,
  WorkspaceSettingsChanged,
} from '#events/users.ts';
import { type Author, type Cause, systemAuthor } from '#shared/actor.ts';
import type { EventDefinition, EventOf } from '#shared/events/event.ts';
import { on, reactTo, type Subscription } from '#shared/events/subscription.ts';
import { noteLoss } from './account-waits/note-loss.ts';
import { hearOf } from './calendar/feeds.ts';
import { evaluatePolicy, filesOf } from './checks/readiness.ts';
import type { Deps } from './deps.ts';
import { afterNews, type MembershipNews, ofErased } from './domain/calendar-feed.ts';
import { asLaunched } from './domain/changed-after-launch.ts';
import { cancel, isOverruled, isRefusedByState, letGo, plan, type Post } from './domain/post.ts';
import { release } from './domain/recovery.ts';
import { noteTakenDown } from './domain/unpublish.ts';
import { releaseStragglers } from './stops/resume.ts';

/** What posts do on events of other contexts. */
export const subscriptions = (deps: Deps): Subscription[] => {
  const { posts, accounts, settings, campaigns, versions, now } = deps;
  return [
    on(AccountConnected, async ({ workspaceId, entityId, entityVersion, data }) => {
      await accounts.learn(workspaceId, entityVersion, {
        accountId: entityId,
        isConnected: true,
        maxWeightedLength: data.capabilities.maxWeightedLength,
      });
    }),
    reactTo(AccountConnected, async ({ workspaceId, entityId, correlationId, chain }) =>
      releaseOfAccount(deps, workspaceId, entityId, { correlationId, chain }),
    ),
    reactTo(BudgetReplenished, async ({ workspaceId, correlationId, chain }) =>
      releaseHeld(deps, await posts.heldByBudget(workspaceId), { correlationId, chain }),
    ),
    on(AccountCapabilitiesChanged, async ({ workspaceId, entityId, entityVersion, data }) =>
      accounts.learn(workspaceId, entityVersion, {
        accountId: entityId,
        isConnected: true,
        maxWeightedLength: data.capabilities.maxWeightedLength,
      }),
    ),
    reactTo(AccountHealthChanged, async ({ workspaceId, entityId, correlationId, chain, data }) => {
      const canPublish = data.health === 'healthy' || data.health === 'degraded';
      if (canPublish) await releaseOfAccount(deps, workspaceId, entityId, { correlationId, chain });
    }),
    reactTo(
      AccountHealthChanged,
      async ({ workspaceId, entityId, entityVersion, occurredAt, correlationId, chain, data }) => {
        if (data.health !== 'reconnect_needed') return;
        const loss = { workspaceId, accountId: entityId, lossVersion: entityVersion, lostAt: occurredAt };
        await noteLoss(deps, loss, systemAuthor('accounts', { correlationId, chain }));
      },
    ),
    on(PostTakenDown, async ({ workspaceId, entityId: xPostId, occurredAt, correlationId, chain, data }) => {
      const post = await posts.find(workspaceId, data.postId);
      const noted = post && noteTakenDown(post, xPostId, occurredAt);
      if (noted && noted !== post) await posts.save(noted, systemAuthor('accounts', { correlationId, chain }));
    }),
    on(AccountDisconnected, async ({ workspaceId, entityId, entityVersion }) =>
      accounts.forget(workspaceId, entityVersion, entityId),
    ),
    on(WorkspaceSettingsChanged, async ({ workspaceId, entityVersion, data }) =>
      settings.learn(workspaceId, entityVersion, data),
    ),
    // Its erasure begins a moment later: nothing goes out meanwhile.
    on(WorkspaceDeleted, async ({ workspaceId }) => deps.deletedWorkspaces.note(workspaceId)),
    // Calendar links end when their creator may no longer have them.
    on(MemberAdded, (event) => hearOfMember(deps, event, { isOut: false, role: event.data.role })),
    on(MemberRoleChanged, (event) => hearOfMember(deps, event, { role: event.data.role })),
    on(MemberRemoved, (event) => hearOfMember(deps, event, { isOut: true })),
    on(MemberDisabled, (event) => hearOfMember(deps, event, { isOut: true })),
    on(MemberEnabled, (event) => hearOfMember(deps, event, { isOut: false })),
    reactTo(PersonErased, async ({ workspaceId, entityId: personId, correlationId, chain }) =>
      hearOf(deps, { workspaceId, personId }, ofErased, systemAuthor('users', { correlationId, chain })),
    ),
    on(CampaignCreated, async ({ workspaceId, entityId, entityVersion, data }) =>
      campaigns.learn(workspaceId, entityVersion, { campaignId: entityId, utm: data.utm }),
    ),
    on(CampaignChanged, async ({ workspaceId, entityId, entityVersion, data }) =>
      campaigns.learn(workspaceId, entityVersion, { campaignId: entityId, utm: data.utm }),
    ),
    // A campaign that is being launched takes its posts one by one.
    on(CampaignSlotClaimed, async ({ workspaceId, data: { campaignId, slotId, postId } }) =>
      campaigns.learnSlot(workspaceId, { campaignId, slotId, postId }),
    ),
    on(CampaignSlotDropped, async ({ workspaceId, data }) =>
      campaigns.forgetSlot(workspaceId, data.postId, data.slotId),
    ),
    reactTo(CampaignSlotDropped, async ({ workspaceId, correlationId, chain, data }) =>
      takeOffSlot(deps, workspaceId, data, systemAuthor('campaigns', { correlationId, chain })),
    ),
    // From now on each of its posts goes out by itself, also one that is planned only in weeks.
    on(CampaignLaunched, async ({ workspaceId, entityId }) => campaigns.learnLaunch(workspaceId, entityId)),
    // A deleted post is kept for a while for the record, its earlier contents and its short links for as long.
    reactTo(PostDeleted, async ({ workspaceId, entityId }) => {
      const ttl = (await posts.find(workspaceId, entityId))?.ttl;
      if (ttl === undefined) return;
      await versions.expire(workspaceId, entityId, ttl);
      await deps.shortLinks.expire(workspaceId, entityId, ttl);
    }),
    // Its record is written before its bytes go: nothing points to what is not there.
    reactTo(MediaDeleted, async ({ workspaceId, entityId: id }) => {
      await deps.mediaFiles.remove({ workspaceId, id });
      await deps.mediaUses.forget(workspaceId, id);
    }),
    reactTo(PublishingResumed, async ({ workspaceId, correlationId, chain, data: { policy } }) =>
      releaseStragglers(deps, { workspaceId, policy }, systemAuthor('posts', { correlationId, chain })),
    ),
    on(UsageTallied, async ({ workspaceId, entityVersion, occurredAt, data: { month, spentMicros } }) =>
      deps.spending.learn(workspaceId, entityVersion, { month, spentMicros, asOf: occurredAt }),
    ),
    reactTo(CampaignSlotPlanned, async ({ workspaceId, correlationId, chain, data }) => {
      const author = systemAuthor('campaigns', { correlationId, chain });
      const post = await posts.find(workspaceId, data.postId);
      const planned = post && plan(post, data, now());
      const launched = planned && asLaunched(post, planned, await filesOf(deps, planned), data.askedAt);
      const standing = launched ? await posts.save(await evaluatePolicy(deps, launched), author) : post;
      if (standing?.status !== 'scheduled' || standing.campaignId !== data.campaignId) return;
      // Events come in any order: the campaign's end may arrive before this post is known as one of its posts.
      const campaign = await campaigns.find(workspaceId, data.campaignId);
      if (campaign?.isCancelled) await takeOff(deps, standing, campaign.cancelledAt, author);
    }),
    on(CampaignCancelled, async ({ workspaceId, entityId, entityVersion, occurredAt }) => {
      // Kept before its posts are looked for: a slot that arrives meanwhile looks here after it has planned its post.
      const utm = (await campaigns.find(workspaceId, entityId))?.utm ?? null;
      const cancelled = { campaignId: entityId, utm, isCancelled: true, cancelledAt: occurredAt };
      await campaigns.learn(workspaceId, entityVersion, cancelled);
    }),
    reactTo(CampaignCancelled, async ({ workspaceId, entityId, occurredAt, correlationId, chain }) => {
      for (const post of await posts.ofCampaign(workspaceId, entityId)) {
        await takeOff(deps, post, occurredAt, systemAuthor('campaigns', { correlationId, chain }));
      }
    }),
  ];
};

/** The entity is the person; its version is that of their membership. */
const hearOfMember = async (
  deps: Deps,
  { workspaceId, entityId: personId, entityVersion, correlationId, chain }: EventOf<EventDefinition>,
  news: Omit<MembershipNews, 'version'>,
): Promise<void> =>
  hearOf(
    deps,
    { workspaceId, personId },
    (own) => afterNews(own, { version: entityVersion, ...news }),
    systemAuthor('users', { correlationId, chain }),
  );

/**
 * Takes a post of an ended campaign off its schedule, if that is still possible and its time has not been set
 * since. @param cancelledAt when the campaign was cancelled; null where that is not known
 */
const takeOff = async ({ posts, now }: Deps, post: Post, cancelledAt: string | null, author: Author): Promise<void> => {
  if (isOverruled(post, cancelledAt)) return;
  try {
    await posts.save(cancel(post, cancelledAt === null ? now() : new Date(cancelledAt)), author);
  } catch (error) {
    // On its way or out: the workflow asks campaigns.permit itself. Written meanwhile: the event comes again.
    if (!isRefusedByState(error)) throw error;
  }
};

/** Takes a post off its schedule when the slot that planned it has let go of it. */
const takeOffSlot = async (
  { posts }: Deps,
  workspaceId: string,
  { campaignId, slotId, postId, planVersion, askedAt }: EventOf<typeof CampaignSlotDropped>['data'],
  author: Author,
): Promise<void> => {
  // Without that, the slot was claimed and never planned.
  if (askedAt === undefined || planVersion === undefined) return;
  const post = await posts.find(workspaceId, postId);
  if (!post) return;
  try {
    const off = letGo(post, { campaignId, slotId, planVersion, askedAt });
    if (off) await posts.save(off, author);
  } catch (error) {
    // Partly out, or perhaps out: it is brought to its end.
    if (!isRefusedByState(error)) throw error;
  }
};

/** Lets the posts go on that the health of their account held; news from before it was disconnected let none go. */
const releaseOfAccount = async (deps: Deps, workspaceId: string, accountId: string, cause: Cause): Promise<void> => {
  if ((await deps.accounts.find(workspaceId, accountId))?.isConnected !== true) return;
  await releaseHeld(deps, await deps.posts.heldByAccount(workspaceId, accountId), cause);
};

/**
 * Releases the posts that waited for this: each by a write of its own, so that a repeated event continues where it
 * broke off. Whether a post still goes out is decided when it is claimed, by its policy for missed times.
 */
const releaseHeld = async ({ posts, now }: Deps, held: readonly Post[], cause: Cause): Promise<void> => {
  for (const post of held) {
    await posts.save(release(post, now()), systemAuthor('posts', cause));
  }
};
