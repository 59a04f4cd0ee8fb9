import * as z from 'zod';
import { dayMs, Instant } from '#shared/time.ts';
import { MailKind } from './mail.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Who requested an email to a person they may not know. */
export interface Asker {
  personId: string;
  /** Whether they, or their workspace, have existed for a week, which a spammer would have to wait for. */
  isEstablished: boolean;
}

/** A requested email. `topic`: what an alert is about. */
export interface Wish {
  kind: MailKind;
  workspaceId: string;
  asker?: Asker | undefined;
  topic?: string;
}

/** Most emails of one kind within any 24 hours, and the minimum interval before each of them. */
interface Rule {
  most: number;
  pausesMs: readonly number[];
}

const growing: readonly number[] = [0, minuteMs, 5 * minuteMs, 30 * minuteMs];

/**
 * Limits per address. Each kind is counted separately, so that none uses up another: emails that anyone can trigger
 * (codes for a sign-up or a new password; earlier ones stay valid), codes that a person requests, and notices about
 * their own account.
 */
const ofAddress = {
  sign_up: { most: 4, pausesMs: growing },
  account_exists: { most: 4, pausesMs: growing },
  password_reset: { most: 4, pausesMs: growing },
  email_change: { most: 8, pausesMs: [0] },
  sign_in_changed: { most: 20, pausesMs: [0] },
} as const satisfies Partial<Record<MailKind, Rule>>;

/** Limits per address and workspace: noise in one workspace does not silence another. */
const ofWorkspace = {
  export_ready: { most: 20, pausesMs: [0] },
  workspace_deletion: { most: 10, pausesMs: [0] },
  reconnect_account: { most: 20, pausesMs: [0] },
  // Per topic. Raised once a day; the second is for a repeated event whose first attempt was cut off.
  performance_alert: { most: 2, pausesMs: [0] },
  // Several reports can be scheduled for the same people.
  report_ready: { most: 50, pausesMs: [0] },
  // Twenty webhooks, each with at most one notice a day and one when it is disabled.
  webhook_failing: { most: 40, pausesMs: [0] },
  // Per topic (the automation).
  automation: { most: 20, pausesMs: [0] },
  // Per topic. One email is enough; the same loop may recur all day.
  automation_loop: { most: 2, pausesMs: [0, hourMs] },
  // Per topic (the automation). What fails once often fails all day.
  automation_failed: { most: 1, pausesMs: [0] },
  automation_off: { most: 2, pausesMs: [0, hourMs] },
  // Per topic. The next alert states how many were held back in a pause.
  security_alert: { most: 6, pausesMs: [0, 0, 0, hourMs, 4 * hourMs, 12 * hourMs] },
} as const satisfies Partial<Record<MailKind, Rule>>;

/** Most emails about scheduled reports within any 24 hours, from one workspace to one address. */
export const mostScheduledReports = ofWorkspace.report_ready.most;

/** Limits per workspace that writes to a stranger; `shares` limits all of them together. */
const ofStrangers = {
  // Two without a pause, so that a person who was removed by mistake can be invited again.
  invitation: { most: 4, pausesMs: [0, 0, minuteMs, 5 * minuteMs] },
  email_proof: { most: 4, pausesMs: growing },
} as const satisfies Partial<Record<MailKind, Rule>>;

/**
 * How many emails from strangers one mailbox can receive in 24 hours. New askers share `fresh`, established ones share
 * `established`. The first email of each established workspace and asker that have not written to the mailbox that day
 * counts against neither, so that others cannot use it up. `ofAll` limits the stored list.
 */
const shares = { fresh: 3, established: 4, ofAll: 50 };

/** Limit on sign-up codes to all addresses of one mailbox. */
export const mailboxRule: Rule = { most: 8, pausesMs: [0] };

/** Emails of the last 24 hours that count against one allowance, without their content. */
export const MailsOfADay = z.object({
  sent: z.array(
    z.object({
      kind: MailKind,
      workspaceId: z.string(),
      at: Instant,
      personId: z.string().optional(),
      /** The share it counted against. */
      share: z.enum(['fresh', 'established', 'first']).optional(),
    }),
  ),
  /** How many were held back since the last one sent. */
  held: z.int().default(0),
  /** Incremented by each write, so that one of two concurrent writes fails. */
  revision: z.int(),
});
export type MailsOfADay = z.infer<typeof MailsOfADay>;

export const noMails: MailsOfADay = { sent: [], held: 0, revision: 0 };

const isOf = <K extends string>(rules: Readonly<Record<K, Rule>>, kind: string): kind is K =>
  Object.hasOwn(rules, kind);

/**
 * Returns the allowance that an email counts against, and whether it applies to the mailbox rather than to the address.
 */
export const allowanceOf = ({ kind, workspaceId, topic }: Wish): { name: string; isOfMailbox: boolean } => ({
  name: isOf(ofWorkspace, kind) ? [kind, workspaceId, topic ?? ''].join('#') : kind,
  isOfMailbox: isOf(ofStrangers, kind),
});

const isPausing = ({ most, pausesMs }: Rule, sent: MailsOfADay['sent'], now: Date): boolean => {
  if (sent.length >= most) return true;
  const last = Math.max(...sent.map(({ at }) => Date.parse(at)), -Infinity);
  return now.getTime() - last < (pausesMs[Math.min(sent.length, pausesMs.length - 1)] ?? 0);
};

/** Returns the share that a stranger's email counts against; undefined: none is left. */
const shareOf = (recent: MailsOfADay['sent'], { workspaceId, asker }: Wish) => {
  if (recent.length >= shares.ofAll) return undefined;
  const left = (share: 'fresh' | 'established') =>
    recent.filter((each) => each.share === share).length < shares[share] ? share : undefined;
  if (!asker?.isEstablished) return left('fresh');
  const isFirst = !recent.some((each) => each.workspaceId === workspaceId || each.personId === asker.personId);
  return isFirst ? ('first' as const) : left('established');
};

/**
 * Returns whether another email is allowed, and the allowance after it (undefined: unchanged). `more`: how many alerts
 * were held back before an allowed one.
 */
export const withOneMore = (
  { sent, held, revision }: MailsOfADay,
  wish: Wish,
  now: Date,
  ofMailbox?: Rule,
): { next: MailsOfADay | undefined; isAllowed: boolean; more: number } => {
  const { kind, workspaceId, asker } = wish;
  const recent = sent.filter(({ at }) => now.getTime() - Date.parse(at) < dayMs);
  const isAsked = isOf(ofStrangers, kind);
  const rule = ofMailbox ?? { ...ofAddress, ...ofWorkspace, ...ofStrangers }[kind];
  const alike = isAsked ? recent.filter((each) => each.workspaceId === workspaceId) : recent;
  const share = isAsked ? shareOf(recent, wish) : 'own';
  if (share === undefined || isPausing(rule, alike, now)) {
    const next = { sent: recent, held: held + 1, revision: revision + 1 };
    return { next: kind === 'security_alert' ? next : undefined, isAllowed: false, more: 0 };
  }
  const of = { ...(share !== 'own' && { share }), ...(asker && { personId: asker.personId }) };
  const next = { sent: [...recent, { kind, workspaceId, at: now.toISOString(), ...of }], held: 0 };
  return { next: { ...next, revision: revision + 1 }, isAllowed: true, more: held };
};

const establishedMs = 7 * dayMs;

/** Whether a workspace or a person has existed long enough to be trusted. */
export const isEstablished = ({ createdAt }: { createdAt: string }, now: Date): boolean =>
  now.getTime() - Date.parse(createdAt) >= establishedMs;
