import { beginningOf } from '#shared/text.ts';

/** Characters of a post's text in a calendar: half of a short post. */
const longest = 140;
/** Of a long text so much is looked at: one that has more white space at its beginning shows fewer words. */
const lookedAt = 2_000;

/** The first words of a text, on one line, 140 characters (UTF-16 units) at most. */
export const excerptOf = (text: string): string => {
  const begun = text.trim();
  const line = begun.slice(0, lookedAt).replace(/\s+/g, ' ');
  if (line.length <= longest && begun.length <= lookedAt) return line;
  const cut = beginningOf(line, longest - 1);
  // At the last space where there is one not too far back.
  const space = cut.lastIndexOf(' ');
  const words = space > longest / 2 ? cut.slice(0, space) : cut;
  return `${words}…`;
};
