/** Excel's longest name of a sheet, in UTF-16 units. */
const longest = 31;

/** Excel's forbidden characters, and apostrophes, which may stand neither first nor last. */
const legal = (title: string): string => title.replace(/[[\]/\\:*?]/g, ' ').replace(/^[\s']+|[\s']+$/g, '');

/** Without what it is sorted by, where that does not fit: half of a metric's name is another metric. */
const short = (name: string, length: number): string => (name.length > length ? name.replace(/ by .*$/, '') : name);

/** Cut to so many UTF-16 units, after a word where that leaves most of it, never within a character; then legal again. */
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

/** Excel compares names without regard to case, and keeps `History` for itself (Microsoft: Rename a worksheet). */
const reserved = 'history';

/** Names for sheets of these titles, in their order: legal in Excel, and no two alike. */
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
