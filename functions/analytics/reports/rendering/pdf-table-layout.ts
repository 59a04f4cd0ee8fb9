import { columnWidths } from './column-widths.ts';
import { type Line, lineHeight, type TextStyle, type Typesetter } from './pdf-text.ts';
import { isNumeric, shownCell, type ZoneClock } from './shown.ts';
import type { Grid } from './tabular.ts';

/** Between columns, in points. */
const gap = 8;

/** Above and below the lines of a row, in points. */
export const padding = 2.5;

/** The lines of each cell of a row. */
export type RowLines = readonly (readonly Line[])[];

/** Rows of a long table that are measured for the widths of its columns. */
const looked = 200;

/** Lays out a table: columns as wide as they need, with numbers flush right. Measures are in points. */
export const tableLayout = (
  set: Typesetter,
  { columns, rows }: Grid,
  clock: ZoneClock,
  box: { left: number; width: number },
) => {
  const size = columns.length > 14 ? 6.5 : 8;
  const styles = { head: { size, isBold: true }, body: { size } } satisfies Record<string, TextStyle>;
  const labels = columns.map(({ label }) => label);
  const textsOf = (row: Grid['rows'][number]) =>
    columns.map(({ kind }, place) => shownCell(kind, row[place] ?? null, clock));

  const seen = rows.slice(0, looked).map(textsOf);
  const widths = columnWidths(
    labels.map((label, place) => [
      set.widthOf(label, styles.head) + gap,
      ...seen.map((texts) => set.widthOf(texts[place] ?? '', styles.body) + gap),
    ]),
    box.width,
  );
  const wrapped = (texts: readonly string[], style: TextStyle): RowLines =>
    texts.map((text, place) => set.wrap(text, style, (widths[place] ?? 0) - gap));

  let left = box.left;
  const placed = columns.map(({ kind }, place) => {
    const at = left;
    left += widths[place] ?? 0;
    return { left: at, flushRightTo: isNumeric(kind) ? left - gap : undefined };
  });

  return {
    styles,
    head: wrapped(labels, styles.head),
    linesOf: (row: Grid['rows'][number]): RowLines => wrapped(textsOf(row), styles.body),
    /** Draws the lines of a cell below each other. @param top of the row */
    drawCell: (lines: readonly Line[], place: number, style: TextStyle, top: number) => {
      for (const [at, line] of lines.entries()) {
        set.draw(line, style, { left: 0, ...placed[place], top: top + padding + at * lineHeight(style) });
      }
    },
  };
};

/** Returns the height of a row with this many lines. */
export const rowHeight = (lines: number, style: TextStyle): number => lines * lineHeight(style) + 2 * padding;

/** Returns the number of lines of the tallest cell. */
export const linesIn = (cells: RowLines): number => Math.max(...cells.map((lines) => lines.length));
