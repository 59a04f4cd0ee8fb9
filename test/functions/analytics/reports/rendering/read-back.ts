import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { PYTHON } from '#infra/local/emulator.ts';

/** The output of a Python script for a file. @throws Error with what the script prints when it fails */
const readBy = (script: string, file: Buffer, args: readonly string[] = []): unknown => {
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(import.meta.dirname, script), ...args], {
    input: file,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

const Cell = z.object({ value: z.union([z.string(), z.number(), z.null()]), type: z.string(), format: z.string() });
const Workbook = z.array(z.object({ name: z.string(), frozen: z.string().nullable(), rows: z.array(z.array(Cell)) }));

/** A workbook as openpyxl reads it: type `s` is a text, `n` a number, `d` a date, `f` a formula. */
export const readXlsx = (file: Buffer) => Workbook.parse(readBy('read_xlsx.py', file));

export interface StructureElement {
  type: string;
  alt: string;
  children: StructureElement[];
}
const StructureElement: z.ZodType<StructureElement> = z.lazy(() =>
  z.object({ type: z.string(), alt: z.string(), children: z.array(StructureElement) }),
);
const Pdf = z.object({
  isTagged: z.boolean(),
  language: z.string(),
  metadata: z.record(z.string(), z.string()),
  outline: z.array(z.string()),
  pages: z.array(
    z.object({
      width: z.number(),
      height: z.number(),
      text: z.string(),
      structure: z.array(StructureElement),
      /** Whether each is embedded. */
      fonts: z.record(z.string(), z.boolean()),
      /** Pixels of the rendered page by colour; only of the first pages. */
      colours: z.record(z.string(), z.number()).default({}),
      /** Dark pixels where each of the texts is, null if it is not on the page; only of the first pages. */
      dark: z.record(z.string(), z.number().nullable()).default({}),
    }),
  ),
});

/** A PDF as PDFium reads and renders it. @param wanted texts whose dark pixels are counted */
export const readPdf = (file: Buffer, wanted: readonly string[] = []) => Pdf.parse(readBy('read_pdf.py', file, wanted));
