import * as z from 'zod';
import type { Page } from '#shared/page.ts';
import type { Deps } from '../deps.ts';
import type { AuditLink } from '../domain/audit-chain.ts';
import { type Gathered, nothingGathered, withLink } from '../domain/compliance-entry.ts';
import type { ComplianceReport } from '../domain/compliance-report.ts';
import { topics } from './topics.ts';

const pageOfEvents = 100;

/**
 * Gathers the audit events of one topic in the report's period, continuing an earlier step. Stores its progress before
 * it returns. Returns false if time ran out.
 */
export const gather = async (
  deps: Pick<Deps, 'audit' | 'complianceReports'>,
  { workspaceId, id, from, to }: ComplianceReport,
  topic: number,
  mayGoOn: () => boolean,
): Promise<boolean> => {
  const { eventType, accepts = () => true } = topics[topic] ?? {};
  if (eventType === undefined) return true;
  let gathered = (await deps.complianceReports.gathered(workspaceId, id, topic)) ?? nothingGathered;
  while (!gathered.isWhole) {
    const request = {
      limit: pageOfEvents,
      cursor: gathered.cursor ?? undefined,
      scope: { task: 'compliance', id, topic: String(topic) },
    };
    const page = await readable(() =>
      deps.audit.list(workspaceId, { from, to, eventType, isOldestFirst: true }, request),
    );
    gathered = page ? withPage(gathered, page, accepts) : { ...gathered, isUnreadable: true, isWhole: true };
    if (!mayGoOn()) break;
  }
  await deps.complianceReports.keepGathered(workspaceId, id, topic, gathered);
  return gathered.isWhole;
};

const withPage = (gathered: Gathered, page: Page<AuditLink>, accepts: (link: AuditLink) => boolean): Gathered => ({
  ...page.items.filter(accepts).reduce(withLink, gathered),
  cursor: page.nextCursor,
  isWhole: page.nextCursor === null,
});

/** Undefined for unreadable rows, so that a broken trail still gets its report. */
const readable = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof z.ZodError) return undefined;
    throw error;
  }
};
