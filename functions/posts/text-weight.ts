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
 * The text, of the same length, without what can be no domain but takes twitter-text time that grows with the square of
 * its length: more labels than any real name has, and labels of over 63 characters (RFC 1035).
 */
const tame = (text: string): string =>
  text
    .replace(/[^\s/]+/g, (run) => (run.split(/\.+/).length > 20 ? run.replaceAll('.', ',') : run))
    .replace(/[^\s!"#$%&'()*+,./:;<=>?@[\]^`{|}~]{64,}/g, (run) =>
      run.replace(/[^ -~]/g, '<').replaceAll(/[-_]/g, 'a'),
    );

/** Where what X takes for links in a text begins and ends. */
export const linksIn = (text: string): (readonly [begin: number, end: number])[] =>
  twitterText.extractUrlsWithIndices(tame(text)).map(({ indices }) => indices);

/**
 * Measures a text as X counts it, after NFC. URLs are found by X's own twitter-text; emoji by Unicode's RGI_Emoji, since
 * twitter-text's table ends in 2018 and counts newer sequences too long.
 */
export const measureText = (raw: string): TextMeasure => {
  const text = raw.normalize('NFC');
  const urls = linksIn(text);
  let rest = '';
  let from = 0;
  for (const [begin, end] of urls) {
    rest += text.slice(from, begin);
    from = end;
  }
  rest += text.slice(from);
  const emoji = rest.match(/\p{RGI_Emoji}/gv)?.length ?? 0;
  const letters = Array.from(rest.replace(/\p{RGI_Emoji}/gv, ''));
  const lettersLength = letters.reduce((sum, letter) => sum + (isLight(letter.codePointAt(0) ?? 0) ? 1 : 2), 0);
  return {
    weightedLength: urls.length * urlLength + emoji * emojiLength + lettersLength,
    cashtags: twitterText.extractCashtags(text).length,
    hasForbiddenCharacters: /[\uFFFE\uFEFF\uFFFF]/.test(text),
  };
};
