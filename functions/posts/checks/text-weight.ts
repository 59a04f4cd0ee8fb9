import { parse } from 'twemoji-parser';
import twitterText from 'twitter-text';
import { composed, maxMarks } from '#shared/composed.ts';
import { madeOnce } from '#shared/once.ts';
import type { Span, TextMeasure } from '../domain/content.ts';
import { weighedLinks } from './links.ts';

/** Weights of X's configuration v3 (docs.x.com, "Counting characters"): 1 for these ranges, 2 for the rest. */
const lightRanges: readonly (readonly [number, number])[] = [
  [0x0000, 0x10ff],
  [0x2000, 0x200d],
  [0x2010, 0x201f],
  [0x2032, 0x2037],
];
const urlLength = 23;
/** Weight of an emoji, or of a letter that is not light. */
const heavy = 2;

/**
 * Where texts are measured differently from twitter-text 3.1.0. There are no other differences: a test compares the two
 * over generated texts, and tries each of these examples.
 */
export const departures: readonly { what: string; examples: readonly string[]; reason: string; source: string }[] = [
  {
    what: 'an emoji that came with Emoji 12 or later weighs 2',
    // One of each kind and version: 12, 12.1, 13, 13.1, 14, 15, 15.1, 16, 17.
    examples: ['🧏🏽', '👩🏻‍🤝‍👩🏿', '🧑‍🚒', '🏳️‍⚧️', '❤️‍🔥', '🫱🏽‍🫲🏻', '🐦‍⬛', '🧑‍🧑‍🧒', '🇨🇶', '👯🏽'],
    reason: 'The table of twitter-text ends with Emoji 11 and takes later sequences for several emoji.',
    source: 'docs.x.com, "Counting characters": all emoji count as two characters; Unicode UTS #51, RGI_Emoji',
  },
  {
    what: 'a name of more than 127 labels is no link',
    examples: [`https://${'a.'.repeat(128)}com`],
    reason: 'There is no such name, and twitter-text takes the square of its length to look at it.',
    source: 'RFC 1035, section 2.3.4',
  },
  {
    what: 'a letter with more than 100 marks is not brought into NFC as a whole',
    examples: [`e${'\u0301'.repeat(100)}\u0323`],
    reason: 'Ordering the marks takes the square of their number; no post may hold such a letter.',
    source: 'Unicode UAX #15, section 13 (Stream-Safe Text Format: 30 marks)',
  },
];

/**
 * Emoji, except those that twitter-text has in its table without the variation selector: it weighs these as several.
 * Compiling it takes 20 ms. Each emoji has a character from U+203C (‼) on, so other texts do not need the pattern.
 */
const newerEmoji = madeOnce(() => /[\p{RGI_Emoji}--\q{♾️|👁️‍🗨️}]/gv);
const mayHoldEmoji = /[\u203C-\uFFFF]/;

const isLight = (codePoint: number): boolean => lightRanges.some(([from, to]) => codePoint >= from && codePoint <= to);

/** What counts as one: a URL, an emoji or a letter. */
interface Unit extends Span {
  weight: number;
}

/** Ends of emoji by start: those that twitter-text finds, and newer ones where they are longer. */
const emojiIn = (text: string): ReadonlyMap<number, number> => {
  if (!mayHoldEmoji.test(text)) return new Map();
  const ends = new Map(parse(text).map(({ indices: [start, end] }) => [start, end]));
  for (const { 0: found, index } of text.matchAll(newerEmoji())) {
    ends.set(index, Math.max(ends.get(index) ?? 0, index + found.length));
  }
  return ends;
};

function* unitsOf(text: string, links: ReturnType<typeof weighedLinks>): Generator<Unit> {
  const linkEnds = new Map(links.map(({ start, weighedTo }) => [start, weighedTo]));
  const emojiEnds = emojiIn(text);
  let start = 0;
  while (start < text.length) {
    const linkEnd = linkEnds.get(start);
    const emojiEnd = emojiEnds.get(start);
    const letter = text.codePointAt(start) ?? 0;
    const end = linkEnd ?? emojiEnd ?? start + (letter > 0xffff ? 2 : 1);
    const weight = emojiEnd === undefined && isLight(letter) ? 1 : heavy;
    yield { start, end, weight: linkEnd === undefined ? weight : urlLength };
    start = end;
  }
}

/** In UTF-16 code units. No letter is written with more; what is longer is ornament. */
const longestLetter = 32;

/** Splits a grapheme into pieces that compose independently: a link may end within it, before a joiner. */
const composing = (grapheme: string): string[] => {
  if (grapheme.length > longestLetter) return [grapheme];
  const whole = composed(grapheme);
  const pieces: string[] = [];
  let start = 0;
  for (let end = 1; end < grapheme.length; end += 1) {
    if (composed(grapheme.slice(0, end)) + composed(grapheme.slice(end)) !== whole) continue;
    pieces.push(grapheme.slice(start, end));
    start = end;
  }
  return [...pieces, grapheme.slice(start)];
};

/** Maps positions in the text after NFC to positions in the original text. */
const placesIn = (raw: string, text: string): ((span: Span) => Span) => {
  if (raw === text) return (span) => span;
  // Characters compose only within a grapheme.
  const starts: number[] = [];
  for (const { segment, index } of new Intl.Segmenter('und').segment(raw)) {
    let at = index;
    for (const piece of composing(segment)) {
      const { length } = composed(piece);
      for (let unit = 0; unit < length; unit += 1) starts.push(at + (length === piece.length ? unit : 0));
      at += piece.length;
    }
  }
  starts.push(raw.length);
  const at = (place: number): number => starts[place] ?? raw.length;
  return ({ start, end }) => ({ start: at(start), end: at(end) });
};

const piled = new RegExp(String.raw`\p{M}{${maxMarks + 1},}`, 'gu');

const placesOf = (pattern: RegExp, text: string): Span[] =>
  Array.from(text.matchAll(pattern), ({ 0: found, index }) => ({ start: index, end: index + found.length }));

/**
 * Measures a text as X counts it, after NFC: like X's own twitter-text, except for `departures`. Emoji are found with
 * the same parser that twitter-text uses. Positions are in the original text.
 * @param maxWeightedLength limit of the account, to find what exceeds it
 */
export const measureText = (raw: string, maxWeightedLength = Infinity): TextMeasure => {
  const text = composed(raw);
  const place = placesIn(raw, text);
  const links = weighedLinks(text);
  let weightedLength = 0;
  let overflow: Span | null = null;
  for (const { start, weight } of unitsOf(text, links)) {
    weightedLength += weight;
    if (weightedLength > maxWeightedLength) overflow ??= place({ start, end: text.length });
  }
  return {
    weightedLength,
    overflow,
    links: links.map((span) => ({ ...place(span), url: text.slice(span.start, span.end) })),
    cashtags: twitterText.extractCashtagsWithIndices(text).map(({ indices: [start, end] }) => place({ start, end })),
    forbidden: placesOf(/[\uFFFE\uFEFF\uFFFF]+/g, text).map(place),
    piledMarks: placesOf(piled, raw),
  };
};

/** Measures several texts: the port behind `Deps.measure`. */
export const measureTexts = async (texts: readonly string[], maxWeightedLength?: number): Promise<TextMeasure[]> =>
  texts.map((text) => measureText(text, maxWeightedLength));
