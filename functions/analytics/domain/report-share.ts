import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import { DomainError } from '#shared/errors.ts';
import { ReportShareId } from '#shared/ids.ts';
import { digestOf } from '#shared/secrets.ts';
import { Instant } from '#shared/time.ts';

/** Links that a report may have at once: one for each client that it is shown to. */
export const maxShares = 10;

/** A secret link by which people without an account read the page of a report. */
export const ReportShare = z.object({
  id: ReportShareId,
  /** SHA-256 (hex) of the token, which is not stored. */
  tokenHash: z.string(),
  createdAt: Instant,
  expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }),
  createdBy: Actor.meta({ description: 'Who made the link' }),
});
export type ReportShare = z.infer<typeof ReportShare>;

/** Random bytes of a token, enough to make it unguessable. */
export const secretBytes = 32;

/** The report that a token leads to. */
export interface SharedReport {
  workspaceId: string;
  reportId: string;
}

/** A link's token: the workspace and the report, by which it is found, and the secret. */
export const tokenOf = ({ workspaceId, reportId }: SharedReport, secret: Buffer): string =>
  `${workspaceId}.${reportId}.${secret.toString('base64url')}`;

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
const token = new RegExp(`^(wsp_${ulid})\\.(rpt_${ulid})\\.[A-Za-z0-9_-]{43}$`);

/** The report that a token names; undefined when it is not a token. */
export const reportOfToken = (text: string): SharedReport | undefined => {
  const [, workspaceId, reportId] = token.exec(text) ?? [];
  return workspaceId === undefined || reportId === undefined ? undefined : { workspaceId, reportId };
};

/** What is kept of a token. */
export const hashOfToken = (text: string): string => digestOf(text, 'hex');

/** The links that hold at an instant. */
export const liveShares = (shares: readonly ReportShare[], now: Date): ReportShare[] =>
  shares.filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());

/** The links with another one; those that have expired are dropped. @throws DomainError `too_many_report_shares` */
export const withShare = (shares: readonly ReportShare[], made: ReportShare, now: Date): ReportShare[] => {
  const live = liveShares(shares, now);
  if (live.length >= maxShares) {
    const said = `The report has ${live.length} of ${maxShares} links. Revoke one first.`;
    throw new DomainError('conflict', 'too_many_report_shares', said);
  }
  return [...live, made];
};
