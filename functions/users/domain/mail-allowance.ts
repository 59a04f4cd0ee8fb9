import * as z from 'zod';
import { dayMs, Instant } from '#shared/time.ts';
import { MailKind } from './mail.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Who had a mail sent to a person they may not know. */
export interface Asker {
  personId: string;
  /** They, or their workspace, have been here for a week: a flooder has to wait that long first. */
  isEstablished: boolean;
}

/** A mail that is wanted. `topic`: what an alert is about. */
export interface Wish {
  kind: MailKind;
  workspaceId: string;
  asker?: Asker | undefined;
  topic?: string;
}

/** How many mails of one kind there are within any 24 hours, and the pause before each of them. */
interface Rule {
  most: number;
  pausesMs: readonly number[];
}

const growing: readonly number[] = [0, minuteMs, 5 * minuteMs, 30 * minuteMs];

/**
 * Each kind is counted separately, so that none uses up another: mails that anyone can trigger (codes for a sign-up or
 * a new password, of which earlier ones stay valid), codes that a person asks for, and notices about their own account.
 */
const ofAddress = {
  sign_up: { most: 4, pausesMs: growing },
  account_exists: { most: 4, pausesMs: growing },
  password_reset: { most: 4, pausesMs: growing },
  email_change: { most: 8, pausesMs: [0] },
  sign_in_changed: { most: 20, pausesMs: [0] },
} as const satisfies Partial<Record<MailKind, Rule>>;

/** Per workspace: noise in one workspace does not silence another. */
const ofWorkspace = {
  export_ready: { most: 20, pausesMs: [0] },
  workspace_deletion: { most: 10, pausesMs: [0] },
  reconnect_account: { most: 20, pausesMs: [0] },
  // Per topic. Each is raised once a day; the second is for an event that comes again because the first try broke off.
  performance_alert: { most: 2, pausesMs: [0] },
  // Several reports may be scheduled for the same people.
  report_ready: { most: 50, pausesMs: [0] },
  // Twenty webhooks, each told of once a day at most, and once when it is disabled.
  webhook_failing: { most: 40, pausesMs: [0] },
  // Per topic: the automation.
  automation: { most: 20, pausesMs: [0] },
  // Per topic. One mail says it; the same loop may come back all day.
  automation_loop: { most: 2, pausesMs: [0, hourMs] },
  // Per topic: the automation. What fails once often fails all day.
  automation_failed: { most: 1, pausesMs: [0] },
  automation_off: { most: 2, pausesMs: [0, hourMs] },
  // Per topic. Mails held back in a pause are reported as a number in the next one.
  security_alert: { most: 6, pausesMs: [0, 0, 0, hourMs, 4 * hourMs, 12 * hourMs] },
} as const satisfies Partial<Record<MailKind, Rule>>;

/** Emails about scheduled reports in any 24 hours, from one workspace to one address. */
export const mostScheduledReports = ofWorkspace.report_ready.most;

/** Of each workspace that writes to somebody; what all of them together may is below. */
const ofStrangers = {
  // Two at once: a person who was removed by mistake is invited again.
  invitation: { most: 4, pausesMs: [0, 0, minuteMs, 5 * minuteMs] },
  email_proof: { most: 4, pausesMs: growing },
} as const satisfies Partial<Record<MailKind, Rule>>;

/**
 * What strangers may have sent to one mailbox in 24 hours: new ones share the first, established ones the second, but
 * for the first mail of each established workspace, whose asker has not written to it that day: others do not use that up.
 * `ofAll` bounds what is kept.
 */
const shares = { fresh: 3, established: 4, ofAll: 50 };

/** Sign-up codes to all the addresses of one mailbox. */
export const mailboxRule: Rule = { most: 8, pausesMs: [0] };

/** Mails that count against one allowance, written down in the last 24 hours; it says nothing of their content. */
export const MailsOfADay = z.object({
  sent: z.array(
    z.object({
      kind: MailKind,
      workspaceId: z.string(),
      at: Instant,
      personId: z.string().optional(),
      /** Which of the shares it was taken from. */
      share: z.enum(['fresh', 'established', 'first']).optional(),
    }),
  ),
  /** How many were held back since the last one. */
  held: z.int().default(0),
  /** Counts the writes: of two at the same time, one is refused. */
  revision: z.int(),
});
export type MailsOfADay = z.infer<typeof MailsOfADay>;

export const noMails: MailsOfADay = { sent: [], held: 0, revision: 0 };

const isOf = <K extends string>(rules: Readonly<Record<K, Rule>>, kind: string): kind is K =>
  Object.hasOwn(rules, kind);

/** The allowance that a mail counts against, and whether it is one of the mailbox, whatever address of it is used. */
export const allowanceOf = ({ kind, workspaceId, topic }: Wish): { name: string; isOfMailbox: boolean } => ({
  name: isOf(ofWorkspace, kind) ? [kind, workspaceId, topic ?? ''].join('#') : kind,
  isOfMailbox: isOf(ofStrangers, kind),
});

const isPausing = ({ most, pausesMs }: Rule, sent: MailsOfADay['sent'], now: Date): boolean => {
  if (sent.length >= most) return true;
  const last = Math.max(...sent.map(({ at }) => Date.parse(at)), -Infinity);
  return now.getTime() - last < (pausesMs[Math.min(sent.length, pausesMs.length - 1)] ?? 0);
};

/** The share that a mail of a stranger is taken from; undefined when nothing is left for it. */
const shareOf = (recent: MailsOfADay['sent'], { workspaceId, asker }: Wish) => {
  if (recent.length >= shares.ofAll) return undefined;
  const left = (share: 'fresh' | 'established') =>
    recent.filter((each) => each.share === share).length < shares[share] ? share : undefined;
  if (!asker?.isEstablished) return left('fresh');
  const isFirst = !recent.some((each) => each.workspaceId === workspaceId || each.personId === asker.personId);
  return isFirst ? ('first' as const) : left('established');
};

/**
 * What an allowance is once another mail is wanted, undefined where nothing changes, and whether it may go out. `more`:
 * how many alerts were held back before one that goes out.
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

/** Whether a workspace, or a person, has been here long enough to be taken at their word. */
export const isEstablished = ({ createdAt }: { createdAt: string }, now: Date): boolean =>
  now.getTime() - Date.parse(createdAt) >= establishedMs;
