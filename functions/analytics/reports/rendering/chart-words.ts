import { extent } from 'simple-statistics';
import type { BarsSection, SeriesSection } from './sections.ts';
import { clockOf, nothing, shownNumber, shownReading } from './shown.ts';
import { type NumberKind, numberOf, type Reading } from './value.ts';

const numbersOf = (values: readonly Reading[]): number[] => values.map(numberOf).filter((value) => value !== null);

const lineWords = (kind: NumberKind, name: string, values: readonly Reading[]): string => {
  const numbers = numbersOf(values);
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (first === undefined || last === undefined) return `${name}: no values.`;
  const shown = (number: number) => shownNumber(kind, number);
  const [low, high] = extent(numbers);
  return `${name}: first ${shown(first)}, last ${shown(last)}, lowest ${shown(low)}, highest ${shown(high)}.`;
};

/** Describes a chart in words, for people who cannot see it. */
export const wordsOf = (section: SeriesSection | BarsSection, timeZone: string): string => {
  if (section.kind === 'bars') {
    const bars = section.bars.map(({ name, value }) => `${name}: ${shownReading(section.valueKind, value)}`);
    return `Bar chart. ${bars.join('; ')}.`;
  }
  const { times, lines, valueKind } = section;
  const { shown } = clockOf(timeZone);
  const [from = nothing, to = nothing] = [times[0], times.at(-1)].map((time) => time && shown(time));
  const each = lines.map(({ name, values }) => lineWords(valueKind, name, values));
  return [`Line chart from ${from} to ${to}.`, ...each].join(' ');
};

/** Whether there is anything to draw. */
export const isDrawable = (section: SeriesSection | BarsSection): boolean =>
  section.kind === 'bars'
    ? numbersOf(section.bars.map(({ value }) => value)).length > 0
    : section.lines.some(({ values }) => numbersOf(values).length > 0);
