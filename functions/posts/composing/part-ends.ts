/**
 * Where a part of a thread can end so that it reads well. Intl.Segmenter (Unicode UAX #29) finds sentences, words and
 * graphemes, but knows no abbreviations: ECMA-402 gives no access to ICU's list of them.
 */

/**
 * Abbreviations that precede what they belong to, and end no sentence: lower case, without the full stop, by language.
 */
const beforeNames = [
  'mr mrs ms mx messrs dr prof rev hon st gen col lt sgt capt cmdr adm gov sen rep pres mt vs approx incl excl esp viz cf eg ie',
  'hr fr frl dipl ing geb gest ca bzw ggf evtl inkl exkl zzgl abzgl vgl sog bspw phil hl mio mrd tsd',
  'mme mlle mgr pr env sr sra srta dra dña lic arq av avda ud uds ej ee sig sigg dott avv geom eng exmo',
  'dhr mevr mw drs bijv ul np tzn tj inż např örn bkz sn δηλ βλ ул проф акад тыс млн млрд напр',
];
/** The same before a number: "No. 5", but "No. We stay." */
const beforeNumbers = [
  'no nos nr fig figs p pp vol vols ch chap sec art para tel ext op cap abs kap ziff bd str max min',
  'num núm pág págs pag blz nº č стр рис гл ст пп jan feb mar apr jun jul aug sep sept oct okt nov dec dez',
];
const oneOf = (rows: readonly string[]): string => rows.join(' ').replaceAll(' ', '|');

const wordStart = String.raw`(?<![\p{L}\p{M}\p{N}'’.-])`;
const isAbbreviation = new RegExp(
  [
    String.raw`${wordStart}(?:${oneOf(beforeNames)})\.$`,
    // Initials, and "z. B."
    String.raw`(?<![\p{L}\p{M}\p{N}'’.])\p{L}\.$`,
    // "e.g.", "z.B.", "bl.a.", "U.S."; "p.m." may end a sentence.
    String.raw`${wordStart}(?![ap]\.m\.)(?:\p{L}{1,2}\.){1,4}\p{L}{1,3}\.$`,
  ].join('|'),
  'iu',
);
const isNumbering = new RegExp(String.raw`${wordStart}(?:${oneOf(beforeNumbers)}|\p{L}{2,20}str)\.$`, 'iu');
const beginsWithNumber = /^(?:\p{N}|[IVXLC]+(?!\p{L}))/u;
/** "3. Oktober", "1. Go there": seldom the end of a sentence. */
const isOrdinal = /(?<![\p{L}\p{N}.,])\p{Nd}{1,2}\.$/u;

/** What belongs to the words after it: opening brackets, detached quotes, signs of a number or a name. */
const opens = /(?:\p{Ps}|(?<=^|\s|\p{Ps})[\p{Pi}"'„‚§№&+\p{Sc}]+|[#@＃＠])$/u;
/** The same directly before a word. */
const opensWord = /(?:[\p{Pi}"']|(?<=^|\s)\p{Pf})$/u;
/** What belongs to the words before it. */
const closes = /^(?:\p{Pe}|[\p{Pf}"'!?;:.,…%]+(?=\s|$)|[。、，．！？：；・؟،؛।॥۔])/u;
/** The same directly after a word. */
const closesWord = /^[\p{Pf}"'!?;:.,…%-]/u;

/** How much text is examined on either side. */
const nearby = 40;

/**
 * Whether a part that ends here leaves nothing open: it does not end with an abbreviation, or a bracket or quote just
 * opened.
 */
export const endsWell = (text: string, cutAt: number): boolean => {
  const before = text.slice(Math.max(0, cutAt - nearby), cutAt);
  const said = before.trimEnd();
  const next = text.slice(cutAt, cutAt + nearby).trimStart();
  if (opens.test(said) || closes.test(next)) return false;
  const isWithin = said.length === before.length;
  if (isWithin && ((opensWord.test(said) && /^[\p{L}\p{N}]/u.test(next)) || closesWord.test(next))) return false;
  if (isNumbering.test(said)) return !beginsWithNumber.test(next);
  return !isAbbreviation.test(said) && !(isOrdinal.test(said) && /^\p{L}/u.test(next));
};

/** Whether the end of a sentence by UAX #29 really is one: not within a name, nor after a quote within the sentence. */
export const endsSentence = (text: string, cutAt: number): boolean => {
  const before = text.slice(Math.max(0, cutAt - nearby), cutAt);
  const said = before.trimEnd();
  if (said.length === before.length && said.endsWith('.')) return false;
  return !(/[\p{Pe}\p{Pf}\p{Pi}"']$/u.test(said) && /^\p{Ll}/u.test(text.slice(cutAt)));
};
