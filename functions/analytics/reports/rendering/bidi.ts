/** The direction of a text, or of a part of it. */
export type Direction = 'ltr' | 'rtl';

/** A part of a text that runs in one direction, in the order in which it is read. */
export interface Directed {
  text: string;
  direction: Direction;
}

/** Letters that run from right to left (UAX 9: R and AL), in any of the scripts in use. */
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Signs that belong to a number when they touch it, and those that do so between two digits (UAX 9: W4, W5). */
const beside = /[#%°±‰\p{Sc}]/u;
const between = /[.,:/+-]/;

const mirrored = new Map(
  ['()', '[]', '{}', '<>', '«»', '‹›'].flatMap(([open = '', close = '']) => [
    [open, close],
    [close, open],
  ]),
);

/** L and R are letters of a direction, N a number; what is none of these takes the direction of what is around it. */
type Kind = 'L' | 'R' | 'N' | undefined;

const kindOf = (character: string): Kind => {
  if (/\p{Nd}/u.test(character)) return 'N';
  if (rightToLeft.test(character)) return 'R';
  return /\p{L}/u.test(character) ? 'L' : undefined;
};

/** The direction of the first letter; from left to right where there is none (UAX 9: P2, P3). */
export const directionOf = (text: string): Direction => {
  for (const character of text) {
    const kind = kindOf(character);
    if (kind === 'L' || kind === 'R') return kind === 'R' ? 'rtl' : 'ltr';
  }
  return 'ltr';
};

/**
 * A line in parts, from left to right as they are seen: the bidirectional algorithm of Unicode (UAX 9) without its control
 * characters, which are never drawn.
 * @param base direction of the paragraph that the line belongs to
 */
export const visualOrder = (line: string, base: Direction): Directed[] => {
  if (!rightToLeft.test(line)) return [{ text: line, direction: 'ltr' }];
  const characters = Array.from(line);
  const runs: { text: string; level: number }[] = [];
  for (const [at, level] of levelsOf(characters, base).entries()) {
    const character = characters[at] ?? '';
    const shown = level === 1 ? (mirrored.get(character) ?? character) : character;
    const last = runs.at(-1);
    if (last?.level === level) last.text += shown;
    else runs.push({ text: shown, level });
  }
  return reversedFrom(1, reversedFrom(2, runs)).map(({ text, level }) => ({
    text,
    direction: level === 1 ? 'rtl' : 'ltr',
  }));
};

/** How deep each character lies: 0 from left to right, 1 from right to left, 2 from left to right within that. */
const levelsOf = (characters: readonly string[], base: Direction): number[] => {
  const around = base === 'rtl' ? 'R' : 'L';
  const kinds = characters.map(kindOf);
  for (const [at, character] of characters.entries()) {
    const [before, after] = [kinds[at - 1], kinds[at + 1]];
    if (/\p{M}/u.test(character)) kinds[at] = before;
    else if (between.test(character) && before === 'N' && after === 'N') kinds[at] = 'N';
    else if (beside.test(character) && (before === 'N' || after === 'N')) kinds[at] = 'N';
  }
  let strong: Kind = around;
  for (const [at, kind] of kinds.entries()) {
    if (kind === 'L' || kind === 'R') strong = kind;
    else if (kind === 'N' && strong === 'L') kinds[at] = 'L';
  }
  const before = sidesOf(kinds, around);
  const after = sidesOf(kinds.toReversed(), around).toReversed();
  const left = base === 'rtl' ? 2 : 0;
  return kinds.map((kind, at) => {
    if (kind === 'N') return 2;
    if (kind !== undefined) return kind === 'R' ? 1 : left;
    return (before[at] === after[at] ? before[at] : around) === 'R' ? 1 : left;
  });
};

/** For each place the side that what came last before it stands for: a number counts as one from right to left (N1). */
const sidesOf = (kinds: readonly Kind[], around: 'L' | 'R'): ('L' | 'R')[] => {
  let side = around;
  return kinds.map((kind) => {
    if (kind !== undefined) side = kind === 'L' ? 'L' : 'R';
    return side;
  });
};

/** Each stretch that lies so deep, or deeper, is turned round (UAX 9: L2). */
const reversedFrom = <Run extends { level: number }>(level: number, runs: readonly Run[]): Run[] => {
  const turned: Run[] = [];
  let stretch: Run[] = [];
  for (const run of runs) {
    if (run.level >= level) stretch.unshift(run);
    else {
      turned.push(...stretch, run);
      stretch = [];
    }
  }
  return [...turned, ...stretch];
};
