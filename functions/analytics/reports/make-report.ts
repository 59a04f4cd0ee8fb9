import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import { fileKeyOf, prefixOf, type Report } from '../domain/report.ts';
import type { ReportFormat } from '../domain/report-definition.ts';
import { documentOf } from './document-of.ts';
import { gather } from './gather.ts';
import { ReportDocument } from './rendering/document.ts';
import { render } from './rendering/render.ts';
import type { NamedWorkspace } from './report-data.ts';

type Needed = Pick<Deps, 'reports' | 'reportFiles' | 'rollUps' | 'posts' | 'accounts' | 'campaigns' | 'fonts' | 'now'>;

interface Step {
  workspaceId: string;
  reportId: string;
  workspace: NamedWorkspace;
  /** Files that earlier steps made. */
  made: Report['files'];
}

/**
 * Performs one step of making a report: the first builds its document and stores it as JSON, each of the next renders
 * another file from it, and the last marks the report as ready. A step can be repeated.
 */
export const makeReport = async (
  deps: Needed,
  { workspaceId, reportId, workspace, made }: Step,
  author: Author,
): Promise<{ isMore: boolean; made: Report['files'] }> => {
  const report = await deps.reports.find(workspaceId, reportId);
  if (!report || report.deletedAt !== null) {
    await deps.reportFiles.eraseSome(prefixOf({ workspaceId, id: reportId }));
    return { isMore: false, made };
  }
  if (report.status !== 'requested') return { isMore: false, made };
  const next = nextOf(report, made);
  if (next !== undefined) {
    const document =
      next === 'json' ? documentOf(report, await gather(deps, report, workspace)) : await kept(deps, report);
    const { body, contentType } = await render(document, next, { fonts: deps.fonts });
    await deps.reportFiles.write(fileKeyOf(report, next), contentType, body);
    return { isMore: true, made: [...made, { format: next, bytes: body.length }] };
  }
  const files = report.definition.formats.flatMap((format) => made.find((file) => file.format === format) ?? []);
  await deps.reports.save({ ...report, status: 'ready', files }, author);
  return { isMore: false, made };
};

/** Returns the format to make next: JSON first, from which the others are made. */
const nextOf = ({ definition: { formats } }: Report, made: Report['files']): ReportFormat | undefined => {
  const isMade = (format: ReportFormat): boolean => made.some((file) => file.format === format);
  return (['json', ...formats] as const).find((format) => !isMade(format));
};

const kept = async ({ reportFiles }: Pick<Deps, 'reportFiles'>, report: Report): Promise<ReportDocument> =>
  ReportDocument.parse(JSON.parse(await reportFiles.read(fileKeyOf(report, 'json'))));

/** Records that a report failed. */
export const giveUpReport = async (
  { reports }: Pick<Deps, 'reports'>,
  { workspaceId, reportId }: Pick<Step, 'workspaceId' | 'reportId'>,
  author: Author,
): Promise<void> => {
  const report = await reports.find(workspaceId, reportId);
  if (report?.status === 'requested' && report.deletedAt === null)
    await reports.save({ ...report, status: 'failed' }, author);
};
