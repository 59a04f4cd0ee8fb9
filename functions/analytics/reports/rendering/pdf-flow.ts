import { type Line, lineHeight, type TextStyle, type Typesetter } from './pdf-text.ts';

/** An element of the document's structure. */
export type Element = PDFKit.PDFStructureElement;

/** In points. */
const margin = 48;
const footerHeight = 24;
const footerStyle: TextStyle = { size: 8, colour: '#555555' };

/**
 * Places content on pages, from top to bottom. All measures are in points. A page is written when the next one begins:
 * only one is kept in memory, so footers cannot show the number of pages.
 * @param title at the foot of every page
 */
export const pageFlow = (pdf: PDFKit.PDFDocument, set: Typesetter, title: string) => {
  let top = margin;
  let pages = 0;

  const bottom = () => pdf.page.height - margin - footerHeight;
  const box = () => ({ left: margin, width: pdf.page.width - 2 * margin, right: pdf.page.width - margin });

  let layout: 'portrait' | 'landscape' = 'portrait';

  /** Draws what is not content: rules, backgrounds, what repeats on each page (PDF/UA: artifacts). */
  const artifact = (type: 'Layout' | 'Pagination', drawn: () => void) => {
    pdf.markContent('Artifact', { type });
    drawn();
    pdf.endMarkedContent();
  };

  const drawFooter = () => {
    const { left, right, width } = box();
    const at = { left, top: pdf.page.height - margin };
    const [words] = set.wrap(title, footerStyle, width - 80);
    if (words) set.draw(words, footerStyle, at);
    for (const number of set.wrap(`Page ${pages}`, footerStyle, 80)) {
      set.draw(number, footerStyle, { ...at, flushRightTo: right });
    }
  };

  const newPage = () => {
    pdf.addPage({ size: 'A4', layout, margin: 0 });
    pages += 1;
    top = margin;
    artifact('Pagination', drawFooter);
  };

  /** Starts a new page if this one has another orientation. */
  const turn = (wanted: typeof layout) => {
    if (layout === wanted) return;
    layout = wanted;
    newPage();
  };

  /** Draws content of an element, which may continue on the next page. */
  const inside = (element: Element, tag: string, drawn: () => void) => {
    const content = pdf.markStructureContent(tag);
    drawn();
    pdf.endMarkedContent();
    element.add(content);
  };

  const space = (height: number) => {
    top += height;
  };

  /** Starts a new page if this height does not fit. */
  const need = (height: number) => {
    if (top + height > bottom() && top > margin) newPage();
  };

  const drawLine = (line: Line, style: TextStyle) => {
    set.draw(line, style, { left: margin, top });
    top += lineHeight(style);
  };

  /** Draws a paragraph or heading. `keep`: the height that has to fit below it on the same page. */
  const text = (parent: Element, tag: string, words: string, style: TextStyle, keep = 0) => {
    const lines = set.wrap(words, style, box().width);
    need(lines.length * lineHeight(style) + keep);
    const element = pdf.struct(tag);
    parent.add(element);
    for (const line of lines) {
      need(lineHeight(style));
      inside(element, tag, () => {
        drawLine(line, style);
      });
    }
    element.end();
  };

  return { inside, artifact, space, need, text, newPage, turn, box, bottom, top: () => top };
};

export type Flow = ReturnType<typeof pageFlow>;
