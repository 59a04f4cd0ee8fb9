import { DomainError } from '#shared/errors.ts';
import { measureText } from '../checks/text-weight.ts';
import type { Span, TextMeasure } from '../domain/content.ts';
import { endsSentence, endsWell } from './part-ends.ts';

type Measure = typeof measureText;

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
  /** Measures a text as X does. */
  measure?: Measure;
}

/** The longest thread (X has no limit of its own; ours is the one of a post's parts). */
const maxParts = 25;
/** " 25/25", which weighs its letters. */
const numberLength = 6;

const refuse = (code: string, message: string, start: number, end: number): DomainError =>
  new DomainError('unprocessable', code, `The text ${message}.`, {
    fields: [{ path: 'body.text', code, message, start, end }],
  });

/**
 * The text as parts that each fit: cut at the ends of sentences, where none fits between words, and within a word only
 * where it alone is too long; never within a URL, an emoji or another grapheme, and behind an abbreviation or before what
 * closes a quote only where there is no other way. Between the parts there is nothing but white space.
 * @throws DomainError `empty_text`, `too_many_parts` with where the 26th would begin, `unsplittable` for a single
 *   grapheme that weighs too much
 */
export const splitIntoParts = (
  text: string,
  { maxWeightedLength, numbering, measure = measureText }: Fit,
): SplitPart[] => {
  if (text.trim() === '') throw refuse('empty_text', 'must not be empty', 0, text.length);
  const whole = cut(text, maxWeightedLength, measure);
  if (whole.length === 1 || !numbering) return whole;
  const parts = cut(text, maxWeightedLength - numberLength, measure);
  return parts.map((part, place) => ({ ...part, ...numbered(part.text, place + 1, parts.length, measure) }));
};

const numbered = (text: string, number: number, of: number, measure: Measure) => {
  const shown = `${text} ${number}/${of}`;
  return { text: shown, weightedLength: measure(shown).weightedLength };
};

const cut = (text: string, most: number, measure: Measure): SplitPart[] => {
  const parts: SplitPart[] = [];
  const { links } = measure(text);
  for (let from = startOf(text, 0); from < text.length;) {
    if (parts.length === maxParts) {
      throw refuse('too_many_parts', `needs more than ${maxParts} parts`, from, text.length);
    }
    const part = firstPart(text, from, most, measure, links);
    parts.push(part);
    from = startOf(text, part.end);
  }
  return parts;
};

/** Where the text goes on after white space. */
const startOf = (text: string, from: number): number => text.length - text.slice(from).trimStart().length;

/** The longest beginning of the rest that fits, by the best of the cuts that it has. */
const firstPart = (text: string, from: number, most: number, measure: Measure, links: readonly Span[]): SplitPart => {
  const rest = text.slice(from);
  const weighed = weighBeginning(rest, most, measure);
  const partOf = (cutAt: number): SplitPart => {
    const said = rest.slice(0, cutAt).trimEnd();
    return { text: said, start: from, end: from + said.length, weightedLength: measure(said).weightedLength };
  };
  if (!weighed.overflow) return partOf(rest.length);
  const ahead = links
    .filter(({ end }) => end > from)
    .map(({ start, end }) => ({ start: start - from, end: end - from }));
  for (const cuts of cutsOf(rest, weighed, ahead, weighed.overflow.start)) {
    for (const cutAt of tried(cuts)) {
      const part = partOf(cutAt);
      // What is cut off a word may be a URL by itself, and weigh more than it did.
      if (part.text !== '' && part.weightedLength <= most) return part;
    }
  }
  const message = `contains a single character that X counts as more than ${most}`;
  throw refuse('unsplittable', message, from, from + weighed.overflow.end);
};

/** Maximum number of cuts tried one by one. */
const nearestCuts = 8;

/**
 * The cuts from the longest part to the shortest: the nearest ones each, then at steps that double. Where cutting makes a
 * link of a word that was none, it is a few letters further down that it does not.
 */
function* tried(cuts: readonly number[]): Generator<number> {
  for (let back = 1; back <= cuts.length; back += Math.max(1, back - nearestCuts)) yield cuts.at(-back) ?? 0;
  if (cuts.length > nearestCuts) yield cuts[0] ?? 0;
}

/** No URL is longer, as far as X takes them. */
const longestUrl = 5_000;

/** The text measured, or so much of it as shows what is too much: measuring all of a long text again and again takes time. */
const weighBeginning = (text: string, most: number, measure: Measure): TextMeasure => {
  const beginning = text.slice(0, 4 * most + longestUrl);
  const weighed = measure(beginning, most);
  const isEnough =
    beginning.length === text.length || (weighed.overflow && weighed.overflow.start + longestUrl <= beginning.length);
  return isEnough ? weighed : measure(text, most);
};

/** White space at which a line may end: not the blank of "10 km" that keeps the two together. */
const breakable = /[^\S\u00A0\u202F\uFEFF]+/g;

/**
 * Where the text may be cut, up to a place, the best cuts first: after sentences, after white space, between words, and,
 * where nothing else is left, where a part does not end well, or within a word.
 * @param ahead the links of the whole text: what is no longer a link without the words before it is not cut either
 */
function* cutsOf(
  text: string,
  { links }: Pick<TextMeasure, 'links'>,
  ahead: readonly Span[],
  until: number,
): Generator<number[]> {
  // A sentence ends with the white space after it: a little further than what may be written.
  const shown = text.slice(0, until + 2_000);
  const blanks = Array.from(shown.matchAll(/\s+/g), ({ 0: said, index }) => ({
    start: index,
    end: index + said.length,
  }));
  const graphemes = boundaries(shown, 'grapheme');
  const uncut = without(graphemes, links);
  const whole = new Set(without(uncut, ahead));
  /** The places that are the ends of graphemes and of what may be written, white space at its end aside. */
  const among = (places: readonly number[], ends: ReadonlySet<number> = whole): number[] => {
    const next = inOrder(blanks);
    return places.filter((place) => {
      const blank = next((each) => each.end >= place);
      const end = blank && blank.start < place ? blank.start : place;
      return end <= until && place > 0 && place < text.length && ends.has(place);
    });
  };
  const well = (places: readonly number[]): number[] => places.filter((place) => endsWell(shown, place));
  yield well(among(boundaries(shown, 'sentence')).filter((place) => endsSentence(shown, place)));
  const gaps = among(Array.from(shown.matchAll(breakable), ({ 0: said, index }) => index + said.length));
  yield well(gaps);
  const words = among(boundaries(shown, 'word'));
  yield well(words);
  yield gaps;
  yield words;
  yield among(graphemes);
  yield among(graphemes, new Set(uncut));
}

/** The places of a rising row that lie in none of the spans, which do not overlap and rise as well. */
const without = (places: readonly number[], spans: readonly Span[]): number[] => {
  const ahead = inOrder(spans);
  return places.filter((place) => {
    const span = ahead(({ end }) => end > place);
    return !span || span.start >= place;
  });
};

/** Gives the first item that fits, each time from the one before on: one walk for all who ask in order. */
const inOrder = <Item>(items: readonly Item[]): ((fits: (item: Item) => boolean) => Item | undefined) => {
  let next = 0;
  return (fits) => {
    for (let item = items[next]; item && !fits(item); item = items[next]) next += 1;
    return items[next];
  };
};

/** The rules of UAX #29 are the same in all languages but Greek, whose question mark is a semicolon. */
const boundaries = (text: string, granularity: 'grapheme' | 'sentence' | 'word'): number[] => {
  const language = /\p{Script=Greek}/u.test(text) ? 'el' : 'und';
  return Array.from(new Intl.Segmenter(language, { granularity }).segment(text), ({ index }) => index);
};
