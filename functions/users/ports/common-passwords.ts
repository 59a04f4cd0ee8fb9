import { readFile } from 'node:fs/promises';

/** Common passwords, which attackers try first. */
export interface CommonPasswords {
  /** Whether any of the words, in lower case, is a common password. */
  includeAny(words: readonly string[]): Promise<boolean>;
}

/** Loads the 10,000 most common passwords, in lower case, from a file with one per line. */
export const commonPasswordsFrom = async (file: URL): Promise<CommonPasswords> => {
  const lines = (await readFile(file, 'utf8')).toLowerCase().split(/\r?\n/);
  const passwords = new Set(lines.filter((line) => line !== ''));
  return { includeAny: async (words) => words.some((word) => passwords.has(word)) };
};
