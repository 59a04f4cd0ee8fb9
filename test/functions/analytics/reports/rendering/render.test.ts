import { expect, test } from 'vitest';
import { ReportDocument } from '#functions/analytics/reports/rendering/document.ts';
import { render } from '#functions/analytics/reports/rendering/render.ts';
import { installedFonts, report } from './sample-report.ts';

test.each([
  ['json', 'application/json', 'json', '{"title"'],
  ['csv', 'text/csv; charset=utf-8', 'csv', '\uFEFF"November'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx', 'PK'],
  ['page', 'text/html; charset=utf-8', 'html', '<!doctype html>'],
  ['pdf', 'application/pdf', 'pdf', '%PDF-1.7'],
] as const)('%s is rendered with its content type and extension', async (format, contentType, extension, begins) => {
  const file = await render(report(), format, { fonts: installedFonts });
  expect(file).toMatchObject({ contentType, extension });
  expect(file.body.toString().startsWith(begins)).toBe(true);
});

test('JSON parses to the same document', async () => {
  const { body } = await render(report(), 'json', { fonts: installedFonts });
  expect(ReportDocument.parse(JSON.parse(body.toString()))).toEqual(report());
});

test('the same document gives the same PDF', async () => {
  const [one, other] = await Promise.all([1, 2].map(() => render(report(), 'pdf', { fonts: installedFonts })));
  expect(one?.body.equals(other?.body ?? Buffer.of())).toBe(true);
});
