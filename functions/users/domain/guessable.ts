/** What others know of the person who chooses a password. */
interface Known {
  email: string;
  name?: string;
}

/** Shorter words than that are in many a good password by chance. */
const shortestWord = 4;

/**
 * Whether a password is guessed before others: one of the commonest (`common`, in lower case), also with digits and
 * signs put around it, or one that holds the person's name or the local part of their address.
 */
export const guessable = (
  password: string,
  common: ReadonlySet<string>,
  { email, name = '' }: Known,
): 'common' | 'personal' | undefined => {
  const lower = password.toLowerCase();
  const word = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  if (common.has(lower) || common.has(word)) return 'common';
  const words = [email.split('@')[0] ?? '', ...name.split(/\s+/)].map((each) => each.toLowerCase());
  return words.some((each) => each.length >= shortestWord && lower.includes(each)) ? 'personal' : undefined;
};
