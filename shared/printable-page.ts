import { createHash } from 'node:crypto';
import { escapeHtml } from './html.ts';

const onScreen = `
body { font: 11pt/1.5 Georgia, serif; color: #111; max-width: 42em; margin: 2em auto; padding: 0 1em }
h1 { font-size: 16pt } h2 { font-size: 12pt; margin-top: 2em; break-after: avoid }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group } tr { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: .25em .5em .25em 0; border-bottom: 1px solid #ccc; overflow-wrap: anywhere }
th { font-weight: normal; color: #555 }
`;
const onPaper = '@page { margin: 2cm } @media print { body { margin: 0; max-width: none } }\n';

/** Forbids all loading and scripts, whatever names and texts contain; only this style is allowed (W3C: CSP Level 3). */
const policyOf = (style: string): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/**
 * Renders a self-contained page for print. Search engines must not index it, should a secret link to it leak.
 * @param style in addition to the style of all pages
 * @param body HTML, with everything people wrote escaped
 */
export const printablePage = ({ title, style, body }: { title: string; style: string; body: string }): string => {
  const whole = onScreen + style + onPaper;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policyOf(whole))}">
<title>${escapeHtml(title)}</title><style>${whole}</style></head>
<body>${body}</body></html>
`;
};

type Tag = 'td' | 'th scope="col"' | 'th scope="row"';
const cell = (tag: Tag, text: string): string => `<${tag}>${escapeHtml(text)}</${tag === 'td' ? 'td' : 'th'}>`;
const line = (tag: Tag, texts: readonly string[]): string =>
  `<tr>${texts.map((text) => cell(tag, text)).join('')}</tr>`;

/** Renders a table of facts, a name and a text per row; a row whose text is undefined is left out. */
export const factsTable = (facts: readonly (readonly [name: string, text: string | undefined])[]): string => {
  const rows = facts.map(([name, text]) =>
    text === undefined ? '' : `<tr>${cell('th scope="row"', name)}${cell('td', text)}</tr>`,
  );
  return `<table>${rows.join('')}</table>`;
};

/** Renders a list as a table, with its column names at the head of every printed page. */
export const listTable = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? '<p>None.</p>'
    : `<table><thead>${line('th scope="col"', columns)}</thead>` +
      `<tbody>${rows.map((texts) => line('td', texts)).join('')}</tbody></table>`;
