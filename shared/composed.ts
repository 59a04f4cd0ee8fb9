/**
 * Maximum number of marks on one letter. Languages need three, and the Stream-Safe Text Format (Unicode UAX #15,
 * section 13) has 30; what is beyond is ornament.
 */
export const maxMarks = 100;

const isPiled = new RegExp(String.raw`\p{M}{${maxMarks + 1}}`, 'u');
const pieces = new RegExp(String.raw`\P{M}*\p{M}{1,${maxMarks}}|\P{M}+`, 'gu');

/**
 * The text in NFC. To order the marks of one letter takes a time that grows with the square of their number, so more than
 * `maxMarks` of them are composed by themselves: of such a text this is not quite NFC, and no post may hold one.
 */
export const composed = (text: string): string =>
  isPiled.test(text)
    ? (text.match(pieces) ?? []).map((piece) => piece.normalize('NFC')).join('')
    : text.normalize('NFC');
