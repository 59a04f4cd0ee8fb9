import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Metric } from '#functions/analytics/domain/figures.ts';
import type { PostState } from '#functions/analytics/domain/post-state.ts';
import { ReportDefinition, ReportGroup } from '#functions/analytics/domain/report-definition.ts';
import { addPost, noSums, type Sums } from '#functions/analytics/domain/sums.ts';
import { documentOf } from '#functions/analytics/reports/document-of.ts';
import type { NamedGroup, ReportData } from '#functions/analytics/reports/report-data.ts';
import { accountId, metricsOf } from '../harness.ts';

const november = { from: '2026-11-01', to: '2026-11-30', timeZone: 'UTC' };

const post = (count: number | null, changes: Partial<PostState> = {}): PostState => ({
  ...{ postId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V', accountId, campaignId: null, variant: null },
  ...{ publishedAt: '2026-11-20T10:00:00.000Z', latenessMs: 0, costMicros: 15_000 },
  availability: count === null ? 'delayed' : 'available',
  latest: count === null ? null : { measuredAt: '2026-11-25T10:00:00.000Z', metrics: metricsOf(count) },
  shortLinkClicks: null,
  isCarriedForward: false,
  standsStill: false,
  ...changes,
});

const sumsOf = (...posts: PostState[]): Sums => {
  const sums = noSums();
  for (const each of posts) addPost(sums, each);
  return sums;
};

const cell = (...posts: PostState[]) => ({ at: Date.parse('2026-11-20T10:00:00.000Z'), sums: sumsOf(...posts) });

const data = (parts: Partial<ReportData> = {}): ReportData => ({
  ...{
    workspace: { name: 'Bakery', colour: '#aa3300' },
    madeAt: new Date('2026-12-01T08:00:00Z'),
    cells: [],
    groups: {},
    best: [],
    weakest: [],
  },
  ...parts,
});

const build = (asked: object, given: Partial<ReportData>, period = november) => {
  const definition = ReportDefinition.parse({
    ...{ title: 'November', period: { kind: 'fixed', from: period.from, to: period.to } },
    ...asked,
  });
  return documentOf({ definition, period }, data(given));
};

const section = (document: ReturnType<typeof build>, title: string) =>
  document.sections.find((each) => each.title === title);

describe('the document of a report', () => {
  test('has the colour of the workspace, or its own', () => {
    expect(build({}, {}).workspace).toEqual({ name: 'Bakery', colour: '#aa3300' });
    expect(build({ colour: '#003366' }, {}).workspace).toEqual({ name: 'Bakery', colour: '#003366' });
  });

  test('gives the coverage of its numbers', () => {
    const carried = post(4, { isCarriedForward: true, availability: 'delayed' });
    const { sections, notes } = build({ metrics: ['likes', 'posts'] }, { cells: [cell(post(6), carried, post(null))] });
    expect(sections[0]).toMatchObject({
      figures: [
        {
          label: 'Likes',
          value: { value: 10, availability: 'available', carriedForward: true, coverage: { measured: 2, total: 3 } },
        },
        { label: 'Posts', value: { value: 3, carriedForward: false } },
      ],
    });
    expect(notes).toContain('Covers 3 posts published in this period, of which 2 could be measured.');
    expect(notes).toContain('X no longer shows 1 post: the last numbers count.');
    expect(notes.join(' ')).toContain('read between 2026-11-25 10:00 (UTC) and 2026-11-25 10:00 (UTC)');
  });

  test('notes deleted and withheld posts, and marks numbers that X does not provide', () => {
    const gone = post(null, { availability: 'deleted' });
    const hidden = post(null, { availability: 'withheld' });
    const { notes } = build({}, { cells: [cell(gone, hidden)] });
    expect(notes).toEqual(
      expect.arrayContaining([
        'X has not reported any numbers yet.',
        'Deleted on X: 1 post.',
        'Not shown by X: 1 post.',
      ]),
    );
    const unknown = post(3, { latest: { measuredAt: '2026-11-25T10:00:00.000Z', metrics: metricsOf(3, null) } });
    const { sections } = build({ metrics: ['link_clicks'] }, { cells: [cell(unknown)] });
    expect(sections[0]).toMatchObject({ figures: [{ value: { value: null, availability: 'unsupported' } }] });
  });

  test('names the metric by which its lists of posts are sorted', () => {
    const listed = [{ post: post(1), account: '@bakery', url: undefined }];
    const titlesOf = (metrics: string[]) =>
      build({ metrics }, { best: listed, weakest: listed }).sections.map(({ title }) => title);
    expect(titlesOf(['posts', 'link_clicks', 'likes'])).toEqual(
      expect.arrayContaining(['Best posts by link clicks', 'Weakest posts by link clicks']),
    );
    // Neither is known for a single post: then they are sorted by engagements.
    expect(titlesOf(['posts', 'short_link_clicks'])).toContain('Best posts by engagements');
  });

  test('explains short link clicks and costs only if it shows them', () => {
    const given = { cells: [cell(post(1))] };
    const clicks = 'Short link clicks are counted by the platform, not by X, and differ from link clicks.';
    const costs =
      "Costs of publishing the posts are calculated from X's published prices, in US dollars, without alt texts and subtitles.";
    const { notes } = build({ metrics: ['link_clicks', 'short_link_clicks'], showsUsage: true }, given);
    expect(notes).toEqual(expect.arrayContaining([clicks, costs]));
    const others = build({ metrics: ['link_clicks'] }, given).notes;
    expect(others).not.toContain(clicks);
    expect(others).not.toContain(costs);
  });

  test('puts the largest group first, those without a number last, and draws forty', () => {
    const groups: NamedGroup[] = [
      { name: 'none', sums: sumsOf(post(null)) },
      ...Array.from({ length: 45 }, (_, at) => ({ name: `@${at}`, sums: sumsOf(post(at)) })),
    ];
    const document = build({ metrics: ['likes'], groupBy: ['account'] }, { groups: { account: groups } });
    const bars = section(document, 'Likes by account');
    expect(bars).toMatchObject({ notes: ['The first 40 of 46 are drawn; the table has all.'] });
    expect(bars?.kind === 'bars' && bars.bars.length).toBe(40);
    const table = section(document, 'By account');
    const names = table?.kind === 'table' ? table.rows.map(([name]) => name) : [];
    expect([names[0], names.at(-1), names.length]).toEqual(['@44', 'none', 46]);
  });

  test('notes that there are too many groups to compare', () => {
    const document = build({ groupBy: ['campaign'] }, { groups: { campaign: 501 } });
    expect(section(document, 'By campaign')).toMatchObject({
      rows: [],
      notes: ['501 campaigns are too many to compare. Choose a shorter period, or filter by account.'],
    });
  });

  test('shows days, weeks and months of its time zone, without gaps, cut at the ends of the period', () => {
    const period = { from: '2026-10-24', to: '2026-11-03', timeZone: 'Europe/Berlin' };
    const late = { at: Date.parse('2026-10-25T22:45:00Z'), sums: sumsOf(post(7)) };
    const asked = { metrics: ['likes'], groupBy: ['day', 'week', 'month'], timeZone: 'Europe/Berlin' };
    const document = build(asked, { cells: [late] }, period);
    const rowsOf = (title: string) => {
      const table = section(document, title);
      return table?.kind === 'table' ? table.rows : [];
    };
    // Clocks are put back on that Sunday: 22:45 UTC is still its evening.
    expect(rowsOf('By day').find(([day]) => day === '2026-10-25')).toMatchObject(['2026-10-25', { value: 7 }]);
    expect(rowsOf('By day')).toHaveLength(11);
    expect(rowsOf('By week').map(([day]) => day)).toEqual(['2026-10-24', '2026-10-26', '2026-11-02']);
    expect(rowsOf('By month').map(([day]) => day)).toEqual(['2026-10-24', '2026-11-01']);
    expect(document.period).toMatchObject({ from: '2026-10-23T22:00:00.000Z', to: '2026-11-03T23:00:00.000Z' });
  });

  test('has at most 40 sections and shows costs only if asked to, whatever is selected', () => {
    const period = { from: '2025-10-27', to: '2026-11-30', timeZone: 'UTC' };
    const many: NamedGroup[] = Array.from({ length: 500 }, (_, at) => ({ name: `${at}`, sums: sumsOf(post(at)) }));
    const listed = Array.from({ length: 10 }, (_, at) => ({ post: post(at), account: '@bakery', url: undefined }));
    const given = { cells: [cell(post(1))], best: listed, weakest: listed };
    fc.assert(
      fc.property(
        fc.subarray([...Metric.options], { minLength: 1 }),
        fc.subarray([...ReportGroup.options], { maxLength: 3 }),
        fc.boolean(),
        (metrics, groupBy, showsUsage) => {
          const groups = { account: many, campaign: many, variant: many };
          const document = build({ metrics, groupBy, showsUsage }, { ...given, groups }, period);
          expect(document.sections.length).toBeLessThanOrEqual(40);
          expect(JSON.stringify(document).includes('"Cost"')).toBe(showsUsage);
        },
      ),
      {
        numRuns: 20,
        examples: [
          [[...Metric.options], ['account', 'campaign', 'variant'], true],
          [[...Metric.options], ['account', 'day', 'week'], true],
        ],
      },
    );
  });
});
