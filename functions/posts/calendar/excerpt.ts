import { beginningOf } from '#shared/text.ts';

/** Maximum length of an excerpt: half of a short post. */
const longest = 140;
/** How much of a long text is read: if it begins with a lot of white space, the excerpt has fewer words. */
const lookedAt = 2_000;

/** The first words of a text, on one line, at most 140 characters (UTF-16 code units). */
export const excerptOf = (text: string): string => {
  const begun = text.trim();
  const line = begun.slice(0, lookedAt).replace(/\s+/g, ' ');
  if (line.length <= longest && begun.length <= lookedAt) return line;
  const cut = beginningOf(line, longest - 1);
  // Cut at the last space, unless that is too far back.
  const space = cut.lastIndexOf(' ');
  const words = space > longest / 2 ? cut.slice(0, space) : cut;
  return `${words}…`;
};
