/** What others know of the person who chooses a password. */
interface Known {
  email: string;
  name?: string;
}

/** Shorter words than that are in many a good password by chance. */
const shortestWord = 4;

/** The words of a text, with a blank around each: letters, or digits, that stand together. */
const wordsOf = (text: string): string => ` ${(text.toLowerCase().match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? []).join(' ')} `;

/** The same with `SteamEngine` as two words. */
const withHumps = (text: string): string => text.replace(/\p{Ll}(?=\p{Lu})/gu, '$& ');

/**
 * Whether a password is guessed before others: one of the commonest (`common`, in lower case), also with digits and
 * signs put around it, or one that has a name of the person or the local part of their address as words of its own: `team`
 * is not within `Steam-Engine`.
 */
export const guessable = (
  password: string,
  common: ReadonlySet<string>,
  { email, name = '' }: Known,
): 'common' | 'personal' | undefined => {
  const lower = password.toLowerCase();
  const word = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  if (common.has(lower) || common.has(word)) return 'common';
  const known = [email.split('@')[0] ?? '', ...name.normalize('NFC').split(/\s+/)];
  const phrases = [...known, ...known.flatMap((each) => each.match(/[\p{L}\p{M}]+/gu) ?? [])]
    .filter((each) => each.length >= shortestWord)
    .map(wordsOf);
  const spellings = [wordsOf(password), wordsOf(withHumps(password))];
  return phrases.some((phrase) => phrase.trim() !== '' && spellings.some((words) => words.includes(phrase)))
    ? 'personal'
    : undefined;
};
