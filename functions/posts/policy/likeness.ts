import { createHash } from 'node:crypto';

/**
 * How texts are compared: as words, without what a copy changes easily (X Developer Guidelines: "substantially similar").
 * Everything here is deterministic: what one function wrote another finds years later.
 */

const url = /https?:\/\/\S+|(?<![\p{L}\p{N}_@.-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?:\/\S*)?/gu;
const mention = /[@＠]\w{1,20}/g;
const emoji = /\p{RGI_Emoji}/gv;
/** Scripts without blanks between words: each letter counts as one. */
const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}])+/gu;

/** The words of a text: NFC, lower case, without URLs, mentions, emoji and punctuation. */
export const wordsOf = (text: string): string[] =>
  text.normalize('NFC').toLowerCase().replace(url, ' ').replace(mention, ' ').replace(emoji, ' ').match(word) ?? [];

/** What X compares: the text itself, composed and without blanks around it. */
export const verbatimOf = (text: string): string => text.normalize('NFC').trim();

/** The text as it is compared; a text of links, mentions and emoji alone is compared as it stands. */
export const foldOf = (text: string): string => wordsOf(text).join(' ') || verbatimOf(text);

/** Shorter texts are alike by chance ("Good morning, Berlin"): only as the same words do they count. */
const fewestWords = 8;

/** From this share of common word pairs two texts are nearly the same: 20 words with two changed, 10 with one. */
const nearFrom = 0.6;

/** The pairs of neighbouring words. */
export const shinglesOf = (words: readonly string[]): Set<string> =>
  new Set(words.slice(1).map((each, place) => `${words[place] ?? ''} ${each}`));

/** The share of what two sets have in common, from 0 to 1 (Jaccard). */
export const jaccard = (some: ReadonlySet<string>, others: ReadonlySet<string>): number => {
  const common = [...some].filter((each) => others.has(each)).length;
  const all = some.size + others.size - common;
  return all === 0 ? 0 : common / all;
};

/** How alike two texts are: the very same, the same words, nearly the same words, or not alike. */
export const likenessOf = (one: string, other: string): 'verbatim' | 'same' | 'near' | undefined => {
  if (verbatimOf(one) === verbatimOf(other)) return 'verbatim';
  if (foldOf(one) === foldOf(other)) return 'same';
  const [some, others] = [wordsOf(one), wordsOf(other)];
  if (some.length < fewestWords || others.length < fewestWords) return undefined;
  return jaccard(shinglesOf(some), shinglesOf(others)) >= nearFrom ? 'near' : undefined;
};

/** Whether a text is long enough to be nearly the same as another. */
export const isLong = (text: string): boolean => wordsOf(text).length >= fewestWords;

/** FNV-1a over UTF-16 units, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return hash >>> 0;
};

/** The number in the order of the permutation `seed` (the finaliser of MurmurHash3: a bijection of 32 bits). */
const permuted = (hash: number, seed: number): number => {
  let mixed = hash ^ Math.imul(seed + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

/** 8 bands of 2: of texts that share 60 % of their word pairs 97 in 100 meet in a band, of 80 % all but 1 in 3,000. */
const bands = 8;
const rows = 2;

/** MinHash (Broder 1997): the share of equal places in two signatures is about the share of common shingles. */
export const signatureOf = (shingles: ReadonlySet<string>): number[] => {
  const hashes = Array.from(shingles, hashOf);
  return Array.from({ length: bands * rows }, (_, seed) =>
    hashes.reduce((least, hash) => Math.min(least, permuted(hash, seed)), 0xffffffff),
  );
};

/** The key under which texts of the same words are found. */
export const exactKeyOf = (text: string): string =>
  `E${createHash('sha256').update(foldOf(text)).digest('base64url').slice(0, 22)}`;

/** The keys under which a text is found again: by its words, and where it is long enough by each band of its signature. */
export const keysOf = (text: string): string[] => {
  if (verbatimOf(text) === '') return [];
  const words = wordsOf(text);
  if (words.length < fewestWords) return [exactKeyOf(text)];
  const signature = signatureOf(shinglesOf(words));
  const ofBand = (band: number): string => {
    const least = signature.slice(band * rows, (band + 1) * rows);
    return `${band}${least.map((each) => each.toString(36).padStart(7, '0')).join('')}`;
  };
  return [exactKeyOf(text), ...Array.from({ length: bands }, (_, band) => ofBand(band))];
};
