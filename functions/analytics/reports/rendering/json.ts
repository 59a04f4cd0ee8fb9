import type { ReportDocument } from './document.ts';

/** The report as JSON: the document itself, as its schema has it. */
export const renderJson = (document: ReportDocument): Buffer => Buffer.from(JSON.stringify(document));
