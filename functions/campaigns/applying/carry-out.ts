import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, isLaunching, type Launch, type LeftAlone, maxLeftAlone } from '../domain/campaign.ts';
import { type CheckedSlot, checkIdOf, isNewSlot } from '../domain/check.ts';
import { leftAloneFor } from '../domain/left-alone.ts';
import { isInEffect, letGo, move, type Slot } from '../domain/slot.ts';
import { sendingPosts } from '../sending-posts.ts';
import { writeInOneStep } from '../write-in-one-step.ts';

type Outcome = 'done' | 'more';

/** A write that is still to be made. */
type Write = () => Promise<void>;

/**
 * Carries out part of a change whose posts are all claimed: moves, drops, replaces and opens slots. It goes by the
 * check of the change and the current slots, so that it can continue wherever it stopped. Slots published meanwhile are
 * left alone, which is recorded.
 */
export const carryOut = async (deps: Deps, campaign: Campaign, launch: Launch, author: Author): Promise<Outcome> => {
  const { workspaceId, id } = campaign;
  const [parts, slots] = await Promise.all([
    deps.checks.parts(workspaceId, id, checkIdOf('launch', launch.number)),
    deps.slots.ofCampaign(workspaceId, id),
  ]);
  const wanted = parts.flatMap((part) => part.slots).filter(({ change }) => change !== 'kept');
  const sending = await sendingPosts(deps, campaign);
  const now = deps.now();
  const whyOf = (slot: Slot): LeftAlone | null =>
    leftAloneFor(slot, campaign, { now, isSending: sending.has(slot.postId) });
  const found = { deps, campaign, launch, slots, whyOf, author };
  const steps = wanted.map((each) => stepOf(each, found));
  const writes = [...steps.flatMap((step) => step.writes), ...leftovers(found)];
  const leftAlone = steps.flatMap((step) => step.leftAlone);
  const left = await writeInOneStep(writes);
  await noteProgress(deps, campaign, launch, { left, leftAlone }, author);
  return left > 0 ? 'more' : 'done';
};

interface Found {
  deps: Deps;
  campaign: Campaign;
  launch: Launch;
  slots: readonly Slot[];
  whyOf: (slot: Slot) => LeftAlone | null;
  author: Author;
}

interface Step {
  writes: Write[];
  leftAlone: Launch['leftAlone'];
}

/** The writes still to be made for one slot of the check. */
const stepOf = (wanted: CheckedSlot, found: Found): Step => {
  const { slotKey, change, postId } = wanted;
  if (change === 'left_alone') return { writes: [], leftAlone: [{ slotKey, why: wanted.why ?? 'being_published' }] };
  const { slots, launch, whyOf } = found;
  // The slot in effect before the change; others with the same key were let go of by earlier plans.
  const before = slots.find(
    (slot) =>
      slot.launch !== launch.number &&
      isInEffect(slot) &&
      (slot.slotKey === slotKey || (change === 'added' && slot.postId === postId)),
  );
  const why = before ? whyOf(before) : null;
  if (isNewSlot(wanted)) return stepOfNew(wanted, found, before, why);
  if (!before) return none;
  if (change === 'moved' && isMoved(before, wanted, found.campaign)) return none;
  if (why !== null) return { writes: [], leftAlone: why === 'dropped' ? [] : [{ slotKey, why }] };
  return {
    writes: [() => (change === 'moved' ? moveSlot(before, wanted, found) : drop(before, wanted, found))],
    leftAlone: [],
  };
};

const none: Step = { writes: [], leftAlone: [] };

const isMoved = (slot: Slot, { plannedFor, publishAt }: CheckedSlot, { planVersion }: Campaign): boolean =>
  slot.plannedBy === planVersion && slot.plannedFor === (plannedFor ?? publishAt);

/** Opens a new slot once the one that it replaces is dropped, or gives it up if that one was published meanwhile. */
const stepOfNew = (wanted: CheckedSlot, found: Found, before: Slot | undefined, why: LeftAlone | null): Step => {
  const { deps, slots, launch, author } = found;
  const claimed = slots.find(
    (slot) => slot.launch === launch.number && slot.slotKey === wanted.slotKey && slot.status === 'claimed',
  );
  if (before && why !== null && why !== 'dropped') {
    const leftAlone = [{ slotKey: wanted.slotKey, why }];
    const backTo = before.postId === claimed?.postId ? before : undefined;
    return { writes: claimed ? [() => deps.slots.unclaim(claimed, backTo, author)] : [], leftAlone };
  }
  // A slot with the same post under another key is dropped under that key.
  const replaced = before?.slotKey === wanted.slotKey && why === null ? before : undefined;
  return {
    writes: [
      async () => {
        if (replaced) await drop(replaced, replaced, found);
        if (claimed) await deps.slots.save({ ...claimed, status: 'open' }, author);
      },
    ].filter(() => claimed !== undefined || replaced !== undefined),
    leftAlone: [],
  };
};

const moveSlot = async (slot: Slot, wanted: CheckedSlot, { deps, campaign, launch, author }: Found): Promise<void> => {
  const { publishAt, reasons, trackId } = wanted;
  const to = {
    publishAt,
    reasons,
    trackId,
    plannedFor: wanted.plannedFor ?? publishAt,
    plannedBy: campaign.planVersion,
  };
  await deps.slots.save(move(slot, to, { run: campaign.run, askedAt: launch.requestedAt }), author);
};

const drop = async (
  slot: Slot,
  { reasons }: Pick<CheckedSlot, 'reasons'>,
  { deps, campaign, launch, author }: Found,
): Promise<void> => {
  const isMissed = reasons.at(-1)?.kind === 'missed';
  const gone = { at: launch.requestedAt, why: isMissed ? ('missed' as const) : ('replanned' as const) };
  await deps.slots.letGo(letGo(slot, gone, { reasons: [...reasons], plannedBy: campaign.planVersion }), author);
};

/** Slots claimed by an earlier change that stopped halfway. */
const leftovers = ({ deps, slots, launch, author }: Found): Write[] =>
  slots
    .filter((slot) => slot.status === 'claimed' && slot.launch !== launch.number)
    .map((slot) => () => deps.slots.unclaim(slot, undefined, author));

const noteProgress = (
  deps: Deps,
  { workspaceId, id }: Campaign,
  { number }: Launch,
  { left, leftAlone }: { left: number; leftAlone: Launch['leftAlone'] },
  author: Author,
) =>
  retryOnLostUpdate(async () => {
    const campaign = await deps.campaigns.find(workspaceId, id);
    if (!campaign?.launch || !isLaunching(campaign, number)) return;
    const { launch } = campaign;
    const known = new Set(launch.leftAlone.map(({ slotKey }) => slotKey));
    const news = leftAlone.filter(({ slotKey }) => !known.has(slotKey));
    const noted = {
      ...launch,
      done: Math.max(launch.done, launch.total - left),
      leftAlone: [...launch.leftAlone, ...news].slice(0, maxLeftAlone),
    };
    await deps.campaigns.save({ ...campaign, launch: noted }, author);
  });

/** Gives up part of a change's claims; returns `done` when none is left. The slots to be replaced stay. */
export const giveUpClaims = async (deps: Deps, campaign: Campaign, author: Author): Promise<Outcome> => {
  const slots = await deps.slots.ofCampaign(campaign.workspaceId, campaign.id);
  const claimed = slots.filter(({ status }) => status === 'claimed');
  const writes = claimed.map((slot) => () => deps.slots.unclaim(slot, holderBefore(slots, slot), author));
  return (await writeInOneStep(writes)) > 0 ? 'more' : 'done';
};

/** The slot, under another key, that had the post before a change claimed it. */
const holderBefore = (slots: readonly Slot[], { postId, id }: Slot): Slot | undefined =>
  slots.find((slot) => slot.postId === postId && slot.id !== id && slot.letGo === null && slot.status !== 'claimed');
