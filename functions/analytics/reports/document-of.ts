import { metricInWords } from '../domain/metric-names.ts';
import type { Report } from '../domain/report.ts';
import type { ReportDefinition } from '../domain/report-definition.ts';
import { totalOf } from '../totals/cells.ts';
import { spanOf } from '../totals/period.ts';
import { notesOf } from './notes.ts';
import { ReportDocument } from './rendering/document.ts';
import type { ReportData } from './report-data.ts';
import { groupSections, postsSection, sortMetricOf, timeSections, totalsSection } from './sections.ts';
import { type ShownMetric, shownMetrics } from './shown-metrics.ts';

/** Builds the document of a report, which every format shows alike. Pure. */
export const documentOf = (
  { definition, period }: Pick<Report, 'definition' | 'period'>,
  data: ReportData,
): ReportDocument => {
  const metrics = shownMetrics(definition.metrics, definition.showsUsage);
  const { start, end } = spanOf(period);
  const sortedBy = metricInWords(sortMetricOf(definition));
  return ReportDocument.parse({
    title: definition.title,
    workspace: { ...data.workspace, ...(definition.colour !== null && { colour: definition.colour }) },
    period: {
      from: new Date(start).toISOString(),
      to: new Date(end).toISOString(),
      timeZone: period.timeZone,
    },
    madeAt: data.madeAt.toISOString(),
    sections: [
      totalsSection(metrics, data),
      ...definition.groupBy.flatMap((group) => sectionsOf(group, period, metrics, data)),
      ...postsSection(`Best posts by ${sortedBy}`, data.best, metrics),
      ...postsSection(`Weakest posts by ${sortedBy}`, data.weakest, metrics),
    ],
    notes: notesOf(totalOf(data.cells), definition),
  });
};

const sectionsOf = (
  group: ReportDefinition['groupBy'][number],
  period: Report['period'],
  metrics: readonly ShownMetric[],
  data: ReportData,
) => {
  switch (group) {
    case 'day':
    case 'week':
    case 'month':
      return timeSections(group, period, metrics, data);
    case 'account':
    case 'campaign':
    case 'variant':
      return groupSections(group, data.groups[group] ?? [], metrics);
  }
};
