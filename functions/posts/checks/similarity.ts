import { createHash } from 'node:crypto';
import { composed } from '#shared/composed.ts';
import { madeOnce } from '#shared/once.ts';

/**
 * Texts are compared by their words, without what a copy changes easily (X Developer Guidelines: "substantially
 * similar"). Everything here is deterministic: the keys written today must match those computed years later.
 */

/**
 * Roughly what X takes for a URL, without loading twitter-text: a path ends before letters that follow without a blank
 * (日本).
 */
const urlOf = (letter: string, inPath: string): RegExp =>
  new RegExp(
    String.raw`https?:\/\/(?:[a-z0-9._-]+|[^\s\/?#]+)(?::\d+)?(?:[\/?#][${inPath}\d!*'();:=+,.$\/?%#[\]\-_~@|&]*)?` +
      String.raw`|(?<![${letter}_@.\-])(?:[a-z0-9\-]+\.)+[a-z]{2,}(?:\/\S*)?`,
    'gu',
  );
const mention = /[@＠]\w{1,20}/g;

const ascii = { only: /^[\0-\x7f]*$/, url: urlOf('a-z0-9', 'a-z'), word: /[a-z0-9]+/g };

/** For all scripts. V8 takes 40 ms to compile them, so ASCII texts do without. */
const unicode = madeOnce(() => ({
  url: urlOf(String.raw`\p{L}\p{N}`, String.raw`\p{Script=Latin}\p{Script=Cyrillic}\p{M}–`),
  emoji: /\p{RGI_Emoji}/gv,
  /** In scripts without blanks between words, each letter counts as a word. */
  word: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}])+/gu,
}));

/** The words of a text: NFC, lower case, without URLs, mentions, emoji and punctuation. */
export const wordsOf = (text: string): string[] => {
  const plain = composed(text).toLowerCase();
  if (ascii.only.test(plain)) return plain.replace(ascii.url, ' ').replace(mention, ' ').match(ascii.word) ?? [];
  const { url, emoji, word } = unicode();
  return plain.replace(url, ' ').replace(mention, ' ').replace(emoji, ' ').match(word) ?? [];
};

/** What X compares: the text itself, composed and without surrounding white space. */
export const verbatimOf = (text: string): string => composed(text).trim();

/** The text as it is compared; one of only links, mentions and emoji is compared unchanged. */
export const foldOf = (text: string): string => wordsOf(text).join(' ') || verbatimOf(text);

/** Shorter texts are similar by chance ("Good morning, Berlin"): they count only if their words are the same. */
const fewestWords = 8;

/** Share of common word pairs from which two texts are nearly the same: 20 words with two changed, 10 with one. */
const nearFrom = 0.6;

/** The pairs of adjacent words. */
export const shinglesOf = (words: readonly string[]): Set<string> =>
  new Set(words.slice(1).map((each, place) => `${words[place] ?? ''} ${each}`));

/** How much two sets have in common, from 0 to 1 (Jaccard). */
export const jaccard = (some: ReadonlySet<string>, others: ReadonlySet<string>): number => {
  let common = 0;
  for (const each of some) if (others.has(each)) common += 1;
  const all = some.size + others.size - common;
  return all === 0 ? 0 : common / all;
};

/** FNV-1a over UTF-16 code units, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return hash >>> 0;
};

/** Applies the permutation `seed` to the number (the finalizer of MurmurHash3: a bijection of 32 bits). */
const permuted = (hash: number, seed: number): number => {
  let mixed = hash ^ Math.imul(seed + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

/**
 * 8 bands of 2: texts that share 60 % of their word pairs meet in a band in 97 of 100 cases, at 80 % in all but 1 of
 * 3,000.
 */
const bands = 8;
const rows = 2;

/** MinHash (Broder 1997): the share of equal positions in two signatures approximates the share of common shingles. */
export const signatureOf = (shingles: ReadonlySet<string>): number[] => {
  const hashes = Array.from(shingles, hashOf);
  return Array.from({ length: bands * rows }, (_, seed) =>
    hashes.reduce((least, hash) => Math.min(least, permuted(hash, seed)), 0xffffffff),
  );
};

const keyOfFold = (fold: string): string => `E${createHash('sha256').update(fold).digest('base64url').slice(0, 22)}`;

/** The key under which texts with the same words are found. */
export const exactKeyOf = (text: string): string => keyOfFold(foldOf(text));

/** Results by array of parts, kept as long as the array: each post has its own. */
export interface Look {
  verbatim: string;
  fold: string;
  /** Whether it is long enough to count as nearly the same as another. */
  isLong: boolean;
  /** Empty, like the signature, if the text is not long enough. */
  shingles: ReadonlySet<string>;
  signature: readonly number[];
  /** The keys under which it is found again: its words and, if it is long enough, each band of its signature. */
  keys: readonly string[];
}

const nothing: ReadonlySet<string> = new Set();

export const lookOf = (text: string): Look => {
  const verbatim = verbatimOf(text);
  const words = wordsOf(text);
  const fold = words.join(' ') || verbatim;
  const isLong = words.length >= fewestWords;
  const shingles = isLong ? shinglesOf(words) : nothing;
  const signature = isLong ? signatureOf(shingles) : [];
  const exact = verbatim === '' ? [] : [keyOfFold(fold)];
  return { verbatim, fold, isLong, shingles, signature, keys: [...exact, ...bandsOf(signature)] };
};

const bandsOf = (signature: readonly number[]): string[] =>
  Array.from({ length: signature.length / rows }, (_, band) => {
    const least = signature.slice(band * rows, (band + 1) * rows);
    return `${band}${least.map((each) => each.toString(36).padStart(7, '0')).join('')}`;
  });

/** The keys under which a text is found again. */
export const keysOf = (text: string): readonly string[] => lookOf(text).keys;

/** How many word pairs may still be compared; beyond that, the signatures decide. */
export interface Budget {
  shingles: number;
}

/** Enough for a thread of 25 parts of 40 words and fifty similar ones; a millisecond or two. */
export const comparing = (): Budget => ({ shingles: 50_000 });

/** Whether two texts that share a key are nearly the same. */
const isNear = (one: Look, other: Look, budget: Budget): boolean => {
  const cost = Math.min(one.shingles.size, other.shingles.size);
  if (cost < nearFrom * Math.max(one.shingles.size, other.shingles.size)) return false;
  if (cost <= budget.shingles) {
    budget.shingles -= cost;
    return jaccard(one.shingles, other.shingles) >= nearFrom;
  }
  const equal = one.signature.filter((least, place) => least === other.signature[place]).length;
  return equal >= nearFrom * one.signature.length;
};

/** The parts of a post, in the form in which others are compared with them. */
export interface Looks {
  looks: readonly Look[];
  verbatims: ReadonlySet<string>;
  folds: ReadonlySet<string>;
  /** The parts found under each key. */
  byKey: ReadonlyMap<string, readonly Look[]>;
}

/** By array of parts: each post has its own, and results are kept as long as the array exists. */
const known = new WeakMap<readonly { text: string }[], Looks>();

export const looksOf = (parts: readonly { text: string }[]): Looks => {
  const before = known.get(parts);
  if (before) return before;
  const looks = parts.map(({ text }) => lookOf(text));
  const said = looks.filter(({ verbatim }) => verbatim !== '');
  const byKey = new Map<string, Look[]>();
  for (const look of said) for (const key of look.keys) byKey.set(key, [...(byKey.get(key) ?? []), look]);
  const made = {
    looks,
    verbatims: new Set(said.map(({ verbatim }) => verbatim)),
    folds: new Set(said.map(({ fold }) => fold)),
    byKey,
  };
  known.set(parts, made);
  return made;
};

/**
 * How similar a text is to the most similar part of a post: identical, the same words, nearly the same words, or not
 * similar. Only texts that share a key can be nearly the same, as when posts are looked up.
 */
export const alikest = (
  look: Look,
  { verbatims, folds, byKey }: Looks,
  budget: Budget,
): 'verbatim' | 'same' | 'near' | undefined => {
  if (look.verbatim === '') return undefined;
  if (verbatims.has(look.verbatim)) return 'verbatim';
  if (folds.has(look.fold)) return 'same';
  const met = new Set(look.keys.flatMap((key) => byKey.get(key) ?? []));
  return [...met].some((other) => isNear(look, other, budget)) ? 'near' : undefined;
};
