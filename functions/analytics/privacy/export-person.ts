import { entityOf } from '#shared/entities.ts';
import { type ExportSection, isChangedBy } from '#shared/privacy/export-person.ts';
import { Alert } from '../domain/alert.ts';
import { AlertSettings } from '../domain/alert-settings.ts';
import { PostingRules } from '../domain/posting-rules.ts';
import { Report } from '../domain/report.ts';
import { SavedReport } from '../domain/saved-report.ts';

const ofWorkspace = (workspaceId: string) => workspaceId;

/**
 * A person's alert settings, the alerts they got, the posting rules that they changed last, and the reports that they
 * requested, saved or receive.
 */
export const exportSections: readonly ExportSection[] = [
  {
    kind: 'alert_settings',
    partition: ofWorkspace,
    prefix: 'ALERT_SETTINGS#',
    shareOf: (item, personId) => {
      const { personId: owner, thresholds, anomalies, goals, updatedAt } = entityOf(AlertSettings, item);
      return owner === personId ? { thresholds, anomalies, goals, updatedAt } : undefined;
    },
  },
  {
    kind: 'alert',
    partition: ofWorkspace,
    prefix: 'ALERT#',
    shareOf: (item, personId) => {
      const { personId: owner, statement, raisedAt } = entityOf(Alert, item);
      return owner === personId ? { statement, raisedAt } : undefined;
    },
  },
  {
    kind: 'posting_rules',
    partition: ofWorkspace,
    prefix: 'POSTING_RULES#',
    shareOf: (item, personId) => {
      const rules = entityOf(PostingRules, item);
      const { accountId, timeZone, updatedAt } = rules;
      return isChangedBy(rules, personId) ? { accountId, timeZone, rules: rules.rules, updatedAt } : undefined;
    },
  },
  {
    kind: 'report',
    partition: ofWorkspace,
    prefix: 'REPORT#',
    shareOf: (item, personId) => {
      const { id: reportId, createdBy, definition, period, status, createdAt } = entityOf(Report, item);
      return createdBy.id === personId ? { reportId, title: definition.title, period, status, createdAt } : undefined;
    },
  },
  {
    kind: 'saved_report',
    partition: (workspaceId) => workspaceId,
    prefix: 'SAVED_REPORT#',
    shareOf: (item, personId) => {
      const { id: savedReportId, createdBy, recipients, definition, schedule, createdAt } = entityOf(SavedReport, item);
      const isTheirs = createdBy.id === personId;
      const saved = { savedReportId, title: definition.title, isRecipient: recipients.includes(personId) };
      return isTheirs || saved.isRecipient ? { ...saved, isTheirs, schedule, createdAt } : undefined;
    },
  },
];
