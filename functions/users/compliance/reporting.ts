import type { Author } from '#shared/actor.ts';
import { verifyTrail } from '../audit/verify.ts';
import type { Deps } from '../deps.ts';
import {
  type ComplianceReport,
  contentTypes,
  fileKeyOf,
  type Progress,
  ReportForm,
} from '../domain/compliance-report.ts';
import { reportCsv } from './csv.ts';
import { type ComplianceDocument, documentOf, summaryOf } from './document.ts';
import { gather } from './gathering.ts';
import { reportPage } from './page.ts';
import { topics } from './topics.ts';

/** How long one step works, in milliseconds; the next one continues. */
const stepMs = 8_000;

interface Step {
  workspaceId: string;
  reportId: string;
  progress: Progress | null;
}

const begun: Progress = { from: null, place: null, chain: null, topic: 0 };

/**
 * Runs one step of creating a report: walks the audit chain, gathers the events of the period, and finally writes the
 * files. A repeated step continues from what the previous one stored.
 */
export const reportCompliance = async (
  deps: Deps,
  { workspaceId, reportId, progress }: Step,
  author: Author,
): Promise<{ isMore: boolean; progress: Progress | null }> => {
  const wanted = await deps.complianceReports.get(workspaceId, reportId);
  if (wanted.status !== 'requested') return { isMore: false, progress: null };
  const until = deps.now().getTime() + stepMs;
  const mayGoOn = () => deps.now().getTime() < until;
  const at = progress ?? begun;
  if (!at.chain) return { isMore: true, progress: await follow(deps, workspaceId, at, mayGoOn) };
  if (at.topic < topics.length) return { isMore: true, progress: await gatherFrom(deps, wanted, at, mayGoOn) };

  const document = await documentOf(deps, wanted, at.chain);
  await writeFiles(deps, wanted, document);
  await deps.complianceReports.save({ ...wanted, status: 'ready', summary: summaryOf(document) }, author);
  return { isMore: false, progress: null };
};

/** Walks the chain until the step's time is up. */
const follow = async (deps: Deps, workspaceId: string, at: Progress, mayGoOn: () => boolean): Promise<Progress> => {
  const { from: began, followed } = await verifyTrail(deps, workspaceId, { from: at.place ?? undefined, mayGoOn });
  const { verdict, place } = followed;
  const from = at.from ?? began.sequence;
  if (verdict === 'unfinished') return { ...at, from, place };
  const brokenAt =
    verdict === 'broken' ? { sequence: followed.sequence, eventId: followed.eventId, why: followed.why } : null;
  return { ...at, from, place: null, chain: { verdict, from, through: place.sequence, brokenAt } };
};

/** Gathers topics until the step's time is up. */
const gatherFrom = async (
  deps: Deps,
  wanted: ComplianceReport,
  at: Progress,
  mayGoOn: () => boolean,
): Promise<Progress> => {
  let { topic } = at;
  while (topic < topics.length && mayGoOn()) {
    if (!(await gather(deps, wanted, topic, mayGoOn))) break;
    topic += 1;
  }
  return { ...at, topic };
};

const writeFiles = async ({ auditFiles }: Deps, wanted: ComplianceReport, document: ComplianceDocument) => {
  const write: Record<ReportForm, (document: ComplianceDocument) => string> = {
    json: (given) => `${JSON.stringify(given, null, 2)}\n`,
    csv: reportCsv,
    html: reportPage,
  };
  for (const form of ReportForm.options) {
    await auditFiles.write(fileKeyOf(wanted, form), contentTypes[form], write[form](document));
  }
};

/** Records that a report failed. */
export const giveUpComplianceReport = async (
  { complianceReports }: Pick<Deps, 'complianceReports'>,
  { workspaceId, reportId }: Omit<Step, 'progress'>,
  author: Author,
) => {
  const wanted = await complianceReports.get(workspaceId, reportId);
  if (wanted.status === 'requested') await complianceReports.save({ ...wanted, status: 'failed' }, author);
};
