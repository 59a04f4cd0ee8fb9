import twitterText from 'twitter-text';
import { composed, mostMarks } from '../../shared/composed.ts';
import type { Span, TextMeasure } from './domain/content.ts';
import { linksIn } from './links.ts';

/** Weights of X's configuration v3 (docs.x.com, "Counting characters"): 1 for these ranges, 2 for the rest. */
const lightRanges: readonly (readonly [number, number])[] = [
  [0x0000, 0x10ff],
  [0x2000, 0x200d],
  [0x2010, 0x201f],
  [0x2032, 0x2037],
];
const urlLength = 23;
const emojiLength = 2;

const isLight = (codePoint: number): boolean => lightRanges.some(([from, to]) => codePoint >= from && codePoint <= to);

/** What counts as one: a URL, an emoji or a letter. */
interface Unit extends Span {
  weight: number;
}

function* unitsOf(text: string, links: readonly Span[]): Generator<Unit> {
  let from = 0;
  for (const link of [...links, { start: text.length, end: text.length }]) {
    for (const { 0: found, index } of text.slice(from, link.start).matchAll(/\p{RGI_Emoji}|[^]/gv)) {
      // An emoji of one code point is none of the light ranges': it weighs what a heavy letter does.
      const letter = found.codePointAt(0) ?? 0;
      const isSequence = found.length > (letter > 0xffff ? 2 : 1);
      const weight = !isSequence && isLight(letter) ? 1 : emojiLength;
      yield { start: from + index, end: from + index + found.length, weight };
    }
    if (link.end > link.start) yield { ...link, weight: urlLength };
    from = link.end;
  }
}

/** From places in the text after NFC to places in the text as it was given. */
const placesIn = (raw: string, text: string): ((span: Span) => Span) => {
  if (raw === text) return (span) => span;
  // What composes lies within one grapheme.
  const starts: number[] = [];
  for (const { segment, index } of new Intl.Segmenter('und').segment(raw)) {
    const { length } = composed(segment);
    for (let unit = 0; unit < length; unit += 1) starts.push(index);
  }
  starts.push(raw.length);
  const at = (place: number): number => starts[place] ?? raw.length;
  return ({ start, end }) => ({ start: at(start), end: at(end) });
};

const piled = new RegExp(String.raw`\p{M}{${mostMarks + 1},}`, 'gu');

const placesOf = (pattern: RegExp, text: string): Span[] =>
  Array.from(text.matchAll(pattern), ({ 0: found, index }) => ({ start: index, end: index + found.length }));

/**
 * Measures a text as X counts it, after NFC. URLs are found by X's own twitter-text; emoji by Unicode's RGI_Emoji, since
 * twitter-text's table ends in 2018 and counts newer sequences too long. Places are in the text as it was given.
 * @param maxWeightedLength what the account may write, to find what is too much
 */
export const measureText = (raw: string, maxWeightedLength = Infinity): TextMeasure => {
  const text = composed(raw);
  const place = placesIn(raw, text);
  const links = linksIn(text).map(([start, end]) => ({ start, end }));
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
