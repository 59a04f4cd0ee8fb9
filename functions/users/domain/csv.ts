/** What spreadsheets take for a formula when a cell begins with it (OWASP: CSV injection). */
const formula = /^[=+\-@\t\r\n]/;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return formula.test(value) ? `'${value}` : value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
};

const cell = (value: unknown): string => `"${textOf(value).replaceAll('"', '""')}"`;

/** A line of CSV (RFC 4180), every cell quoted, none of them a formula. Objects are written as JSON. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(cell).join(',')}\r\n`;
