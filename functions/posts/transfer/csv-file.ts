import Papa from 'papaparse';
import { textColumns } from './csv-rows.ts';
import type { ExportRow } from './export-row.ts';
import { runsAsFormula } from './formula.ts';

/** Posts as a CSV file (RFC 4180) in which no cell is a formula. U+FEFF at its beginning tells Excel that it is UTF-8. */
export const csvFile = (rows: readonly ExportRow[]): string => {
  const cells = rows.map(({ parts, ...row }) => ({ ...row, ...partsOf(parts) }));
  const longest = Math.max(1, ...cells.map(({ texts }) => texts.length));
  const columns = textColumns.slice(0, longest);
  const fields = [
    ...['id', 'status', 'accountId', ...columns, 'thread', 'publishAt', 'timeZone'],
    ...['replySettings', 'madeWithAi', 'paidPartnership', 'publishedAt'],
  ];
  const data = cells.map(({ texts, ...row }) => {
    const named = new Map<string, unknown>(Object.entries(row));
    texts.forEach((text, at) => named.set(columns[at] ?? '', text));
    return fields.map((field) => named.get(field) ?? '');
  });
  return `\uFEFF${Papa.unparse({ fields, data }, { newline: '\r\n', escapeFormulae: runsAsFormula })}`;
};

/** Texts have columns of their own; what carries files or a poll is told as a whole. */
const partsOf = (parts: ExportRow['parts']): { texts: string[]; thread?: string } =>
  parts.every(({ mediaIds, poll }) => mediaIds.length === 0 && poll === null)
    ? { texts: parts.map(({ text }) => text) }
    : { texts: [], thread: JSON.stringify(parts) };
