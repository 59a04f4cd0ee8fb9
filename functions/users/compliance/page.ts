import { createHash } from 'node:crypto';
import { escapeHtml } from '#shared/html.ts';
import { Section } from '../domain/compliance-section.ts';
import type { ComplianceDocument } from './document.ts';

const style = `
body { font: 10pt/1.4 Georgia, serif; color: #111; max-width: 60em; margin: 2em auto; padding: 0 1em }
h1 { font-size: 16pt } h2 { font-size: 12pt; margin-top: 2em; break-after: avoid }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group } tr { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: .2em .5em .2em 0; border-bottom: 1px solid #ccc; overflow-wrap: anywhere }
th { font-weight: normal; color: #555 } .broken { border: 2px solid #a00; padding: .5em; color: #a00 }
@page { margin: 2cm } @media print { body { margin: 0; max-width: none; font-size: 9pt } }
`;

/** Nothing is loaded and nothing runs, whatever names and details say: only this style is taken. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const titles: Readonly<Record<Section, string>> = {
  privilegedChanges: 'Privileged changes',
  approvals: 'Approvals',
  overrides: 'Overrides',
  policyFindings: 'Findings of policy',
  consents: 'Consents on X',
  exports: 'Exports',
  erasures: 'Erasures',
};

const textOf = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

type Row = readonly unknown[];
const cells = (tag: string, row: Row): string =>
  row.map((value) => `<${tag}>${escapeHtml(textOf(value))}</${tag.split(' ')[0] ?? ''}>`).join('');

const table = (head: Row, rows: readonly Row[]): string =>
  rows.length === 0
    ? '<p>None.</p>'
    : `<table><thead><tr>${cells('th scope="col"', head)}</tr></thead><tbody>${rows
        .map((row) => `<tr>${cells('td', row)}</tr>`)
        .join('')}</tbody></table>`;

const facts = (said: object): string =>
  `<table>${Object.entries(said)
    .map(([name, value]) => `<tr>${cells('th scope="row"', [name])}${cells('td', [value])}</tr>`)
    .join('')}</table>`;

const chainPart = ({ verdict, from, through, brokenAt }: ComplianceDocument['chain']): string =>
  verdict === 'intact' || !brokenAt
    ? `<p>The chain of audit events is intact from event ${from + 1} to event ${through}.</p>`
    : `<p class="broken">The chain of audit events is broken at event ${brokenAt.sequence}${escapeHtml(
        brokenAt.eventId === null ? '' : ` (${brokenAt.eventId})`,
      )}: ${escapeHtml(brokenAt.why)}. What follows may be incomplete or untrue.</p>`;

const eventHead = ['When', 'What', 'On', 'By', 'Event', 'Details'];

const sectionPart = (
  title: string,
  { count, leftOut, isUnreadable, entries }: ComplianceDocument['sections'][Section],
) => {
  const rows = entries.map(({ at, eventType, entityId, actor, sequence, details }) => {
    const said = Object.entries(details).map(([name, value]) => `${name}: ${textOf(value)}`);
    return [at, eventType, entityId, `${actor.type} ${actor.id}`, sequence, said.join('; ')];
  });
  const notes = [
    ...(leftOut > 0 ? [`<p>${leftOut} more are not listed: an export of audit events has them all.</p>`] : []),
    ...(isUnreadable ? ['<p class="broken">Some events could not be read: the chain is broken there.</p>'] : []),
  ];
  return `<h2>${title}: ${count}</h2>${table(eventHead, rows)}${notes.join('')}`;
};

/** A compliance report as a page to print. Times are in UTC. */
export const reportPage = (document: ComplianceDocument): string => {
  const { report, chain, mfa, dormancy, members, serviceAccounts, settings, retention, sections } = document;
  const { requestedBy, ...said } = report;
  const people = members.map(({ personId, name, role, status, hasMfa, lastSignInAt, isDormant }) => [
    ...[name, personId, role, status, hasMfa, lastSignInAt, isDormant],
  ]);
  const machines = serviceAccounts.map(({ id, name, role, lastUsedAt, isDormant }) => [
    ...[name, id, role, lastUsedAt, isDormant],
  ]);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<title>Compliance report ${escapeHtml(report.id)}</title><style>${style}</style></head>
<body><h1>Compliance report of ${escapeHtml(report.workspace)}</h1>
${facts({ ...said, requestedBy: `${requestedBy.type} ${requestedBy.id}` })}
<h2>Audit trail</h2>${chainPart(chain)}${facts(retention)}
<h2>Members: ${mfa.members}</h2>
<p>${mfa.enrolled} of ${mfa.members} members have a second factor (${mfa.percent} %); the workspace
${mfa.required ? 'demands' : 'does not demand'} one. ${dormancy.members} have not signed in for ${dormancy.days} days.</p>
${table(['Name', 'Id', 'Role', 'Status', 'Second factor', 'Last sign-in', 'Dormant'], people)}
<h2>Service accounts: ${serviceAccounts.length}</h2>
${table(['Name', 'Id', 'Role', 'Last used', 'Dormant'], machines)}
<h2>Settings</h2>${facts(settings)}
${Section.options.map((section) => sectionPart(titles[section], sections[section])).join('\n')}
<p>Members, service accounts and settings are as they stood when this was made; the rest is of the period. All times are
in UTC.</p></body></html>
`;
};
