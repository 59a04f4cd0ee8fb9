import type { ReportLinkMailed } from '#events/users.ts';
import { type Cause, systemAuthor } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import type { EventOf } from '#shared/events/event.ts';
import type { Deps } from '../deps.ts';
import { liveLinks, type MailedLink } from '../domain/report-share.ts';

/** Stores a link that a recipient was emailed, so that it opens the report. A repeated event changes nothing. */
export const keepMailedLink = async (
  { reports, now }: Pick<Deps, 'reports' | 'now'>,
  { workspaceId, occurredAt: mailedAt, correlationId, chain, data }: EventOf<typeof ReportLinkMailed>,
): Promise<void> =>
  retryOnLostUpdate(async () => {
    const { reportId, ...link } = data;
    const report = await reports.find(workspaceId, reportId);
    const isKnown = report?.mailed.some(({ tokenHash }) => tokenHash === link.tokenHash) ?? false;
    // Somebody who is not a recipient was emailed about an earlier report with this id.
    if (!report || report.deletedAt !== null || isKnown || !report.recipients.includes(link.personId)) return;
    const others = liveLinks(report.mailed, now()).filter(({ personId }) => personId !== link.personId);
    await reports.save(
      { ...report, mailed: [...others, { ...link, mailedAt }] },
      systemAuthor('analytics', { correlationId, chain }),
    );
  });

/** Ends the links that a person was emailed up to an instant (UTC), when they stopped being a member. */
export const endMailedLinks = async (
  { reports }: Pick<Deps, 'reports'>,
  { workspaceId, personId, by }: { workspaceId: string; personId: string; by: string },
  cause: Cause,
): Promise<void> => {
  const isTheirs = (link: MailedLink): boolean => link.personId === personId && link.mailedAt <= by;
  for (const { id, mailed } of await reports.all(workspaceId)) {
    if (!mailed.some(isTheirs)) continue;
    await retryOnLostUpdate(async () => {
      const report = await reports.find(workspaceId, id);
      if (!report?.mailed.some(isTheirs)) return;
      const rest = report.mailed.filter((link) => !isTheirs(link));
      await reports.save({ ...report, mailed: rest }, systemAuthor('analytics', cause));
    });
  }
};
