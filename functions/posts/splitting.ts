import { DomainError } from '../../shared/errors.ts';
import type { TextMeasure } from './domain/content.ts';
import { measureText } from './text-weight.ts';

/** A part of a thread, and where in the text it comes from. */
export interface SplitPart {
  text: string;
  start: number;
  end: number;
  weightedLength: number;
}

interface Fit {
  maxWeightedLength: number;
  /** Adds " 1/5" to each of several parts. */
  numbering: boolean;
}

/** The longest thread (X has no limit of its own; ours is the one of a post's parts). */
const mostParts = 25;
/** " 25/25", which weighs its letters. */
const numberLength = 6;

const refuse = (code: string, message: string, start: number, end: number): DomainError =>
  new DomainError('unprocessable', code, `The text ${message}.`, {
    fields: [{ path: 'body.text', code, message, start, end }],
  });

/**
 * The text as parts that each fit: cut at the ends of sentences, where none fits between words, and within a word only
 * where it alone is too long; never within a URL, an emoji or another grapheme. Between the parts there is nothing but
 * white space.
 * @throws DomainError `empty_text`, `too_many_parts` with where the 26th would begin, `unsplittable` for a single
 *   grapheme that weighs too much
 */
export const splitIntoParts = (text: string, { maxWeightedLength, numbering }: Fit): SplitPart[] => {
  if (text.trim() === '') throw refuse('empty_text', 'must say something', 0, text.length);
  const whole = cut(text, maxWeightedLength);
  if (whole.length === 1 || !numbering) return whole;
  const parts = cut(text, maxWeightedLength - numberLength);
  return parts.map((part, place) => ({ ...part, ...numbered(part.text, place + 1, parts.length) }));
};

const numbered = (text: string, number: number, of: number) => {
  const shown = `${text} ${number}/${of}`;
  return { text: shown, weightedLength: measureText(shown).weightedLength };
};

const cut = (text: string, most: number): SplitPart[] => {
  const parts: SplitPart[] = [];
  for (let from = startOf(text, 0); from < text.length;) {
    if (parts.length === mostParts) {
      throw refuse('too_many_parts', `needs more than ${mostParts} parts`, from, text.length);
    }
    const part = firstPart(text, from, most);
    parts.push(part);
    from = startOf(text, part.end);
  }
  return parts;
};

/** Where the text goes on after white space. */
const startOf = (text: string, from: number): number => text.length - text.slice(from).trimStart().length;

/** The longest beginning of the rest that fits, by the best of the cuts that it has. */
const firstPart = (text: string, from: number, most: number): SplitPart => {
  const rest = text.slice(from);
  const weighed = weighBeginning(rest, most);
  const partOf = (cutAt: number): SplitPart => {
    const said = rest.slice(0, cutAt).trimEnd();
    return { text: said, start: from, end: from + said.length, weightedLength: measureText(said).weightedLength };
  };
  if (!weighed.overflow) return partOf(rest.length);
  for (const cuts of cutsOf(rest, weighed, weighed.overflow.start)) {
    for (const cutAt of cuts.reverse()) {
      const part = partOf(cutAt);
      // What is cut off a word may be a URL by itself, and weigh more than it did.
      if (part.text !== '' && part.weightedLength <= most) return part;
    }
  }
  const message = `holds a single sign that weighs more than ${most}`;
  throw refuse('unsplittable', message, from, from + weighed.overflow.end);
};

/** No URL is longer, as far as X takes them. */
const longestUrl = 5_000;

/** The text measured, or so much of it as shows what is too much: measuring all of a long text again and again takes time. */
const weighBeginning = (text: string, most: number): TextMeasure => {
  const beginning = text.slice(0, 4 * most + longestUrl);
  const weighed = measureText(beginning, most);
  const isEnough = weighed.overflow && weighed.overflow.start + longestUrl <= beginning.length;
  return isEnough ? weighed : measureText(text, most);
};

/** Where the text may be cut, up to a place: after sentences, after white space, between words, between graphemes. */
function* cutsOf(text: string, { links }: Pick<TextMeasure, 'links'>, until: number): Generator<number[]> {
  // A sentence ends with the white space after it: a little further than what may be written.
  const shown = text.slice(0, until + 2_000);
  const graphemes = new Set(boundaries(shown, 'grapheme'));
  const isWhole = (place: number): boolean =>
    graphemes.has(place) && !links.some(({ start, end }) => start < place && place < end);
  const fits = (place: number): boolean => place > 0 && place < text.length && isWhole(place);
  const upTo = (place: number): boolean => text.slice(0, place).trimEnd().length <= until && fits(place);
  yield boundaries(shown, 'sentence').filter(upTo);
  yield [...shown.matchAll(/\s+/g)].map(({ 0: blank, index }) => index + blank.length).filter(upTo);
  yield boundaries(shown, 'word').filter(upTo);
  yield [...graphemes].filter(upTo);
}

const boundaries = (text: string, granularity: 'grapheme' | 'sentence' | 'word'): number[] =>
  Array.from(new Intl.Segmenter('und', { granularity }).segment(text), ({ index }) => index);
