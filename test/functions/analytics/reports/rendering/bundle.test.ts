import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { render } from '#functions/analytics/reports/rendering/render.ts';
import { bundleInto } from './bundled.ts';
import { readPdf, readXlsx } from './read-back.ts';
import { installedFonts, report } from './sample-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'reports-'));

beforeAll(async () => {
  await bundleInto(folder);
  writeFileSync(join(folder, 'document.json'), JSON.stringify(report()));
  writeFileSync(
    join(folder, 'main.mjs'),
    `import { readFileSync } from 'node:fs';
     import { fontFilesIn } from './fonts.mjs';
     import { render } from './render.mjs';
     const document = JSON.parse(readFileSync(new URL('document.json', import.meta.url), 'utf8'));
     const fonts = fontFilesIn(new URL('./', import.meta.url));
     process.stdout.write((await render(document, process.argv[2], { fonts })).body);`,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Rendered by the bundle in a separate process, in a folder without packages. */
const made = (format: string): Buffer =>
  execFileSync(process.execPath, ['main.mjs', format], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });

test.each(['json', 'csv', 'page'] as const)('the bundle renders %s exactly as the sources do', async (format) => {
  const { body } = await render(report(), format, { fonts: installedFonts });
  expect(made(format).equals(body)).toBe(true);
});

test('the bundle renders workbooks and PDFs', () => {
  expect(readXlsx(made('xlsx')).map(({ name }) => name)).toContain('Top posts');
  const pdf = readPdf(made('pdf'));
  expect(pdf.pages[0]?.text).toContain('November in numbers');
  expect(Object.values(pdf.pages[0]?.fonts ?? {})).toEqual([true, true]);
});
