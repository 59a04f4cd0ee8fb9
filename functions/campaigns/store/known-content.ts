import * as z from 'zod';
import { entityOf, newerThan } from '#shared/entities.ts';
import { AccountId, TemplateId } from '#shared/ids.ts';
import type { Key, Table } from '#shared/table.ts';
import { TimeZone } from '#shared/time.ts';

/** The publishing times of an account's queue, from events of `posts`. */
const KnownQueue = z.object({
  accountId: AccountId,
  timeZone: TimeZone,
  slots: z.array(z.object({ weekday: z.int(), time: z.string() })),
});
type KnownQueue = z.infer<typeof KnownQueue>;

/** The variables of a template that need values, from events of `posts`. */
const KnownTemplate = z.object({
  templateId: TemplateId,
  requiredVariables: z.array(z.string()),
  /** Null if unknown. */
  variables: z.array(z.string()).nullable().default(null),
});
type KnownTemplate = z.infer<typeof KnownTemplate>;

/** Queues and templates, which plans use besides posts. */
export interface KnownContentStore {
  queues(workspaceId: string, accountIds: readonly string[]): Promise<KnownQueue[]>;
  templates(workspaceId: string, templateIds: readonly string[]): Promise<KnownTemplate[]>;
  learnQueue(workspaceId: string, entityVersion: number, queue: KnownQueue): Promise<void>;
  learnTemplate(workspaceId: string, entityVersion: number, template: KnownTemplate): Promise<void>;
}

const queueKey = (workspaceId: string, accountId: string): Key => ({ pk: workspaceId, sk: `QUEUE#${accountId}` });
const templateKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `TEMPLATE#${id}` });

export const knownContentStore = (table: Table): KnownContentStore => ({
  async queues(workspaceId, accountIds) {
    const items = await table.getAll([...new Set(accountIds)].map((id) => queueKey(workspaceId, id)));
    return items.map((item) => entityOf(KnownQueue, item));
  },
  async templates(workspaceId, templateIds) {
    const items = await table.getAll([...new Set(templateIds)].map((id) => templateKey(workspaceId, id)));
    return items.map((item) => entityOf(KnownTemplate, item));
  },
  async learnQueue(workspaceId, entityVersion, queue) {
    const key = queueKey(workspaceId, queue.accountId);
    await table.put({ ...queue, ...key, type: 'known_queue', workspaceId, entityVersion }, newerThan(entityVersion));
  },
  async learnTemplate(workspaceId, entityVersion, template) {
    const key = templateKey(workspaceId, template.templateId);
    await table.put(
      { ...template, ...key, type: 'known_template', workspaceId, entityVersion },
      newerThan(entityVersion),
    );
  },
});
