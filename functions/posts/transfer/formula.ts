/** What a spreadsheet may run as a formula (OWASP: CSV injection), also when it was made harmless once already. */
export const runsAsFormula = /^'*[=+\-@\t\r\n]/;

/** The cell as it was before its leading apostrophe made it harmless: the exact inverse for every text. */
export const withoutApostrophe = (cell: string): string =>
  cell.startsWith("'") && runsAsFormula.test(cell) ? cell.slice(1) : cell;
