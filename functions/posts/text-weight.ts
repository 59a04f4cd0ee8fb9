import twitterText from 'twitter-text';
import type { TextMeasure } from './domain/content.ts';

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

/**
 * The search for URLs takes time with the square of a run without spaces. A run longer than this is no URL that anybody
 * posts: it is counted letter by letter, which refuses early rather than late.
 */
const longestRun = 1024;

/** The text, with the same length, in which no run is longer than that. */
const searchable = (text: string): string =>
  text.replace(/\S+/g, (run) => (run.length > longestRun ? ' '.repeat(run.length) : run));

/**
 * Measures a text as X counts it, after NFC. URLs are found by X's own twitter-text; emoji by Unicode's RGI_Emoji, since
 * twitter-text's table ends in 2018 and counts newer sequences too long.
 */
export const measureText = (raw: string): TextMeasure => {
  const text = raw.normalize('NFC');
  const urls = twitterText.extractUrlsWithIndices(searchable(text));
  let rest = '';
  let from = 0;
  for (const { indices } of urls) {
    rest += text.slice(from, indices[0]);
    from = indices[1];
  }
  rest += text.slice(from);
  const emoji = rest.match(/\p{RGI_Emoji}/gv)?.length ?? 0;
  const letters = Array.from(rest.replace(/\p{RGI_Emoji}/gv, ''));
  const lettersLength = letters.reduce((sum, letter) => sum + (isLight(letter.codePointAt(0) ?? 0) ? 1 : 2), 0);
  return {
    weightedLength: urls.length * urlLength + emoji * emojiLength + lettersLength,
    cashtags: twitterText.extractCashtags(searchable(text)).length,
    hasForbiddenCharacters: /[\uFFFE\uFEFF\uFFFF]/.test(text),
  };
};
