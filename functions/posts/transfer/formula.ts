/**
 * What a spreadsheet may run as a formula (OWASP: CSV injection), also when it was made harmless once already. The signs of
 * full width are formulas to Excel in Japanese and Chinese.
 */
export const runsAsFormula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** The cell as it was before its leading apostrophe made it harmless: the exact inverse for every text. */
export const withoutApostrophe = (cell: string): string =>
  cell.startsWith("'") && runsAsFormula.test(cell) ? cell.slice(1) : cell;
