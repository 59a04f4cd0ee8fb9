import { readFile } from 'node:fs/promises';

/** The commonest passwords, which attackers try first. */
export interface CommonPasswords {
  /** Whether any of the words, in lower case, is one of them. */
  includeAny(words: readonly string[]): Promise<boolean>;
}

/** The 10,000 commonest passwords, in lower case, from a file with one on each line. */
export const commonPasswordsFrom = async (file: URL): Promise<CommonPasswords> => {
  const lines = (await readFile(file, 'utf8')).toLowerCase().split(/\r?\n/);
  const passwords = new Set(lines.filter((line) => line !== ''));
  return { includeAny: async (words) => words.some((word) => passwords.has(word)) };
};
