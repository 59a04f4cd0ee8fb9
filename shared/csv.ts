/** Start of a CSV file, so that Excel reads it as UTF-8. */
const byteOrderMark = '\uFEFF';

/**
 * Text that a spreadsheet could run as a formula (OWASP: CSV injection). Also matches text that was already escaped, so
 * that unescaping is exact. Excel treats the full-width signs as formulas in Japanese and Chinese.
 */
const runsAsFormula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** Returns the text as a cell that no spreadsheet runs. */
const withApostrophe = (text: string): string => (runsAsFormula.test(text) ? `'${text}` : text);

/** Removes the apostrophe that `withApostrophe` added: its exact inverse for every text. */
export const withoutApostrophe = (cell: string): string =>
  cell.startsWith("'") && runsAsFormula.test(cell) ? cell.slice(1) : cell;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return withApostrophe(value);
  return value === null || value === undefined ? '' : JSON.stringify(value);
};

const cell = (value: unknown): string => `"${textOf(value).replaceAll('"', '""')}"`;

/** Returns a line of CSV (RFC 4180), every cell quoted, none of them a formula. Objects are written as JSON. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(cell).join(',')}\r\n`;

/** Returns these rows as a CSV file, or as the beginning of one. */
export const csvFile = (rows: readonly (readonly unknown[])[]): string => byteOrderMark + rows.map(csvLine).join('');
