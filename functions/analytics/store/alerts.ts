import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { Alert } from '../domain/alert.ts';
import { AlertSettings } from '../domain/alert-settings.ts';
import { subjectKeys } from './daily-subjects.ts';

/** Alert settings of people, and the alerts that they got. */
export interface AlertStore {
  findSettings(workspaceId: string, personId: string): Promise<AlertSettings | undefined>;
  /** Returns the settings of all people of a workspace. */
  allSettings(workspaceId: string): Promise<AlertSettings[]>;
  createSettings(settings: New<AlertSettings>, author: Author): Promise<AlertSettings>;
  /** @throws DomainError `changed_meanwhile` */
  saveSettings(settings: AlertSettings, author: Author): Promise<AlertSettings>;
  /** Deletes a person's settings and alerts: all, or those created up to an instant (UTC). */
  remove(workspaceId: string, personId: string, by?: string): Promise<void>;
  find(workspaceId: string, personId: string, key: string): Promise<Alert | undefined>;
  create(alert: New<Alert>, author: Author): Promise<Alert>;
  /** @throws DomainError `changed_meanwhile` */
  save(alert: Alert, author: Author): Promise<Alert>;
}

const settingsPrefix = 'ALERT_SETTINGS#';
const alertPrefix = 'ALERT#';

/** An alert is deleted this long after its last change. */
const keptSeconds = 400 * daySeconds;

const settingsKey = (workspaceId: string, personId: string): Key => ({
  pk: workspaceId,
  sk: `${settingsPrefix}${personId}`,
});

const alertKey = (workspaceId: string, personId: string, key: string): Key => ({
  pk: workspaceId,
  sk: `${alertPrefix}${personId}#${key}`,
});

const settingsItem = (settings: AlertSettings): Item & Key => ({
  ...settings,
  ...settingsKey(settings.workspaceId, settings.personId),
  // A person may have settings in several workspaces.
  ...subjectKeys(`${settings.workspaceId}/${settings.personId}`),
  type: 'alert_settings',
});

const alertItem = (alert: Alert): Item & Key => ({
  ...alert,
  ...alertKey(alert.workspaceId, alert.personId, alert.key),
  type: 'alert',
  ttl: timeToLive(new Date(alert.updatedAt), keptSeconds),
});

export const alertStore = (table: Table): AlertStore => {
  const saveSettings = entityWriter(table, settingsItem);
  const save = entityWriter(table, alertItem);
  const under = async (workspaceId: string, prefix: string): Promise<Item[]> =>
    table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
    });
  return {
    async findSettings(workspaceId, personId) {
      const item = await table.get(settingsKey(workspaceId, personId));
      return item && entityOf(AlertSettings, item);
    },
    async allSettings(workspaceId) {
      return (await under(workspaceId, settingsPrefix)).map((item) => entityOf(AlertSettings, item));
    },
    createSettings: (settings, author) => saveSettings(firstVersion(settings, table.now(), author), author),
    saveSettings,
    async remove(workspaceId, personId, by) {
      const settings = await table.get(settingsKey(workspaceId, personId));
      const all = [...(settings ? [settings] : []), ...(await under(workspaceId, `${alertPrefix}${personId}#`))];
      for (const { pk, sk, createdAt } of all) {
        if (by === undefined || String(createdAt) <= by) await table.delete({ pk: String(pk), sk: String(sk) });
      }
    },
    async find(workspaceId, personId, key) {
      const item = await table.get(alertKey(workspaceId, personId, key));
      return item && entityOf(Alert, item);
    },
    create: (alert, author) => save(firstVersion(alert, table.now(), author), author),
    save,
  };
};
