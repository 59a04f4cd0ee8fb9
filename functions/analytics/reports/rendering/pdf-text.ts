import LineBreaker from 'linebreak';
import { type Direction, directionOf, visualOrder } from './bidi.ts';
import type { Fonts, Run } from './fonts.ts';

/** How a text is set. Sizes are in points. */
export interface TextStyle {
  size: number;
  isBold?: boolean;
  colour?: string;
}

/** A line of text, ready to be drawn. */
export interface Line {
  /** In visual order, from left to right. */
  runs: readonly (Run & { width: number; features: PDFKit.Mixins.OpenTypeFeatures[] | undefined })[];
  width: number;
}

/** The height of a line, in points. */
export const lineHeight = ({ size }: TextStyle): number => size * 1.35;

type Pdf = PDFKit.PDFDocument;

/** Measures and draws text in the fonts that it needs. */
export const typesetter = (pdf: Pdf, fonts: Fonts) => {
  for (const { name, data } of fonts.faces) pdf.registerFont(name, data);

  const lineOf = (text: string, { size, isBold = false }: TextStyle, base: Direction): Line => {
    const runs = visualOrder(text, base).flatMap(({ text: part, direction }) => {
      const inFaces = fonts.runsOf(part, isBold);
      // Without `features`, PDFKit lays out each word separately, from left to right.
      const features = direction === 'rtl' ? [] : undefined;
      return (direction === 'rtl' ? inFaces.toReversed() : inFaces).map((run) => {
        const width = pdf.font(run.face).fontSize(size).widthOfString(run.text, { features });
        return { ...run, width, features };
      });
    });
    return { runs, width: runs.reduce((sum, run) => sum + run.width, 0) };
  };

  /** Splits off the longest beginning that fits, at least one character. */
  const cut = (text: string, style: TextStyle, width: number, base: Direction): [head: string, rest: string] => {
    let head = '';
    for (const { segment } of new Intl.Segmenter('en').segment(text)) {
      if (head !== '' && lineOf(head + segment, style, base).width > width) break;
      head += segment;
    }
    return [head, text.slice(head.length)];
  };

  /** Breaks a text into lines that fit the width, where Unicode allows it (UAX 14), and within a word that is wider. */
  const wrap = (text: string, style: TextStyle, width: number): Line[] => {
    const base = directionOf(text);
    const whole = lineOf(text, style, base);
    if (whole.width <= width) return [whole];
    const lines: string[] = [];
    let current = '';
    const breaker = new LineBreaker(text);
    for (let next = breaker.nextBreak(), from = 0; next; from = next.position, next = breaker.nextBreak()) {
      const piece = text.slice(from, next.position);
      if (lineOf((current + piece).trimEnd(), style, base).width <= width) {
        current += piece;
        continue;
      }
      if (current !== '') lines.push(current);
      current = piece;
      while (lineOf(current.trimEnd(), style, base).width > width) {
        const [head, rest] = cut(current, style, width, base);
        if (rest === '') break;
        lines.push(head);
        current = rest;
      }
    }
    if (current !== '') lines.push(current);
    return lines.map((line) => lineOf(line.trimEnd(), style, base));
  };

  /** Draws a line. `at.top` is its top, in points from that of the page. */
  const draw = ({ runs, width }: Line, style: TextStyle, at: { left: number; top: number; flushRightTo?: number }) => {
    let x = at.flushRightTo === undefined ? at.left : at.flushRightTo - width;
    const baseline = at.top + style.size;
    for (const run of runs) {
      pdf
        .font(run.face)
        .fontSize(style.size)
        .fillColor(style.colour ?? '#111111');
      pdf.text(run.text, x, baseline, { lineBreak: false, baseline: 'alphabetic', features: run.features });
      x += run.width;
    }
  };

  return {
    wrap,
    draw,
    widthOf: (text: string, style: TextStyle): number => lineOf(text, style, directionOf(text)).width,
  };
};

export type Typesetter = ReturnType<typeof typesetter>;
