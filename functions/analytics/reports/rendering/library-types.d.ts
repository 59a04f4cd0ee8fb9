/** What pdfkit 0.20 takes for an element of the structure, and @types/pdfkit does not know yet. */
declare namespace PDFKit.Mixins {
  interface StructureElementOptions {
    /** Where it stands: left, top, right and bottom in points from the page's left top. */
    bbox?: [number, number, number, number];
    /** What a head of a table is the head of. */
    scope?: 'Column' | 'Row';
  }
}

/** Where a text may be broken into lines (UAX 14); the package brings no types. */
declare module 'linebreak' {
  export default class LineBreaker {
    constructor(text: string);
    /** The next place, in UTF-16 units; null after the last, which is the end of the text. */
    nextBreak(): { position: number; required: boolean } | null;
  }
}
