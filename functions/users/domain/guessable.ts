/** Facts that others know about the person who sets a password. */
interface Known {
  email: string;
  name?: string;
}

/** Shorter words occur in many good passwords by coincidence. */
const shortestWord = 4;

/** Returns the words of a text, runs of letters or of digits, with a space around each. */
const wordsOf = (text: string): string => ` ${(text.toLowerCase().match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? []).join(' ')} `;

/** Splits camel case, so that `SteamEngine` is two words. */
const withHumps = (text: string): string => text.replace(/\p{Ll}(?=\p{Lu})/gu, '$& ');

/**
 * Returns the forms of a password to look up among common ones: as is, and without leading and trailing non-letters.
 */
export const bareWords = (password: string): string[] => {
  const lower = password.toLowerCase();
  return [lower, lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')];
};

/**
 * Whether a password contains the person's name or the local part of their address as separate words: `team` does not
 * match `Steam-Engine`.
 */
export const isPersonal = (password: string, { email, name = '' }: Known): boolean => {
  const known = [email.split('@')[0] ?? '', ...name.normalize('NFC').split(/\s+/)];
  const phrases = [...known, ...known.flatMap((each) => each.match(/[\p{L}\p{M}]+/gu) ?? [])]
    .filter((each) => each.length >= shortestWord)
    .map(wordsOf);
  const spellings = [wordsOf(password), wordsOf(withHumps(password))];
  return phrases.some((phrase) => phrase.trim() !== '' && spellings.some((words) => words.includes(phrase)));
};
