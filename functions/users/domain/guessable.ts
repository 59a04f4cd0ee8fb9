/** Facts that others know about the person who chooses a password. */
interface Known {
  email: string;
  name?: string;
}

/** Shorter words than that are in many a good password by chance. */
const shortestWord = 4;

/** The words of a text, with a blank around each: runs of letters or of digits. */
const wordsOf = (text: string): string => ` ${(text.toLowerCase().match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? []).join(' ')} `;

/** The same with `SteamEngine` as two words. */
const withHumps = (text: string): string => text.replace(/\p{Ll}(?=\p{Lu})/gu, '$& ');

/** The forms of a password to look up among the commonest: all of it, and without the digits and signs around it. */
export const bareWords = (password: string): string[] => {
  const lower = password.toLowerCase();
  return [lower, lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')];
};

/**
 * Whether a password has a name of the person or the local part of their address as words of its own: `team` is not
 * within `Steam-Engine`.
 */
export const isPersonal = (password: string, { email, name = '' }: Known): boolean => {
  const known = [email.split('@')[0] ?? '', ...name.normalize('NFC').split(/\s+/)];
  const phrases = [...known, ...known.flatMap((each) => each.match(/[\p{L}\p{M}]+/gu) ?? [])]
    .filter((each) => each.length >= shortestWord)
    .map(wordsOf);
  const spellings = [wordsOf(password), wordsOf(withHumps(password))];
  return phrases.some((phrase) => phrase.trim() !== '' && spellings.some((words) => words.includes(phrase)));
};
