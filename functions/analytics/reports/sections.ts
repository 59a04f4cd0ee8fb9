import { localMoment } from '#shared/local-days.ts';
import { SortMetric } from '../domain/listed-posts.ts';
import type { ReportDefinition } from '../domain/report-definition.ts';
import { addPost, noSums, type Sums } from '../domain/sums.ts';
import { byBucket, totalOf } from '../totals/cells.ts';
import { bucketsOf, type Granularity, type Period } from '../totals/period.ts';
import { bounds } from './rendering/bounds.ts';
import type { BarsSection, FiguresSection, SeriesSection, TableSection } from './rendering/sections.ts';
import type { ListedPost, NamedGroup, ReportData } from './report-data.ts';
import { columnsOf, type ShownMetric } from './shown-metrics.ts';

type AnySection = FiguresSection | TableSection | SeriesSection | BarsSection;

/** Returns the totals of all posts of the report. */
export const totalsSection = (metrics: readonly ShownMetric[], { cells }: ReportData): FiguresSection => {
  const sums = totalOf(cells);
  return {
    kind: 'figures',
    title: 'In total',
    notes: [],
    figures: metrics.map(({ label, kind, read }) => ({ label, valueKind: kind, value: read(sums), note: '' })),
  };
};

/** Maximum number of charts for one grouping, so that no report is too long: its table has the other metrics. */
const maxCharts = 8;

const startDay = (start: number, timeZone: string): string => localMoment(new Date(start).toISOString(), timeZone).date;

/** Returns charts of metrics over time, and all metrics as a table. */
export const timeSections = (
  granularity: Exclude<Granularity, 'hour'>,
  period: Period,
  metrics: readonly ShownMetric[],
  { cells }: ReportData,
): AnySection[] => {
  const buckets = bucketsOf(period, granularity);
  const sums = byBucket(cells, buckets);
  const times = buckets.map(({ start }) => new Date(start).toISOString());
  const firstColumn = { day: 'Day', week: 'Week from', month: 'Month from' }[granularity];
  return [
    ...metrics.slice(0, maxCharts).map(({ label, kind, read }): AnySection => {
      const lines = [{ name: label, values: sums.map(read) }];
      return { kind: 'series', title: `${label} by ${granularity}`, notes: [], valueKind: kind, times, lines };
    }),
    {
      kind: 'table',
      title: `By ${granularity}`,
      notes: [],
      columns: [{ label: firstColumn, kind: 'text' }, ...columnsOf(metrics)],
      rows: sums.map((each, place) => [
        startDay(buckets[place]?.start ?? NaN, period.timeZone),
        ...metrics.map(({ read }) => read(each)),
      ]),
    },
  ];
};

/** Sorts groups by the first metric, highest first; those without a number come last. */
const inOrder = (groups: readonly NamedGroup[], [first]: readonly ShownMetric[]): NamedGroup[] => {
  const valueOf = (sums: Sums): number => first?.read(sums).value ?? -Infinity;
  return groups.toSorted((one, other) => {
    const [a, b] = [valueOf(one.sums), valueOf(other.sums)];
    return a === b ? one.name.localeCompare(other.name, 'en') : b - a;
  });
};

/**
 * Returns charts that compare groups by metric, and all metrics as a table.
 * @param groups a number: too many to read
 */
export const groupSections = (
  what: string,
  groups: readonly NamedGroup[] | number,
  metrics: readonly ShownMetric[],
): AnySection[] => {
  const columns: TableSection['columns'] = [
    { label: what.charAt(0).toUpperCase() + what.slice(1), kind: 'text' },
    ...columnsOf(metrics),
  ];
  const table = { kind: 'table' as const, title: `By ${what}`, columns };
  if (typeof groups === 'number') {
    const note = `${groups} ${what}s are too many to compare. Choose a shorter period, or filter by account.`;
    return [{ ...table, notes: [note], rows: [] }];
  }
  const ordered = inOrder(groups, metrics);
  const drawn = ordered.slice(0, bounds.bars);
  const notes =
    drawn.length < ordered.length
      ? [`The first ${drawn.length} of ${ordered.length} are drawn; the table has all.`]
      : [];
  return [
    ...metrics.slice(0, maxCharts).map(({ label, kind, read }): AnySection => {
      const bars = drawn.map(({ name, sums }) => ({ name, value: read(sums) }));
      return { kind: 'bars', title: `${label} by ${what}`, notes, valueKind: kind, bars };
    }),
    { ...table, notes: [], rows: ordered.map(({ name, sums }) => [name, ...metrics.map(({ read }) => read(sums))]) },
  ];
};

/**
 * Returns the metric that sorts a report's lists of posts: the first of its metrics that a single post can be sorted
 * by.
 */
export const sortMetricOf = ({ metrics }: ReportDefinition): SortMetric =>
  metrics.flatMap((metric) => SortMetric.safeParse(metric).data ?? [])[0] ?? 'engagements';

/** Returns a table of single posts; none if there are no posts. */
export const postsSection = (
  title: string,
  posts: readonly ListedPost[],
  metrics: readonly ShownMetric[],
): TableSection[] => {
  if (posts.length === 0) return [];
  const rows = posts.map(({ post, account, url }) => {
    const sums = noSums();
    addPost(sums, post);
    return [url ?? post.postId, account, post.publishedAt, ...metrics.map(({ read }) => read(sums))];
  });
  const columns: TableSection['columns'] = [
    { label: 'Post', kind: 'text' },
    { label: 'Account', kind: 'text' },
    { label: 'Published', kind: 'instant' },
    ...columnsOf(metrics),
  ];
  return [{ kind: 'table', title, notes: [], columns, rows }];
};
