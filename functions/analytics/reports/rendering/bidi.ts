import bidiFactory from 'bidi-js';

/** The direction of a text, or of a part of it. */
export type Direction = 'ltr' | 'rtl';

/** A part of a text in one direction, in reading order. */
export interface Directed {
  text: string;
  direction: Direction;
}

interface Run {
  text: string;
  level: number;
}

// The types are those of the ES module; Node loads the function itself.
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)();

const directionAt = (level: number): Direction => (level % 2 === 1 ? 'rtl' : 'ltr');

/** Returns the direction of a paragraph by its first letter (UAX 9: P2, P3). */
export const directionOf = (text: string): Direction =>
  directionAt(bidi.getEmbeddingLevels(text).paragraphs[0]?.level ?? 0);

/**
 * Splits a line into parts in visual order, from left to right (UAX 9).
 * @param base direction of the paragraph that the line belongs to
 */
export const visualOrder = (line: string, base: Direction): Directed[] => {
  const { levels } = bidi.getEmbeddingLevels(line, base);
  const mirrored = bidi.getMirroredCharactersMap(line, levels);
  const runs: Run[] = [];
  for (const [at, level] of levels.entries()) {
    const shown = mirrored.get(at) ?? line.charAt(at);
    const last = runs.at(-1);
    if (last?.level === level) last.text += shown;
    else runs.push({ text: shown, level });
  }
  let seen = runs;
  for (let level = levels.reduce((most, each) => Math.max(most, each), 0); level > 0; level -= 1) {
    seen = reversedFrom(level, seen);
  }
  return seen.map(({ text, level }) => ({ text, direction: directionAt(level) }));
};

/** Reverses each sequence of runs at this level or higher (UAX 9: L2). */
const reversedFrom = (level: number, runs: readonly Run[]): Run[] => {
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
