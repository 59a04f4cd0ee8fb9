import * as z from 'zod';
import { entityOf } from '#shared/entities.ts';
import { digestOf } from '#shared/secrets.ts';
import type { Key, Table } from '#shared/table.ts';
import { type OptionalKind, optionalKinds } from '../domain/mail-delivery.ts';

/** Which optional emails an address receives. */
export type MailPreferences = Record<OptionalKind, boolean>;

export interface MailPreferenceStore {
  get(address: string): Promise<MailPreferences>;
  put(address: string, preferences: MailPreferences): Promise<void>;
  wants(address: string, kind: OptionalKind): Promise<boolean>;
}

/** Stored by address instead of person, so that invited people can opt out without signing up. */
export const preferencesKey = (address: string): Key => ({
  pk: `MAIL_PREFERENCES#${digestOf(address)}`,
  sk: 'MAIL_PREFERENCES',
});

const Kept = z.object({ off: z.array(z.string()) });

export const mailPreferenceStore = (table: Pick<Table, 'get' | 'put'>): MailPreferenceStore => {
  const get = async (address: string): Promise<MailPreferences> => {
    const item = await table.get(preferencesKey(address));
    const off = new Set(item ? entityOf(Kept, item).off : []);
    return {
      invitation: !off.has('invitation'),
      export_ready: !off.has('export_ready'),
      reconnect_account: !off.has('reconnect_account'),
      performance_alert: !off.has('performance_alert'),
      report_ready: !off.has('report_ready'),
      webhook_failing: !off.has('webhook_failing'),
      automation: !off.has('automation'),
    };
  };
  return {
    get,
    async put(address, preferences) {
      const off = optionalKinds.filter((kind) => !preferences[kind]);
      await table.put({ ...preferencesKey(address), type: 'mail-preferences', off });
    },
    wants: async (address, kind) => (await get(address))[kind],
  };
};
