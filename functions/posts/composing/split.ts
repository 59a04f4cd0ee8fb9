import { DomainError } from '#shared/errors.ts';
import { measureText } from '../checks/text-weight.ts';
import type { Span, TextMeasure } from '../domain/content.ts';
import { endsSentence, endsWell } from './part-ends.ts';

type Measure = typeof measureText;

/** A part of a thread, and its position in the text. */
export interface SplitPart {
  text: string;
  start: number;
  end: number;
  weightedLength: number;
}

interface Fit {
  maxWeightedLength: number;
  /** Appends " 1/5" to each part, if there are several. */
  numbering: boolean;
  /** Measures a text as X does. */
  measure?: Measure;
}

/** Maximum number of parts of a thread: that of a post. X has no limit. */
const maxParts = 25;
/** Weight of " 25/25". */
const numberLength = 6;

const refuse = (code: string, message: string, start: number, end: number): DomainError =>
  new DomainError('unprocessable', code, `The text ${message}.`, {
    fields: [{ path: 'body.text', code, message, start, end }],
  });

/**
 * Splits a text into parts that fit: at the ends of sentences, otherwise between words, and within a word only if it is
 * too long by itself. Never cuts a URL, an emoji or another grapheme; cuts after an abbreviation or before a closing
 * quote only if there is no other way. Only white space is left out between the parts.
 * @throws DomainError `empty_text`, `too_many_parts` with where the 26th would begin, `unsplittable` for a single
 *   grapheme that exceeds the limit
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

/** Where the text continues after white space. */
const startOf = (text: string, from: number): number => text.length - text.slice(from).trimStart().length;

/** The longest beginning of the rest that fits, by the best kind of cut it allows. */
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
      // The beginning of a word that is cut may be a URL, and weigh more than before.
      if (part.text !== '' && part.weightedLength <= most) return part;
    }
  }
  const message = `contains a single character that X counts as more than ${most}`;
  throw refuse('unsplittable', message, from, from + weighed.overflow.end);
};

/** Number of cuts nearest to the limit that are all tried. */
const nearestCuts = 8;

/**
 * Yields the cuts from the longest part to the shortest: each of the nearest ones, then in steps that double. If a cut
 * turns the beginning of a word into a link, one a few letters earlier does not.
 */
function* tried(cuts: readonly number[]): Generator<number> {
  for (let back = 1; back <= cuts.length; back += Math.max(1, back - nearestCuts)) yield cuts.at(-back) ?? 0;
  if (cuts.length > nearestCuts) yield cuts[0] ?? 0;
}

/** Longer than any URL that X recognizes. */
const longestUrl = 5_000;

/**
 * Measures the text, or enough of it to show what exceeds the limit: measuring all of a long text repeatedly is slow.
 */
const weighBeginning = (text: string, most: number, measure: Measure): TextMeasure => {
  const beginning = text.slice(0, 4 * most + longestUrl);
  const weighed = measure(beginning, most);
  const isEnough =
    beginning.length === text.length || (weighed.overflow && weighed.overflow.start + longestUrl <= beginning.length);
  return isEnough ? weighed : measure(text, most);
};

/** White space at which a line may break: not the blank in "10 km", which keeps the two together. */
const breakable = /[^\S\u00A0\u202F\uFEFF]+/g;

/**
 * Yields where the text can be cut, up to a position, the best cuts first: after sentences, after white space, between
 * words, and then, if nothing else is left, where a part does not end well, or within a word.
 * @param ahead links of the whole text, which are not cut either: some are no longer links without the words before
 *   them
 */
function* cutsOf(
  text: string,
  { links }: Pick<TextMeasure, 'links'>,
  ahead: readonly Span[],
  until: number,
): Generator<number[]> {
  // A sentence includes the white space after it, which may extend a little beyond the limit.
  const shown = text.slice(0, until + 2_000);
  const blanks = Array.from(shown.matchAll(/\s+/g), ({ 0: said, index }) => ({
    start: index,
    end: index + said.length,
  }));
  const graphemes = boundaries(shown, 'grapheme');
  const uncut = without(graphemes, links);
  const whole = new Set(without(uncut, ahead));
  /** The positions that end a grapheme and fit, not counting white space at the end. */
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

/** The positions that are not within any span. Both are in ascending order, and spans do not overlap. */
const without = (places: readonly number[], spans: readonly Span[]): number[] => {
  const ahead = inOrder(spans);
  return places.filter((place) => {
    const span = ahead(({ end }) => end > place);
    return !span || span.start >= place;
  });
};

/** Returns a function that finds the next item that fits, from the previous one on: one pass for queries in order. */
const inOrder = <Item>(items: readonly Item[]): ((fits: (item: Item) => boolean) => Item | undefined) => {
  let next = 0;
  return (fits) => {
    for (let item = items[next]; item && !fits(item); item = items[next]) next += 1;
    return items[next];
  };
};

/** UAX #29 has the same rules for all languages except Greek, whose question mark is a semicolon. */
const boundaries = (text: string, granularity: 'grapheme' | 'sentence' | 'word'): number[] => {
  const language = /\p{Script=Greek}/u.test(text) ? 'el' : 'und';
  return Array.from(new Intl.Segmenter(language, { granularity }).segment(text), ({ index }) => index);
};
