import { escapeHtml } from '#shared/html.ts';
import { factsTable, printablePage } from '#shared/printable-page.ts';
import { isDrawable } from './chart-words.ts';
import { chartOf } from './charts.ts';
import { visibleOnWhite } from './colour.ts';
import type { ReportDocument, Section } from './document.ts';
import type { FiguresSection } from './sections.ts';
import { clockOf, factsOf, isNumeric, shownCell, shownReading, type ZoneClock } from './shown.ts';
import { type Grid, gridOf } from './tabular.ts';

const styleOf = (colour: string): string => `
body { font: 11pt/1.5 "Segoe UI", "DejaVu Sans", Verdana, sans-serif; max-width: 60em }
header { border-top: 8px solid ${visibleOnWhite(colour)}; padding-top: .5em } header p { margin: 0; color: #555 } h1 { margin-top: 0 }
svg { max-width: 100%; height: auto } .n { text-align: right; font-variant-numeric: tabular-nums } .note { color: #555; font-size: 10pt }
.figures { display: flex; flex-wrap: wrap; gap: 1em 2.5em } .figures div { break-inside: avoid } dt { color: #555 }
h1, h2, p, dt, dd, th, td { unicode-bidi: plaintext }
dd { margin: 0 } dd.value { font-size: 16pt } summary { cursor: pointer }
@media print { section { break-inside: auto } figure, h2 { break-inside: avoid } }
`;

const notesPart = (notes: readonly string[]): string =>
  notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('');

const figuresPart = ({ figures }: FiguresSection): string => {
  const each = figures.map(({ label, valueKind, value, note }) => {
    const said = note === '' ? '' : `<dd class="note">${escapeHtml(note)}</dd>`;
    const shown = escapeHtml(shownReading(valueKind, value));
    return `<div><dt>${escapeHtml(label)}</dt><dd class="value">${shown}</dd>${said}</div>`;
  });
  return each.length === 0 ? '<p>None.</p>' : `<dl class="figures">${each.join('')}</dl>`;
};

const gridPart = ({ columns, rows }: Grid, titleId: string, clock: ZoneClock): string => {
  if (rows.length === 0) return '<p>None.</p>';
  const flush = columns.map(({ kind }) => (isNumeric(kind) ? ' class="n"' : ''));
  const head = columns.map(({ label }, place) => `<th scope="col"${flush[place] ?? ''}>${escapeHtml(label)}</th>`);
  const lines = rows.map((row) => {
    const cells = columns.map(
      ({ kind }, place) => `<td${flush[place] ?? ''}>${escapeHtml(shownCell(kind, row[place] ?? null, clock))}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return (
    `<table aria-labelledby="${titleId}"><thead><tr>${head.join('')}</tr></thead>` +
    `<tbody>${lines.join('')}</tbody></table>`
  );
};

const sectionPart = async (section: Section, document: ReportDocument, id: string): Promise<string> => {
  const clock = clockOf(document.period.timeZone);
  if (section.kind === 'figures') return figuresPart(section);
  const grid = gridPart(gridOf(section), id, clock);
  if (section.kind === 'table') return grid;
  if (!isDrawable(section)) return '<p>No values.</p>';
  const chart = await chartOf(section, document, id);
  return `<figure>${chart}</figure><details><summary>The same as a table</summary>${grid}</details>`;
};

/**
 * Renders the report as one self-contained HTML page, which loads nothing and runs nothing. Charts have a description
 * in words, and their numbers as tables.
 */
export const renderPage = async (document: ReportDocument): Promise<Buffer> => {
  const { title, workspace, sections, notes } = document;
  const parts: string[] = [];
  for (const [at, section] of sections.entries()) {
    const id = `section-${at + 1}`;
    const part = await sectionPart(section, document, id);
    parts.push(
      `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(section.title)}</h2>` +
        `${part}${notesPart(section.notes)}</section>`,
    );
  }
  const about = notes.length === 0 ? '' : `<section><h2>About these numbers</h2>${notesPart(notes)}</section>`;
  const head = `<header><p>${escapeHtml(workspace.name)}</p><h1>${escapeHtml(title)}</h1></header>`;
  const body = `${head}${factsTable(factsOf(document))}<main>${parts.join('')}${about}</main>`;
  return Buffer.from(printablePage({ title, style: styleOf(workspace.colour), body }));
};
