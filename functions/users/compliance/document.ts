import type { Deps } from '../deps.ts';
import { keptSince } from '../domain/audit-retention.ts';
import type { Entry } from '../domain/compliance-entry.ts';
import type { ChainVerdict, ComplianceReport, ComplianceSummary } from '../domain/compliance-report.ts';
import type { Section } from '../domain/compliance-section.ts';
import { dormantDays, machinesNow, membersNow } from './team.ts';
import { topics } from './topics.ts';

/** Audit events of one section. All are counted, but only the first of each kind are listed. */
interface ListedSection {
  count: number;
  leftOut: number;
  /** Some rows were altered and could not be read. */
  isUnreadable: boolean;
  entries: Entry[];
}

export type ComplianceDocument = Awaited<ReturnType<typeof documentOf>>;

/** The content of a compliance report, as written to its JSON file. */
export const documentOf = async (
  deps: Deps,
  { id, workspaceId, from, to, changedBy: requestedBy }: ComplianceReport,
  chain: ChainVerdict,
) => {
  const [workspace, members, serviceAccounts, sections] = await Promise.all([
    deps.people.getWorkspace(workspaceId),
    membersNow(deps, workspaceId),
    machinesNow(deps, workspaceId),
    sectionsOf(deps, workspaceId, id),
  ]);
  const { auditRetentionDays, ...settings } = workspace.settings;
  return {
    report: { id, workspaceId, workspace: workspace.name, from, to, madeAt: deps.now().toISOString(), requestedBy },
    chain,
    mfa: { required: settings.requireMfa, ...shareOf(members.length, members.filter(({ hasMfa }) => hasMfa).length) },
    dormancy: { days: dormantDays, members: members.filter((member) => member.isDormant).length },
    members,
    serviceAccounts,
    settings,
    retention: { auditRetentionDays, keptSince: keptSince(deps.now(), auditRetentionDays) },
    sections,
  };
};

/** Rounded down, so that 100% means all members. */
const shareOf = (members: number, enrolled: number) => ({
  members,
  enrolled,
  percent: members === 0 ? 100 : Math.floor((enrolled * 100) / members),
});

const sectionsOf = async ({ complianceReports }: Deps, workspaceId: string, reportId: string) => {
  const sections: Record<Section, ListedSection> = {
    privilegedChanges: empty(),
    approvals: empty(),
    overrides: empty(),
    policyFindings: empty(),
    consents: empty(),
    exports: empty(),
    erasures: empty(),
  };
  for (const [place, { section }] of topics.entries()) {
    const gathered = await complianceReports.gathered(workspaceId, reportId, place);
    if (!gathered) throw new Error(`Topic ${place} of the report was not gathered`);
    const into = sections[section];
    into.count += gathered.count;
    into.leftOut += gathered.count - gathered.entries.length;
    into.isUnreadable ||= gathered.isUnreadable;
    into.entries.push(...gathered.entries);
  }
  for (const { entries } of Object.values(sections)) {
    entries.sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || one.sequence - other.sequence);
  }
  return sections;
};

const empty = (): ListedSection => ({ count: 0, leftOut: 0, isUnreadable: false, entries: [] });

/** The part of the document that is stored in the report entity. */
export const summaryOf = ({ chain, mfa, dormancy, sections }: ComplianceDocument): ComplianceSummary => {
  const { privilegedChanges, approvals, overrides, policyFindings, consents, exports, erasures } = sections;
  return {
    chain,
    members: mfa.members,
    membersWithMfa: mfa.enrolled,
    dormantMembers: dormancy.members,
    counts: {
      privilegedChanges: privilegedChanges.count,
      approvals: approvals.count,
      overrides: overrides.count,
      policyFindings: policyFindings.count,
      consents: consents.count,
      exports: exports.count,
      erasures: erasures.count,
    },
  };
};
