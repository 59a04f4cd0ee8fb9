/** Maximum length of the name of an Excel sheet, in UTF-16 units. */
const longest = 31;

/** Removes characters that Excel forbids, and apostrophes at the beginning and the end. */
const legal = (title: string): string => title.replace(/[[\]/\\:*?]/g, ' ').replace(/^[\s']+|[\s']+$/g, '');

/** Drops what the name is sorted by if it is too long: half of a metric's name could be another metric. */
const short = (name: string, length: number): string => (name.length > length ? name.replace(/ by .*$/, '') : name);

/**
 * Cuts a name to a number of UTF-16 units, after a word if that keeps most of it, never within a character; then makes
 * it legal again.
 */
const cut = (name: string, length: number): string => {
  let kept = '';
  for (const { segment } of new Intl.Segmenter('en').segment(name)) {
    if (kept.length + segment.length > length) break;
    kept += segment;
  }
  const lastWord = kept.lastIndexOf(' ');
  const isWithinWord = kept.length < name.length && name.charAt(kept.length) !== ' ' && lastWord > length / 2;
  return legal(isWithinWord ? kept.slice(0, lastWord) : kept);
};

/** Excel compares names without regard to case, and reserves `History` (Microsoft: Rename a worksheet). */
const reserved = 'history';

/** Returns names for sheets with these titles, in their order: legal in Excel, and unique. */
export const sheetNames = (titles: readonly string[]): string[] => {
  const taken = new Set([reserved]);
  return titles.map((title) => {
    const base = legal(title);
    for (let number = 1; ; number += 1) {
      const end = number === 1 ? '' : ` ${number}`;
      const name = (cut(short(base, longest - end.length), longest - end.length) || 'Sheet') + end;
      const key = name.normalize('NFKC').toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  });
};
