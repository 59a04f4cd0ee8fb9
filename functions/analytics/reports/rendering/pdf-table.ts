import type { Element, Flow } from './pdf-flow.ts';
import { linesIn, padding, rowHeight, type RowLines, tableLayout } from './pdf-table-layout.ts';
import { lineHeight, type Typesetter } from './pdf-text.ts';
import type { ZoneClock } from './shown.ts';
import type { Grid } from './tabular.ts';

/** Maximum number of columns on a portrait page. */
export const mostUpright = 7;

interface Setting {
  pdf: PDFKit.PDFDocument;
  set: Typesetter;
  flow: Flow;
  clock: ZoneClock;
}

/** Draws a table over as many pages as it needs, each of which begins with the column headers. */
export const drawTable = ({ pdf, set, flow, clock }: Setting, parent: Element, grid: Grid) => {
  const { styles, head, linesOf, drawCell } = tableLayout(set, grid, clock, flow.box());
  const headHeight = rowHeight(linesIn(head), styles.head);

  const rule = (colour: string) => {
    const { left, right } = flow.box();
    flow.artifact('Layout', () => {
      pdf.moveTo(left, flow.top()).lineTo(right, flow.top()).lineWidth(0.5).stroke(colour);
    });
  };
  const drawHead = (place: number) => {
    drawCell(head[place] ?? [], place, styles.head, flow.top());
  };
  const endHead = () => {
    flow.space(headHeight);
    rule('#555555');
  };
  const nextPage = () => {
    flow.newPage();
    // For a screen reader the table has one header.
    flow.artifact('Pagination', () => {
      for (const place of head.keys()) drawHead(place);
    });
    endHead();
  };

  const elementIn = (of: Element, tag: string, options: PDFKit.Mixins.StructureElementOptions = {}): Element => {
    const element = pdf.struct(tag, options);
    of.add(element);
    return element;
  };

  /** Draws a row, in parts if it is taller than the rest of the page. */
  const drawRow = (row: Element, lines: RowLines) => {
    const cells = lines.map(() => elementIn(row, 'TD'));
    const count = linesIn(lines);
    const room = () => Math.floor((flow.bottom() - flow.top() - 2 * padding) / lineHeight(styles.body));
    if (count > room()) nextPage();
    for (let from = 0; from < count;) {
      const part = Math.min(count - from, Math.max(1, room()));
      for (const [place, cell] of cells.entries()) {
        const shown = lines[place]?.slice(from, from + part) ?? [];
        if (shown.length === 0) continue;
        flow.inside(cell, 'TD', () => {
          drawCell(shown, place, styles.body, flow.top());
        });
      }
      flow.space(rowHeight(part, styles.body));
      from += part;
      if (from < count) nextPage();
    }
    rule('#dddddd');
    row.end();
  };

  flow.need(headHeight + rowHeight(2, styles.body));
  const table = elementIn(parent, 'Table');
  const headGroup = elementIn(table, 'THead');
  const headRow = elementIn(headGroup, 'TR');
  for (const place of head.keys()) {
    const cell = elementIn(headRow, 'TH', { scope: 'Column' });
    flow.inside(cell, 'TH', () => {
      drawHead(place);
    });
  }
  headGroup.end();
  endHead();
  const body = elementIn(table, 'TBody');
  for (const row of grid.rows) drawRow(elementIn(body, 'TR'), linesOf(row));
  table.end();
};
