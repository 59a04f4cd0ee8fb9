import { readFile } from 'node:fs/promises';

/** The 10,000 commonest passwords, in lower case, from a file with one on each line. */
export const readCommonPasswords = async (file: URL): Promise<ReadonlySet<string>> => {
  const lines = (await readFile(file, 'utf8')).toLowerCase().split(/\r?\n/);
  return new Set(lines.filter((line) => line !== ''));
};
