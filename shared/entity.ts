import * as z from 'zod';
import { Actor, Chain } from './actor.ts';
import { WorkspaceId } from './ids.ts';
import { Instant } from './time.ts';

/**
 * Fields of every entity. `version` counts its writes from 1 (0: not written yet) and guards each write; `changedBy`
 * and `correlationId` are those of the last write, for the events derived from the stream.
 */
export const entityFields = {
  workspaceId: WorkspaceId,
  version: z.int().min(0).meta({ description: 'Increases with each change; the ETag is derived from it' }),
  createdAt: Instant,
  updatedAt: Instant,
  changedBy: Actor,
  correlationId: z.string(),
  /** Chain of the last write; absent when no automation led to it. */
  chain: Chain.optional(),
};

export type Entity = z.infer<z.ZodObject<typeof entityFields>>;

/** Fields that a context provides for a new entity; the store adds the rest. */
export type New<E extends Entity> = Omit<E, Exclude<keyof Entity, 'workspaceId'>>;
