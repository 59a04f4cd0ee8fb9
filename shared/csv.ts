/** What a CSV file begins with, so that Excel reads it as UTF-8. */
const byteOrderMark = '\uFEFF';

/**
 * What a spreadsheet may run as a formula (OWASP: CSV injection), also when it was made harmless once already, so that
 * undoing it is exact. The signs of full width are formulas to Excel in Japanese and Chinese.
 */
const runsAsFormula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** The text as a cell that no spreadsheet runs. */
const withApostrophe = (text: string): string => (runsAsFormula.test(text) ? `'${text}` : text);

/** The cell as it was before its leading apostrophe made it harmless: the exact inverse for every text. */
export const withoutApostrophe = (cell: string): string =>
  cell.startsWith("'") && runsAsFormula.test(cell) ? cell.slice(1) : cell;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return withApostrophe(value);
  return value === null || value === undefined ? '' : JSON.stringify(value);
};

const cell = (value: unknown): string => `"${textOf(value).replaceAll('"', '""')}"`;

/** A line of CSV (RFC 4180), every cell quoted, none of them a formula. Objects are written as JSON. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(cell).join(',')}\r\n`;

/** A CSV file, or its beginning, of these rows. */
export const csvFile = (rows: readonly (readonly unknown[])[]): string => byteOrderMark + rows.map(csvLine).join('');
