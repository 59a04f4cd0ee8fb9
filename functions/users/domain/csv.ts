/** What a CSV file begins with, so that Excel reads it as UTF-8. */
export const csvMark = '\uFEFF';

/** What spreadsheets take for a formula when a cell begins with it, of full width too (OWASP: CSV injection). */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return formula.test(value) ? `'${value}` : value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
};

const cell = (value: unknown): string => `"${textOf(value).replaceAll('"', '""')}"`;

/** A line of CSV (RFC 4180), every cell quoted, none of them a formula. Objects are written as JSON. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(cell).join(',')}\r\n`;
