import type { FontFiles } from '../../domain/font-files.ts';
import type { ReportDocument } from './document.ts';

/** A report as a file. */
export interface RenderedReport {
  body: Buffer;
  /** Media type for HTTP. */
  contentType: string;
  /** Extension of the file's name, without a dot. */
  extension: string;
}

/** What a format may need in addition to the document. */
interface Setting {
  fonts: FontFiles;
}

interface Format {
  contentType: string;
  extension: string;
  render: (document: ReportDocument, setting: Setting) => Promise<Buffer>;
}

/** Each format loads its libraries on first use: most of them are heavy. */
const formats = {
  json: {
    contentType: 'application/json',
    extension: 'json',
    render: async (document) => (await import('./json.ts')).renderJson(document),
  },
  csv: {
    contentType: 'text/csv; charset=utf-8',
    extension: 'csv',
    render: async (document) => (await import('./csv.ts')).renderCsv(document),
  },
  xlsx: {
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
    render: async (document) => (await import('./xlsx.ts')).renderXlsx(document),
  },
  page: {
    contentType: 'text/html; charset=utf-8',
    extension: 'html',
    render: async (document) => (await import('./page.ts')).renderPage(document),
  },
  pdf: {
    contentType: 'application/pdf',
    extension: 'pdf',
    render: async (document, { fonts }) => (await import('./pdf.ts')).renderPdf(document, fonts),
  },
} satisfies Record<string, Format>;

/** The formats in which a report is made. */
export type ReportFormat = keyof typeof formats;

/**
 * Renders a report as a file.
 * @param document as `ReportDocument` parses it
 */
export const render = async (
  document: ReportDocument,
  format: ReportFormat,
  setting: Setting,
): Promise<RenderedReport> => {
  const { contentType, extension, render: body }: Format = formats[format];
  return { body: await body(document, setting), contentType, extension };
};
