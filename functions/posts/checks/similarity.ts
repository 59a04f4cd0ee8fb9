import { createHash } from 'node:crypto';
import { composed } from '#shared/composed.ts';
import { madeOnce } from '#shared/once.ts';

/**
 * How texts are compared: as words, without what a copy changes easily (X Developer Guidelines: "substantially similar").
 * Everything here is deterministic: what one function wrote another finds years later.
 */

/** About what X takes for one, without loading twitter-text: a path ends before what follows it without a blank (日本). */
const urlOf = (letter: string, inPath: string): RegExp =>
  new RegExp(
    String.raw`https?:\/\/(?:[a-z0-9._-]+|[^\s\/?#]+)(?::\d+)?(?:[\/?#][${inPath}\d!*'();:=+,.$\/?%#[\]\-_~@|&]*)?` +
      String.raw`|(?<![${letter}_@.\-])(?:[a-z0-9\-]+\.)+[a-z]{2,}(?:\/\S*)?`,
    'gu',
  );
const mention = /[@＠]\w{1,20}/g;

const ascii = { only: /^[\0-\x7f]*$/, url: urlOf('a-z0-9', 'a-z'), word: /[a-z0-9]+/g };

/** For every script. V8 reads and compiles them for 40 ms, so a text in ASCII does without. */
const unicode = madeOnce(() => ({
  url: urlOf(String.raw`\p{L}\p{N}`, String.raw`\p{Script=Latin}\p{Script=Cyrillic}\p{M}–`),
  emoji: /\p{RGI_Emoji}/gv,
  /** Scripts without blanks between words: each letter counts as one. */
  word: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}])+/gu,
}));

/** The words of a text: NFC, lower case, without URLs, mentions, emoji and punctuation. */
export const wordsOf = (text: string): string[] => {
  const plain = composed(text).toLowerCase();
  if (ascii.only.test(plain)) return plain.replace(ascii.url, ' ').replace(mention, ' ').match(ascii.word) ?? [];
  const { url, emoji, word } = unicode();
  return plain.replace(url, ' ').replace(mention, ' ').replace(emoji, ' ').match(word) ?? [];
};

/** What X compares: the text itself, composed and without blanks around it. */
export const verbatimOf = (text: string): string => composed(text).trim();

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
  let common = 0;
  for (const each of some) if (others.has(each)) common += 1;
  const all = some.size + others.size - common;
  return all === 0 ? 0 : common / all;
};

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

const keyOfFold = (fold: string): string => `E${createHash('sha256').update(fold).digest('base64url').slice(0, 22)}`;

/** The key under which texts of the same words are found. */
export const exactKeyOf = (text: string): string => keyOfFold(foldOf(text));

/** A text as it is compared, worked out once. */
export interface Look {
  verbatim: string;
  fold: string;
  /** Whether it is long enough to be nearly the same as another. */
  isLong: boolean;
  /** Of a text that is long enough; else empty, as the signature. */
  shingles: ReadonlySet<string>;
  signature: readonly number[];
  /** The keys under which it is found again: by its words, and where it is long enough by each band of its signature. */
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

/** How much may still be compared word pair by word pair: beyond that, the signatures decide. */
export interface Budget {
  shingles: number;
}

/** For a thread of 25 parts of 40 words and fifty others like it; a millisecond or two. */
export const comparing = (): Budget => ({ shingles: 50_000 });

/** Whether two texts that met under a key are nearly the same. */
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

/** The parts of a post as others are compared with them. */
export interface Looks {
  looks: readonly Look[];
  verbatims: ReadonlySet<string>;
  folds: ReadonlySet<string>;
  /** By each key, what is found under it. */
  byKey: ReadonlyMap<string, readonly Look[]>;
}

/** A post's parts are an array of their own: what was worked out for one is kept as long as it is. */
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
 * How alike a text is to the part of a post that is most like it: the very same, the same words, nearly the same words, or
 * not alike. Nearly the same are those alone that share a key, as posts are found.
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
