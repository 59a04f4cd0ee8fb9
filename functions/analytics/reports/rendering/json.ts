import type { ReportDocument } from './document.ts';

/** Renders the report as JSON: the document as its schema defines it. */
export const renderJson = (document: ReportDocument): Buffer => Buffer.from(JSON.stringify(document));
