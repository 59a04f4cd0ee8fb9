import * as z from 'zod';

/** Who did something: a person or a service account by id, or a part of the platform acting by itself. */
export const Actor = z
  .object({
    type: z.enum(['person', 'service_account', 'automation', 'system']).meta({
      description: '`automation`, `system`: a part of the platform acting by itself',
    }),
    id: z
      .string()
      .max(64)
      .meta({ description: 'Id of the person or service account, or name of the part of the platform' }),
  })
  .meta({ description: 'Who did it' });
export type Actor = z.infer<typeof Actor>;

/** The actor behind the id of a person or of a service account. */
export const actorOf = (id: string): Actor => ({ type: id.startsWith('sva_') ? 'service_account' : 'person', id });

/** On whose behalf a change is written: it goes into the item, and from there into the events and the audit trail. */
export interface Author {
  actor: Actor;
  correlationId: string;
}

/** The author of what a context does by itself, following an event or a workflow. */
export const systemAuthor = (context: string, correlationId: string): Author => ({
  actor: { type: 'system', id: context },
  correlationId,
});
