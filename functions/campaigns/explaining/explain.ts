import { notFound } from '#shared/errors.ts';
import { zoneClock } from '#shared/zone-clock.ts';
import type { Deps } from '../deps.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Step } from '../domain/lifecycle.ts';
import { slotChangesOf } from '../domain/plan-difference.ts';
import type { PlanVersion } from '../domain/plan-version.ts';
import type { Slot } from '../domain/slot.ts';
import { wallText } from '../plan-expansion/wall-time.ts';
import type { Explanation } from './contract.ts';
import { reasonSentence } from './reason-sentence.ts';

type Explained = Pick<Deps, 'plans' | 'slots' | 'posts' | 'passes' | 'campaigns'>;
type Entry = Explanation['history'][number];

/**
 * Explains why a post of a campaign is or was published at its time.
 * @throws DomainError `campaign_slot_not_found` if the campaign never claimed the post
 */
export const explain = async (deps: Explained, campaign: Campaign, postId: string): Promise<Explanation> => {
  const { workspaceId, id } = campaign;
  const slot = await slotOfPost(deps, campaign, postId);
  if (!slot) throw notFound('campaign slot');
  const [plan, pass, versions, steps] = await Promise.all([
    deps.plans.findVersion(workspaceId, id, slot.plannedBy),
    deps.passes.find({ workspaceId, campaignId: id, postId }),
    versionsOf(deps, campaign, slot.slotKey),
    deps.campaigns.steps(workspaceId, id),
  ]);
  const { publishAt, timeZone, publishedAt } = slot;
  const publication = publishedAt !== null && slot.publication ? { publishedAt, ...slot.publication } : null;
  const facts = {
    ...{ postId, slotId: slot.id, slotKey: slot.slotKey, trackId: slot.trackId, accountId: slot.accountId },
    status: slot.status,
    ...originOf(slot),
    ...{ publishAt, timeZone, publication },
    wallTime: wallText(zoneClock(timeZone).wallAt(Date.parse(publishAt))),
    reasons: slot.reasons.map((reason) => ({ reason, sentence: reasonSentence(reason) })),
    plan: plan ? { version: plan.version, at: plan.at, by: plan.by, note: plan.note } : null,
    history: historyOf(slot, versions, steps),
    claim: { at: slot.createdAt, launch: slot.launch },
    permittedAt: pass?.permittedAt ?? null,
  };
  return { ...facts, sentences: sentencesOf(facts) };
};

/** The slot that has the post or had it last, even if another campaign has claimed it since. */
const slotOfPost = async (
  { posts, slots }: Pick<Explained, 'posts' | 'slots'>,
  { workspaceId, id }: Campaign,
  postId: string,
): Promise<Slot | undefined> => {
  const taken = (await posts.find(workspaceId, postId))?.taken;
  if (taken?.campaignId === id) return slots.find(workspaceId, id, taken.slotId);
  const all = await slots.ofCampaign(workspaceId, id);
  return all.findLast((slot) => slot.postId === postId);
};

/** Origin of its time. */
const originOf = ({ reasons }: Slot): Pick<Explanation, 'rule' | 'originalWallTime' | 'jitterMinutes'> => {
  const rule = reasons.find(({ kind }) => kind === 'rule');
  const queue = reasons.find(({ kind }) => kind === 'queue_time');
  const jitter = reasons.find(({ kind }) => kind === 'jitter');
  return {
    rule: rule?.kind === 'rule' ? rule.rule : null,
    originalWallTime: (rule?.kind === 'rule' ? rule : queue?.kind === 'queue_time' ? queue : null)?.wallTime ?? null,
    jitterMinutes: jitter?.kind === 'jitter' ? jitter.byMinutes : 0,
  };
};

interface TouchingVersion extends PlanVersion {
  /** The version with which it took effect: itself or a later one; undefined: none yet. */
  carrier: PlanVersion | undefined;
  changes: PlanVersion['difference']['slots'];
}

/** The versions of the plan that changed the slot. */
const versionsOf = async (
  { plans }: Pick<Explained, 'plans'>,
  { workspaceId, id }: Campaign,
  slotKey: string,
): Promise<TouchingVersion[]> => {
  const touching: TouchingVersion[] = [];
  const all = await plans.versions(workspaceId, id);
  for (const version of all) {
    const { counts, slots } = version.difference;
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    // A difference lists only some changes; if it is incomplete, the plans are compared again.
    const listed = total === slots.length ? slots : await changesBetween(plans, workspaceId, id, version.version);
    const changes = listed.filter((change) => change.slotKey === slotKey);
    const carrier = all.find((each) => each.version >= version.version && each.applied !== undefined);
    if (changes.length > 0) touching.push({ ...version, changes, carrier });
  }
  return touching;
};

const changesBetween = async (plans: Deps['plans'], workspaceId: string, id: string, version: number) => {
  const [before, after] = await Promise.all([
    version > 1 ? plans.find(workspaceId, id, version - 1) : undefined,
    plans.find(workspaceId, id, version),
  ]);
  return after ? slotChangesOf(before, after) : [];
};

const done: Readonly<Record<TouchingVersion['changes'][number]['kind'], string>> = {
  added: 'added it',
  moved: 'moved it',
  dropped: 'removed it',
  content_replaced: 'replaced its account or content',
};

const because = (note: string | null): string => (note === null ? '.' : `: ${note}`);

const historyOf = (slot: Slot, versions: readonly TouchingVersion[], steps: readonly Step[]): Entry[] => {
  const entries: Entry[] = [
    ...versions.map(({ version, at, by, note, changes }): Entry => {
      const what = changes.map(({ kind, after }) =>
        after === null || kind === 'content_replaced' ? done[kind] : `${done[kind]} (${after})`,
      );
      const saved = `${by} saved version ${version} of the plan, which ${what.join(' and ')}${because(note)}`;
      return { kind: 'plan_saved', at, by, note, sentence: saved };
    }),
    ...[...new Set(versions.map(({ carrier }) => carrier))].flatMap((carrier): Entry[] => {
      if (!carrier?.applied) return [];
      const { by, note } = carrier.applied;
      const sentence = `${by} put version ${carrier.version} of the plan into effect${because(note)}`;
      return [{ kind: 'plan_applied', ...carrier.applied, sentence }];
    }),
    ...steps.map(({ transition, at, by, note, from, to }): Entry => {
      const sentence = `${by} moved the campaign from ${words(from)} to ${words(to)} (${words(transition)})${because(note)}`;
      return { kind: 'campaign_step', at, by, note, sentence };
    }),
    ...(slot.ranNow
      ? [
          {
            kind: 'run_now' as const,
            ...slot.ranNow,
            sentence: `${slot.ranNow.by} ran it at once${because(slot.ranNow.note)}`,
          },
        ]
      : []),
  ];
  const end = slot.publishedAt;
  // What happened to the campaign after the publication does not explain it.
  return entries
    .filter(({ at }) => end === null || Date.parse(at) <= Date.parse(end))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
};

const words = (name: string): string => name.replaceAll('_', ' ');

const sentencesOf = ({
  reasons,
  publishAt,
  wallTime,
  timeZone,
  plan,
  history,
  claim,
  permittedAt,
  publication,
  status,
}: Omit<Explanation, 'sentences'>): string[] => [
  ...reasons.map(({ sentence }) => sentence),
  `Its time is ${wallTime.replace('T', ' ')} in ${timeZone}, which is ${publishAt}.`,
  ...(plan
    ? [`This comes from version ${plan.version} of the plan, which ${plan.by} saved at ${plan.at}${because(plan.note)}`]
    : []),
  ...history.map(({ at, sentence }) => `At ${at}, ${sentence}`),
  `The campaign claimed the post at ${claim.at}.`,
  ...(permittedAt === null ? [] : [`Publishing was last permitted at ${permittedAt}.`]),
  publication
    ? `It was published at ${publication.publishedAt}, due at ${publication.dueAt}, as ${publication.xPostIds.join(', ')} on X.`
    : `Its status is ${status}.`,
];
