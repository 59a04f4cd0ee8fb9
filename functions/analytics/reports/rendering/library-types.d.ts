/** Options of a structure element that pdfkit 0.20 accepts and @types/pdfkit does not know yet. */
declare namespace PDFKit.Mixins {
  interface StructureElementOptions {
    /** Position: left, top, right and bottom in points from the page's top left. */
    bbox?: [number, number, number, number];
    /** What a header cell of a table applies to. */
    scope?: 'Column' | 'Row';
  }
}

/** Finds where a text can be broken into lines (UAX 14). The package has no types. */
declare module 'linebreak' {
  export default class LineBreaker {
    constructor(text: string);
    /** Returns the next break, in UTF-16 units; null after the last, which is the end of the text. */
    nextBreak(): { position: number; required: boolean } | null;
  }
}
