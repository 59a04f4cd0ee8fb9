import { costsOf, type Figure, figureOf, type Metric } from '../domain/figures.ts';
import { metricLabels } from '../domain/metric-names.ts';
import type { Sums } from '../domain/sums.ts';
import type { Column } from './rendering/sections.ts';
import type { Measured, NumberKind } from './rendering/value.ts';

/** A number that reports show: its label, its kind, and how it is read from the totals of posts. */
export interface ShownMetric {
  label: string;
  kind: NumberKind;
  read: (sums: Sums) => Measured;
}

/** Returns a number with its coverage, and whether it includes posts that X no longer shows. */
const measuredOf = ({ value, posts, availability }: Figure, { published, carriedForward }: Sums): Measured => ({
  value,
  availability,
  coverage: { measured: posts, total: published },
  carriedForward: value !== null && carriedForward > 0,
});

/** Returns a number that is known of every post. */
const counted = (value: number): Measured => ({ value, availability: 'available', carriedForward: false });

const shownMetric = (metric: Metric): ShownMetric => ({
  label: metricLabels[metric],
  kind: metric === 'engagement_rate' ? 'percent' : 'integer',
  read: (sums) => (metric === 'posts' ? counted(sums.published) : measuredOf(figureOf(sums, metric), sums)),
});

/** Costs of publishing, by X's published prices: for those who may read usage. */
const costs: readonly ShownMetric[] = [
  { label: 'Cost', kind: 'money', read: (sums) => counted(sums.costMicros) },
  {
    label: 'Cost per engagement',
    kind: 'money',
    read: (sums) => measuredOf(costsOf(sums).costPerEngagementMicros, sums),
  },
];

/** Returns the numbers that a report shows, in its order. */
export const shownMetrics = (metrics: readonly Metric[], showsUsage: boolean): ShownMetric[] => [
  ...metrics.map(shownMetric),
  ...(showsUsage ? costs : []),
];

/** Returns the columns of these numbers in a table. */
export const columnsOf = (metrics: readonly ShownMetric[]): Column[] =>
  metrics.map(({ label, kind }) => ({ label, kind }));
