import { csvFile } from '#shared/csv.ts';
import type { ComplianceDocument } from './document.ts';

const columns = ['section', 'key', 'value', 'at', 'actorType', 'actorId', 'entityId', 'sequence', 'details'];

/**
 * Renders a compliance report as one flat table: single values have a key and a value, entries a time and an actor too.
 */
export const reportCsv = ({ sections, members, serviceAccounts, ...said }: ComplianceDocument): string => {
  const facts = Object.entries(said).flatMap(([section, fields]) =>
    Object.entries(fields).map(([key, value]: [string, unknown]) => [section, key, value]),
  );
  const people = members.map(({ personId, name, joinedAt, ...details }) => [
    ...['members', personId, name, joinedAt],
    ...['', '', '', '', details],
  ]);
  const machines = serviceAccounts.map(({ id, name, ...details }) => [
    ...['serviceAccounts', id, name, ''],
    ...['', '', '', '', details],
  ]);
  const happened = Object.entries(sections).flatMap(([section, { entries, ...figures }]) => [
    ...Object.entries(figures).map(([key, value]) => [section, key, value]),
    ...entries.map(({ at, eventType, actor, entityId, sequence, details }) => [
      ...[section, eventType, '', at],
      ...[actor.type, actor.id, entityId, sequence, details],
    ]),
  ]);
  return csvFile([columns, ...facts, ...people, ...machines, ...happened].map(filled));
};

const filled = (cells: readonly unknown[]): unknown[] => columns.map((_, place) => cells[place]);
