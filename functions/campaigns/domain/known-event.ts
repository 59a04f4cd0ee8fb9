import * as z from 'zod';
import { Actor, Chain } from '#shared/actor.ts';
import { WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** How long events are kept for rehearsals of automations, in days. */
export const recentDays = 30;

/**
 * Fields of an event in an item, stored as JSON text because other services can send numbers that DynamoDB cannot
 * store. Older items contain an object.
 */
export const StoredFields = z.preprocess(
  (stored): unknown => (typeof stored === 'string' ? JSON.parse(stored) : stored),
  z.record(z.string(), z.unknown()),
);

/** A public event of any type, as automations receive it. */
export const KnownEvent = z.object({
  id: z.string(),
  type: z.string(),
  schemaVersion: z.int(),
  workspaceId: WorkspaceId,
  entityId: z.string(),
  entityVersion: z.int(),
  occurredAt: Instant,
  actor: Actor,
  correlationId: z.string(),
  chain: Chain.default([]),
  data: z.record(z.string(), z.unknown()),
});
export type KnownEvent = z.infer<typeof KnownEvent>;

/** The value at a path of an event; undefined if there is none. */
export const valueAt = (event: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      event,
    );
