import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import { DomainError } from '#shared/errors.ts';
import { PersonId, ReportShareId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** Maximum number of valid links to a report: one for each client that it is shown to. */
export const maxShares = 10;

/** A secret link by which people without an account read the page of a report. */
export const ReportShare = z.object({
  id: ReportShareId,
  /** SHA-256 (hex) of the token, which is not stored. */
  tokenHash: z.string(),
  createdAt: Instant,
  expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }),
  createdBy: Actor.meta({ description: 'Who created the link' }),
});
export type ReportShare = z.infer<typeof ReportShare>;

/** A secret link that was emailed to a recipient; it ends when they are removed from the workspace. */
export const MailedLink = z.object({
  personId: PersonId,
  /** SHA-256 (hex) of the token, which is only in the email. */
  tokenHash: z.string(),
  mailedAt: Instant,
  expiresAt: Instant,
});
export type MailedLink = z.infer<typeof MailedLink>;

/** Returns the links that are valid at an instant. */
export const liveLinks = <Link extends { expiresAt: string }>(links: readonly Link[], now: Date): Link[] =>
  links.filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());

/** Adds a link, and drops those that have expired. @throws DomainError `too_many_report_shares` */
export const withShare = (shares: readonly ReportShare[], made: ReportShare, now: Date): ReportShare[] => {
  const live = liveLinks(shares, now);
  if (live.length >= maxShares) {
    const said = `The report has ${live.length} of ${maxShares} links. Revoke one first.`;
    throw new DomainError('conflict', 'too_many_report_shares', said);
  }
  return [...live, made];
};
