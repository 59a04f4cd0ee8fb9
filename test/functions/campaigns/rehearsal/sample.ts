import { nothing } from '#functions/campaigns/budget/reserve.ts';
import type { SlotFacts } from '#functions/campaigns/domain/publishing-facts.ts';
import { type Rehearsal, RehearsalSettings, type XFaults } from '#functions/campaigns/domain/rehearsal.ts';
import type { XLimits } from '#functions/campaigns/domain/x-limits.ts';
import { rehearse } from '#functions/campaigns/rehearsal/rehearse.ts';
import type { Setting } from '#functions/campaigns/rehearsal/setting.ts';
import { account, accountId, post, slotKey } from '../launch/sample.ts';

/** Midnight, so that days are easy to count. */
export const start = '2026-12-01T00:00:00.000Z';
export const at = (minutes: number): string => new Date(Date.parse(start) + minutes * 60_000).toISOString();

/** No dispatch delay and no jitter: everything happens on the minute. */
export const exact: Setting['pace'] = {
  dispatchMs: [0, 0],
  callMs: 1_000,
  settleMs: 60_000,
  pauseMs: 60_000,
  jitterMs: 0,
};

export const duePost = (
  place: number,
  minutes: number,
  { account: of = 1, ...changes }: Parameters<typeof post>[1] & { account?: number } = {},
): SlotFacts => ({
  slotKey: slotKey(place),
  trackId: 'tips',
  accountId: accountId(of),
  publishAt: at(minutes),
  post: post(place, changes),
});

/** Posts of account 1, `every` minutes apart from `start`. */
export const posts = (count: number, every: number): SlotFacts[] =>
  Array.from({ length: count }, (_, place) => duePost(place, place * every));

export interface Changes extends Partial<Omit<Setting, 'x'>> {
  faults?: Partial<XFaults>;
  limits?: Partial<XLimits>;
  othersPerDay?: number;
  otherWorkspaces?: number;
}

export const setting = ({ faults, limits, othersPerDay, otherWorkspaces, ...changes }: Changes = {}): Setting => ({
  ...RehearsalSettings.parse({
    seed: 'seed',
    x: { faults, limits, othersPerDay, otherWorkspaces },
  }),
  slots: posts(3, 60),
  accounts: [account(1), account(2), account(3)],
  budget: null,
  spent: nothing,
  workspaceBudget: null,
  lateness: { kind: 'publish_late', withinMinutes: 1_440 },
  pace: exact,
  ...changes,
});

export const play = (changes: Changes = {}): Rehearsal => rehearse(setting(changes));

/** How each slot ended: its lateness in seconds, or the code why it is not published. */
export const ends = ({ slots }: Rehearsal): (number | string | null)[] =>
  slots.map(({ latenessMs, code }) => (latenessMs === null ? code : latenessMs / 1_000));
