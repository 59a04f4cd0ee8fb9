import { columnWidths } from './column-widths.ts';
import { type Line, lineHeight, type TextStyle, type Typesetter } from './pdf-text.ts';
import { isNumeric, shownCell, type ZoneClock } from './shown.ts';
import type { Grid } from './tabular.ts';

/** Between columns, in points. */
const gap = 8;

/** Above and below the lines of a row, in points. */
export const padding = 2.5;

/** The cells of a row: the lines of each. */
export type RowLines = readonly (readonly Line[])[];

/** How many of its rows tell how wide the columns of a long table have to be. */
const looked = 200;

/** How a table stands on a page: columns as wide as they need, with numbers flush right. Measures are in points. */
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
    /** Draws lines of a cell below each other. @param top of the row */
    drawCell: (lines: readonly Line[], place: number, style: TextStyle, top: number) => {
      for (const [at, line] of lines.entries()) {
        set.draw(line, style, { left: 0, ...placed[place], top: top + padding + at * lineHeight(style) });
      }
    },
  };
};

/** The height of a row of so many lines. */
export const rowHeight = (lines: number, style: TextStyle): number => lines * lineHeight(style) + 2 * padding;

/** How many lines the highest cell has. */
export const linesIn = (cells: RowLines): number => Math.max(...cells.map((lines) => lines.length));
