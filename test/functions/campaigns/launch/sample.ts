import { nothing } from '#functions/campaigns/budget/reserve.ts';
import type { Budget } from '#functions/campaigns/domain/budget.ts';
import type { AccountFacts, PartFacts, PostFacts, SlotFacts } from '#functions/campaigns/domain/publishing-facts.ts';
import { XLimits } from '#functions/campaigns/domain/x-limits.ts';
import type { LaunchFacts } from '#functions/campaigns/launch/launch-facts.ts';

const idOf = (prefix: string, place: number): string => `${prefix}_${String(place).padStart(26, '0')}`;
export const accountId = (place: number): string => idOf('acc', place);
export const postId = (place: number): string => idOf('pst', place);
export const campaignId = (place: number): string => idOf('cmp', place);

export const now = '2026-12-01T08:00:00.000Z';
/** The instant this many minutes after `now`. */
export const after = (minutes: number): string => new Date(Date.parse(now) + minutes * 60_000).toISOString();

export const plain: PartFacts = { hasUrl: false, isMarked: true, weightedLength: 100 };
export const linked: PartFacts = { ...plain, hasUrl: true };

export const account = (place: number, changes: Partial<AccountFacts> = {}): AccountFacts => ({
  accountId: accountId(place),
  health: 'healthy',
  maxWeightedLength: 280,
  isAutomationConfirmed: true,
  ...changes,
});

export const post = (place: number, changes: Partial<PostFacts> = {}): PostFacts => ({
  postId: postId(place),
  status: 'draft',
  campaignId: null,
  contentHash: `hash ${place}`,
  approval: 'approved',
  findings: [],
  media: [],
  parts: [plain],
  ...changes,
});

export const slotKey = (place: number): string => `tips@${String(place).padStart(4, '0')}`;

/** Slot `place` of account 1, two hours after the one before. */
export const slot = (
  place: number,
  { post: changes, ...others }: Partial<Omit<SlotFacts, 'post'>> & { post?: Partial<PostFacts> | null } = {},
): SlotFacts => ({
  slotKey: slotKey(place),
  trackId: 'tips',
  accountId: accountId(1),
  publishAt: after(place * 120),
  post: changes === null ? null : post(place, changes),
  ...others,
});

export const slots = (count: number): SlotFacts[] => Array.from({ length: count }, (_, place) => slot(place + 1));

export const budget = (changes: Partial<Budget> = {}): Budget => ({
  maxMicros: null,
  maxPosts: null,
  warnAtPercent: [],
  ...changes,
});

/** A campaign of three slots without findings. */
export const facts = (changes: Partial<LaunchFacts> = {}): LaunchFacts => ({
  slots: slots(3),
  accounts: [account(1)],
  budget: null,
  spent: nothing,
  counted: new Set(),
  workspaceBudget: null,
  limits: XLimits.parse({}),
  appPosts: {},
  elsewhere: [],
  marksLinks: false,
  experiment: null,
  metricsDays: 31,
  ...changes,
});
