import * as z from 'zod';
import { AccountFacts, CampaignAccounts } from '#events/campaign-content.ts';
import { entityOf } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { CheckPart } from '../domain/check.ts';
import { LaunchReport } from '../domain/launch-report.ts';
import { documentStore } from './documents.ts';

/** How long check results are kept: as long as campaigns can be planned ahead. */
const keptDays = 400;

/** What a check found out about accounts and budgets. */
const CheckedWorkspace = CampaignAccounts.pick({ budget: true, appPostsPerDay: true }).extend({
  accounts: z.array(AccountFacts),
});
export type CheckedWorkspace = z.infer<typeof CheckedWorkspace>;

/** `workspace` is missing in older reports. */
const ReportHead = z.object({ parts: z.int(), version: z.string(), workspace: CheckedWorkspace.optional() });

/** Results of launch checks: their parts and reports. */
export interface CheckStore {
  /** @param checkId a check of the campaign, or the check of one of its launches */
  putPart(workspaceId: string, campaignId: string, checkId: string, part: CheckPart): Promise<void>;
  findPart(workspaceId: string, campaignId: string, checkId: string, part: number): Promise<CheckPart | undefined>;
  /** @throws Error if there is no such part */
  getPart(workspaceId: string, campaignId: string, checkId: string, part: number): Promise<CheckPart>;
  /** All parts, in order; none once they have expired. */
  parts(workspaceId: string, campaignId: string, checkId: string): Promise<CheckPart[]>;
  putReport(workspaceId: string, campaignId: string, report: LaunchReport, workspace: CheckedWorkspace): Promise<void>;
  /** The latest report; undefined if there is none. */
  report(workspaceId: string, campaignId: string): Promise<LaunchReport | undefined>;
  /** What the check of the latest report found out about accounts and budgets; undefined if there is none. */
  workspace(workspaceId: string, campaignId: string): Promise<CheckedWorkspace | undefined>;
}

const prefixOf = (campaignId: string, checkId: string): string => `CHECK#${campaignId}#${checkId}#`;
const partKey = (workspaceId: string, campaignId: string, checkId: string, part: number): Key => ({
  pk: workspaceId,
  sk: prefixOf(campaignId, checkId) + String(part).padStart(4, '0'),
});
const reportKey = (workspaceId: string, campaignId: string): Key => ({ pk: workspaceId, sk: `REPORT#${campaignId}` });

export const checkStore = (table: Table): CheckStore => {
  const documents = documentStore(table);
  const documentKey = (workspaceId: string, campaignId: string, version: string): Key => ({
    pk: workspaceId,
    sk: `REPORT_PART#${campaignId}#${version}`,
  });
  const findPart = async (workspaceId: string, campaignId: string, checkId: string, part: number) => {
    const item = await table.get(partKey(workspaceId, campaignId, checkId, part));
    return item && entityOf(CheckPart, item);
  };
  return {
    async putPart(workspaceId, campaignId, checkId, part) {
      await table.put({
        ...part,
        ...partKey(workspaceId, campaignId, checkId, part.part),
        ...{ type: 'check_part', workspaceId, campaignId, ttl: timeToLive(table.now(), keptDays * daySeconds) },
      });
    },
    findPart,
    async getPart(workspaceId, campaignId, checkId, part) {
      const found = await findPart(workspaceId, campaignId, checkId, part);
      if (!found) throw new Error(`The check ${checkId} has no part ${part}`);
      return found;
    },
    async parts(workspaceId, campaignId, checkId) {
      const items = await table.queryAll({
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :check)',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':check': prefixOf(campaignId, checkId) },
        ConsistentRead: true,
      });
      return items.map((item) => entityOf(CheckPart, item));
    },
    async putReport(workspaceId, campaignId, report, workspace) {
      const key = documentKey(workspaceId, campaignId, report.version);
      const parts = await documents.put(key, 'report_part', report);
      await table.put({
        ...reportKey(workspaceId, campaignId),
        ...{ type: 'report', workspaceId, campaignId, version: report.version, parts },
        workspace: CheckedWorkspace.parse(workspace),
      });
    },
    async report(workspaceId, campaignId) {
      const item = await table.get(reportKey(workspaceId, campaignId));
      if (!item) return undefined;
      const { version, parts } = ReportHead.parse(item);
      return LaunchReport.parse(await documents.get(documentKey(workspaceId, campaignId, version), parts));
    },
    async workspace(workspaceId, campaignId) {
      const item = await table.get(reportKey(workspaceId, campaignId));
      return item && ReportHead.parse(item).workspace;
    },
  };
};
