import { defaultSettings, WorkspaceSettings } from '#events/workspace-settings.ts';
import { entityOf, newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';

export interface SettingsStore {
  /** The defaults if the workspace has never changed its settings. */
  get(workspaceId: string): Promise<WorkspaceSettings>;
  /** Stores the state from an event, unless a newer event is already stored. */
  learn(workspaceId: string, entityVersion: number, settings: WorkspaceSettings): Promise<void>;
}

const settingsKey = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'SETTINGS' });

export const settingsStore = (table: Table): SettingsStore => ({
  async get(workspaceId) {
    const item = await table.get(settingsKey(workspaceId));
    return item ? entityOf(WorkspaceSettings, item) : defaultSettings;
  },
  async learn(workspaceId, entityVersion, settings) {
    const item = { ...settingsKey(workspaceId), type: 'settings', workspaceId, entityVersion, ...settings };
    await table.put(item, newerThan(entityVersion));
  },
});
