import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { escapeHtml } from '#shared/html.ts';
import type { FontFiles } from '../../domain/font-files.ts';
import { visibleOnWhite } from './colour.ts';
import type { ReportDocument } from './document.ts';
import { openFonts } from './fonts.ts';
import { pageFlow } from './pdf-flow.ts';
import { type Drawing, drawSection, styles } from './pdf-sections.ts';
import { typesetter } from './pdf-text.ts';
import { factsOf, nothing } from './shown.ts';

/** Characters that the renderer itself writes. */
const ownWords = `${nothing}\uFFFD ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;-+()%/'…−`;

/** Says that the file follows PDF/UA, the standard for accessible PDF (ISO 14289-1, section 5). */
const conformance =
  '<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">' +
  '<pdfuaid:part>1</pdfuaid:part></rdf:Description>';

const open = ({ title, workspace: { name }, madeAt }: ReportDocument) => {
  const pdf = new PDFDocument({
    ...{ pdfVersion: '1.7', tagged: true, lang: 'en', displayTitle: true },
    info: { Title: title, Author: name, CreationDate: new Date(madeAt) },
    // No initial font: the standard ones are not embedded, and have only Latin-1.
    ...{ autoFirstPage: false, font: '' },
  });
  pdf.appendXML(conformance);
  // pdfkit does not escape names in the metadata's XML.
  const endMetadata = pdf.endMetadata.bind(pdf);
  pdf.endMetadata = () => {
    pdf.info = { ...pdf.info, Title: escapeHtml(title), Author: escapeHtml(name) };
    endMetadata();
  };
  return pdf;
};

/** Returns a note that lists by number the characters that no font has. */
const missingNote = (missing: readonly string[]): string => {
  const named = missing.map((sign) => `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  const listed = named.slice(0, 50).join(', ');
  const more = named.length > 50 ? ` and ${named.length - 50} more` : '';
  return `These characters are not in the fonts of this file and are shown as \uFFFD: ${listed}${more}.`;
};

const drawHead = ({ pdf, flow }: Drawing, root: PDFKit.PDFStructureElement, document: ReportDocument) => {
  const { left, width } = flow.box();
  flow.artifact('Layout', () => {
    pdf.rect(left, flow.top() - 16, width, 6).fill(visibleOnWhite(document.workspace.colour));
  });
  flow.text(root, 'H1', document.title, styles.title);
  flow.space(4);
  for (const [name, text] of factsOf(document)) flow.text(root, 'P', `${name}: ${text}`, styles.body);
};

/**
 * Renders the report as a PDF: tagged, with an outline, page numbers and embedded fonts. Charts are vector drawings
 * with a description in words.
 */
export const renderPdf = async (document: ReportDocument, files: FontFiles): Promise<Buffer> => {
  const fonts = await openFonts(files, ownWords + JSON.stringify(document));
  const pdf = open(document);
  const body = buffer(pdf);
  const set = typesetter(pdf, fonts);
  const flow = pageFlow(pdf, set, document.title);
  const drawing: Drawing = { pdf, set, flow };
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  flow.newPage();
  drawHead(drawing, root, document);
  for (const section of document.sections) await drawSection(drawing, root, section, document);

  const notes = [...document.notes, ...(fonts.missing.length > 0 ? [missingNote(fonts.missing)] : [])];
  if (notes.length > 0) {
    flow.space(14);
    flow.text(root, 'H2', 'About these numbers', styles.heading, 30);
    for (const note of notes) flow.text(root, 'P', note, styles.note);
  }
  root.end();
  pdf.end();
  return body;
};
