import { expect, test } from 'vitest';
import { bounds } from '#functions/analytics/reports/rendering/bounds.ts';
import { renderPdf } from '#functions/analytics/reports/rendering/pdf.ts';
import { readPdf } from './read-back.ts';
import { installedFonts, reportOf } from './sample-report.ts';

test('a PDF with the maximum number of rows includes the last one', async () => {
  const rows = Array.from({ length: bounds.rows }, (_, at) => [`Post ${at}`, at, at / bounds.rows]);
  const document = reportOf({
    ...{ kind: 'table', title: 'Many', rows },
    columns: [
      { label: 'Post', kind: 'text' },
      { label: 'Likes', kind: 'integer' },
      { label: 'Rate', kind: 'percent' },
    ],
  });
  const pdf = readPdf(await renderPdf(document, installedFonts));
  const last = pdf.pages.at(-1)?.text ?? '';
  expect(last).toContain(`Page ${pdf.pages.length}`);
  expect(
    pdf.pages
      .slice(-2)
      .map(({ text }) => text)
      .join(),
  ).toContain('Post 9999');
  expect(pdf.pages.every(({ text }) => text.includes('Likes'))).toBe(true);
});
