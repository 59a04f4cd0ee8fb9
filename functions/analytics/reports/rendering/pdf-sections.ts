import { isDrawable, wordsOf } from './chart-words.ts';
import { chartOf } from './charts.ts';
import type { ReportDocument, Section } from './document.ts';
import { chartHeight, drawChart } from './pdf-chart.ts';
import type { Element, Flow } from './pdf-flow.ts';
import { drawTable, mostUpright } from './pdf-table.ts';
import type { TextStyle, Typesetter } from './pdf-text.ts';
import type { FiguresSection } from './sections.ts';
import { clockOf, shownReading } from './shown.ts';
import { type Grid, gridOf } from './tabular.ts';

/** What sections are drawn with. */
export interface Drawing {
  pdf: PDFKit.PDFDocument;
  set: Typesetter;
  flow: Flow;
}

/** Text styles. */
export const styles = {
  title: { size: 20, isBold: true },
  heading: { size: 13, isBold: true },
  body: { size: 9.5 },
  note: { size: 8, colour: '#555555' },
} as const satisfies Record<string, TextStyle>;

const gridOfFigures = ({ figures }: FiguresSection): Grid => {
  const labels = ['Figure', 'Value', ...(figures.some(({ note }) => note !== '') ? ['Note'] : [])];
  return {
    columns: labels.map((label) => ({ label, kind: 'text' })),
    rows: figures.map(({ label, valueKind, value, note }) =>
      [label, shownReading(valueKind, value), note].slice(0, labels.length),
    ),
  };
};

/**
 * How a section is drawn below its heading. `keep` returns the height that has to be free there, in points; it depends
 * on the page.
 */
interface Body {
  keep(): number;
  isWide?: boolean;
  draw(parent: Element): void;
}

const bodyOf = async (drawing: Drawing, section: Section, document: ReportDocument): Promise<Body> => {
  const { flow } = drawing;
  const { timeZone } = document.period;
  const none: Body = {
    keep: () => 0,
    draw: (parent) => {
      flow.text(parent, 'P', 'None.', styles.body);
    },
  };
  if (section.kind === 'series' || section.kind === 'bars') {
    if (!isDrawable(section)) return none;
    const svg = await chartOf(section, document, 'chart');
    return {
      keep: () => chartHeight(flow, svg),
      draw: (parent) => {
        drawChart(drawing, parent, svg, wordsOf(section, timeZone));
      },
    };
  }
  const grid = section.kind === 'figures' ? gridOfFigures(section) : gridOf(section);
  if (grid.rows.length === 0) return none;
  return {
    keep: () => 40,
    isWide: grid.columns.length > mostUpright,
    draw: (parent) => {
      drawTable({ ...drawing, clock: clockOf(timeZone) }, parent, grid);
    },
  };
};

/** Draws a section with its heading and notes, and adds it to the document's structure and outline. */
export const drawSection = async (drawing: Drawing, root: Element, section: Section, document: ReportDocument) => {
  const { pdf, flow } = drawing;
  const body = await bodyOf(drawing, section, document);
  flow.turn(body.isWide ? 'landscape' : 'portrait');
  flow.space(14);
  const part = pdf.struct('Sect', { title: section.title });
  root.add(part);
  flow.text(part, 'H2', section.title, styles.heading, body.keep());
  pdf.outline.addItem(section.title);
  flow.space(4);
  body.draw(part);
  flow.space(4);
  for (const note of section.notes) flow.text(part, 'P', note, styles.note);
  part.end();
};
