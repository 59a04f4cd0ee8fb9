import * as z from 'zod';
import { Instant } from '../../../shared/time.ts';
import { MailKind } from './mail.ts';

/**
 * Who can make the platform write to an address. `strangers`: anybody, or any workspace. `sign_up` and
 * `password_reset`: anybody too, but what they carry lets their owner in, so that nothing else uses them up: an owner
 * who gets no further one has those of the last 24 hours, which are all still good. `own`: what happens to the account
 * or the workspaces of the person themselves.
 */
type Allowance = 'strangers' | 'sign_up' | 'password_reset' | 'own';

const allowanceOf: Readonly<Record<MailKind, Allowance>> = {
  sign_up: 'sign_up',
  password_reset: 'password_reset',
  account_exists: 'strangers',
  invitation: 'strangers',
  email_proof: 'strangers',
  email_change: 'own',
  sign_in_changed: 'own',
  security_alert: 'own',
  export_ready: 'own',
  workspace_deletion: 'own',
};

/**
 * Mails an address gets within any 24 hours, over all workspaces: of those that strangers can cause, eight at most as
 * long as the address has an account or has none (four, and four of the one kind or the other that carries codes).
 */
const mostADay: Readonly<Record<Allowance, number>> = { strangers: 4, sign_up: 4, password_reset: 4, own: 30 };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Between two mails of the same kind lies a pause that grows with each of the last 24 hours. */
const pausesMs: readonly number[] = [0, minuteMs, 5 * minuteMs, 30 * minuteMs];

/** Mails to one address, written down in the last 24 hours under one allowance; it says nothing of their content. */
export const MailsOfADay = z.object({
  sent: z.array(z.object({ kind: MailKind, workspaceId: z.string(), at: Instant })),
  /** Counts the writes: of two at the same time, one is refused. */
  revision: z.int(),
});
export type MailsOfADay = z.infer<typeof MailsOfADay>;

/** The allowance that a mail of that kind counts against. */
export const countsAs = (kind: MailKind): Allowance => allowanceOf[kind];

/**
 * The mails of the last 24 hours with one more; undefined when the address gets no further one now. Invitations pause
 * by workspace: several that invite the same person do not wait for each other.
 */
export const withOneMore = (
  standing: MailsOfADay,
  { kind, workspaceId }: { kind: MailKind; workspaceId: string },
  now: Date,
): MailsOfADay | undefined => {
  const allowance = countsAs(kind);
  const recent = standing.sent.filter(({ at }) => now.getTime() - Date.parse(at) < dayMs);
  if (recent.length >= mostADay[allowance]) return undefined;
  if (allowance !== 'own') {
    const alike = recent.filter(
      (each) => each.kind === kind && (kind !== 'invitation' || each.workspaceId === workspaceId),
    );
    const last = Math.max(...alike.map(({ at }) => Date.parse(at)), -Infinity);
    if (now.getTime() - last < (pausesMs[Math.min(alike.length, pausesMs.length - 1)] ?? 0)) return undefined;
  }
  return { sent: [...recent, { kind, workspaceId, at: now.toISOString() }], revision: standing.revision + 1 };
};
