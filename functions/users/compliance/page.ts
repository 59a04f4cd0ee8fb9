import { escapeHtml } from '#shared/html.ts';
import { factsTable, listTable, printablePage } from '#shared/printable-page.ts';
import type { Breach } from '../domain/audit-chain.ts';
import { Section } from '../domain/compliance-section.ts';
import { inWords } from '../domain/in-words.ts';
import type { ComplianceDocument } from './document.ts';

const style = `body { font-size: 10pt; line-height: 1.4; max-width: 60em } th, td { padding: .2em .5em .2em 0 }
.broken { border: 2px solid #a00; padding: .5em; color: #a00 } @media print { body { font-size: 9pt } }
`;

const titles: Readonly<Record<Section, string>> = {
  privilegedChanges: 'Privileged changes',
  approvals: 'Approvals',
  overrides: 'Overrides',
  policyFindings: 'Policy findings',
  consents: 'X account consents',
  exports: 'Exports',
  erasures: 'Erasures',
};

const textOf = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const table = (columns: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  listTable(
    columns,
    rows.map((row) => row.map(textOf)),
  );

/** Labels of fields whose names say too little to an auditor. */
const labels: Readonly<Record<string, string>> = {
  requireAltText: 'Alt text required',
  requireMfa: 'Second factor required',
  monthlyBudgetMicros: 'Monthly X budget (millionths of a US dollar)',
  monthlyReadBudgetMicros: 'Monthly X budget for reading metrics (millionths of a US dollar)',
  auditRetentionDays: 'Audit retention (days)',
  keptSince: 'Audit events kept since',
};

const facts = (said: object): string =>
  factsTable(Object.entries(said).map(([name, value]) => [labels[name] ?? inWords(name), textOf(value)]));

const chainPart = ({ verdict, from, through, brokenAt }: ComplianceDocument['chain']): string =>
  verdict === 'intact' || !brokenAt
    ? `<p>The chain of audit events is intact from event ${from + 1} to event ${through}.</p>`
    : `<p class="broken">The chain of audit events is broken at event ${brokenAt.sequence}${escapeHtml(
        brokenAt.eventId === null ? '' : ` (${brokenAt.eventId})`,
      )}: ${breachInWords[brokenAt.why]}. The events below may be incomplete or altered.</p>`;

const breachInWords: Readonly<Record<Breach, string>> = {
  altered: 'the event was changed',
  missing: 'events are missing',
  inserted: 'an event was added',
  misplaced: 'the event belongs elsewhere',
  not_linked: 'it does not continue the previous event',
  not_as_signed: 'it contradicts a signed checkpoint',
};

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
    ...(leftOut > 0 ? [`<p>Not listed: ${leftOut} more. An audit export has all of them.</p>`] : []),
    ...(isUnreadable ? ['<p class="broken">Some events could not be read: the chain is broken there.</p>'] : []),
  ];
  return `<h2>${title}: ${count}</h2>${table(eventHead, rows)}${notes.join('')}`;
};

/** Renders a compliance report as a printable page. Times are in UTC. */
export const reportPage = (document: ComplianceDocument): string => {
  const { report, chain, mfa, dormancy, members, serviceAccounts, settings, retention, sections } = document;
  const { requestedBy, madeAt: createdAt, ...said } = report;
  const people = members.map(({ personId, name, role, status, hasMfa, lastSignInAt, isDormant }) => [
    ...[name, personId, role, status, hasMfa, lastSignInAt, isDormant],
  ]);
  const machines = serviceAccounts.map(({ id, name, role, lastUsedAt, isDormant }) => [
    ...[name, id, role, lastUsedAt, isDormant],
  ]);
  const body = `<h1>Compliance report of ${escapeHtml(report.workspace)}</h1>
${facts({ ...said, createdAt, requestedBy: `${requestedBy.type} ${requestedBy.id}` })}
<h2>Audit trail</h2>${chainPart(chain)}${facts(retention)}
<h2>Members: ${mfa.members}</h2>
<p>Members with a second factor: ${mfa.enrolled} of ${mfa.members} (${mfa.percent}%). The workspace
${mfa.required ? 'requires' : 'does not require'} a second factor. ${dormancy.members} neither signed in nor joined in the last ${dormancy.days} days.</p>
${table(['Name', 'Id', 'Role', 'Status', 'Second factor', 'Last sign-in', 'Dormant'], people)}
<h2>Service accounts: ${serviceAccounts.length}</h2>
${table(['Name', 'Id', 'Role', 'Last used', 'Dormant'], machines)}
<h2>Settings</h2>${facts(settings)}
${Section.options.map((section) => sectionPart(titles[section], sections[section])).join('\n')}
<p>Members, service accounts and settings are shown as of the creation of this report; the rest covers the period. All
times are in UTC.</p>`;
  return printablePage({ title: `Compliance report ${report.id}`, style, body });
};
