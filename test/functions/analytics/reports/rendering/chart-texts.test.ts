import { expect, test } from 'vitest';
import { textsOf, withoutTexts } from '#functions/analytics/reports/rendering/chart-texts.ts';
import { chartOf } from '#functions/analytics/reports/rendering/charts.ts';
import { bars, parsed, report } from './sample-report.ts';

const svg =
  '<svg viewBox="0 0 10 10"><g transform="translate(10,20)"><g transform="translate(1.5,2)"><path d="M0,0"/>' +
  '<text text-anchor="end" transform="translate(3,4) rotate(-90)" font-size="12px" font-weight="bold" fill="#123456">' +
  'a &lt;b&gt; &amp;amp;</text></g><text transform="translate(1,1)" opacity="0">hidden</text>' +
  '<text transform="translate(1,1)" font-size="11px">seen</text></g></svg>';

test('texts of a chart are found at the position that their groups give them, without hidden ones', () => {
  expect(textsOf(svg)).toEqual([
    {
      ...{ text: 'a <b> &amp;', x: 14.5, y: 26, angle: -90, anchor: 'end' },
      ...{ size: 12, isBold: true, colour: '#123456' },
    },
    { text: 'seen', x: 11, y: 21, angle: 0, anchor: 'start', size: 11, isBold: false, colour: '#000' },
  ]);
  expect(withoutTexts(svg)).not.toContain('<text');
  expect(withoutTexts(svg)).toContain('<path d="M0,0"/>');
});

test('all texts that Vega writes are found', async () => {
  const section = parsed({ ...bars, valueKind: 'money' });
  if (section.kind !== 'bars') throw new Error('not bars');
  const chart = await chartOf(section, report(), 'it');
  const texts = textsOf(chart);
  const written = chart.match(/<text /g)?.length ?? 0;
  expect(texts.length + (chart.match(/<text [^>]*opacity="0"/g)?.length ?? 0)).toBe(written);
  expect(texts.map(({ text }) => text)).toEqual(expect.arrayContaining(['08 to 12', 'USD 0.00034', 'USD']));
});
