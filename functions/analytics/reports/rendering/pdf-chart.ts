import SVGtoPDF from 'svg-to-pdfkit';
import { type ChartText, textsOf, withoutTexts } from './chart-texts.ts';
import type { Element, Flow } from './pdf-flow.ts';
import type { Typesetter } from './pdf-text.ts';

const sizeOf = (svg: string): { width: number; height: number } => {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  if (width === undefined || height === undefined) throw new Error('A chart has no size');
  return { width: Number(width), height: Number(height) };
};

/** Charts are scaled to the width of the page. */
const scaleOf = (flow: Flow, size: { width: number; height: number }): number => flow.box().width / size.width;

/** The height of a chart on the page, in points. */
export const chartHeight = (flow: Flow, svg: string): number => {
  const size = sizeOf(svg);
  return size.height * scaleOf(flow, size);
};

interface Setting {
  pdf: PDFKit.PDFDocument;
  flow: Flow;
  set: Typesetter;
}

/** Share of a text that is left of its anchor. */
const before = { start: 0, middle: 0.5, end: 1 } as const;

const drawText = ({ pdf, set }: Setting, { text, x, y, angle, anchor, ...style }: ChartText) => {
  pdf.save().translate(x, y).rotate(angle);
  for (const line of set.wrap(text, style, Infinity)) {
    set.draw(line, style, { left: -line.width * before[anchor], top: -style.size });
  }
  pdf.restore();
};

/**
 * Draws a chart as a figure, as wide as the page allows.
 * @param svg drawn by Vega
 * @param words what it shows, for people who cannot see it
 * @throws Error if something cannot be drawn
 */
export const drawChart = (setting: Setting, parent: Element, svg: string, words: string) => {
  const { pdf, flow } = setting;
  const size = sizeOf(svg);
  const { left, width: room } = flow.box();
  const scale = scaleOf(flow, size);
  const height = size.height * scale;
  flow.need(height);
  const top = flow.top();
  const draw = () => {
    pdf.save().translate(left, top).scale(scale);
    SVGtoPDF(pdf, withoutTexts(svg), 0, 0, {
      ...size,
      assumePt: true,
      warningCallback: (warning) => {
        throw new Error(`A chart could not be drawn in the PDF: ${warning}`);
      },
    });
    // svg-to-pdfkit draws a text in a single font, and leaves out marks that have no width of their own.
    for (const text of textsOf(svg)) drawText(setting, text);
    pdf.restore();
  };
  const figure = pdf.struct('Figure', { alt: words, bbox: [left, top, left + room, top + height] });
  parent.add(figure);
  flow.inside(figure, 'Figure', draw);
  figure.end();
  flow.space(height);
};
