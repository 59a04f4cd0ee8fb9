/**
 * Maximum number of combining marks on one letter. Languages need three, and the Stream-Safe Text Format (Unicode UAX
 * #15, section 13) allows 30; anything beyond is ornament.
 */
export const maxMarks = 100;

const isPiled = new RegExp(String.raw`\p{M}{${maxMarks + 1}}`, 'u');
const pieces = new RegExp(String.raw`\P{M}*\p{M}{1,${maxMarks}}|\P{M}+`, 'gu');

/**
 * Normalizes a text to NFC. Ordering the marks of one letter takes time quadratic in their number, so a run of more
 * than `maxMarks` is normalized in pieces. The result is then not quite NFC, but no post may contain such a text.
 */
export const composed = (text: string): string =>
  isPiled.test(text)
    ? (text.match(pieces) ?? []).map((piece) => piece.normalize('NFC')).join('')
    : text.normalize('NFC');
