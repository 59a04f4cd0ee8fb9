import * as z from 'zod';
import { Actor, Chain } from './actor.ts';
import { WorkspaceId } from './ids.ts';
import { Instant } from './time.ts';

/**
 * What every entity carries. `version` counts its writes from 1 (0: not written yet) and guards each write;
 * `changedBy` and `correlationId` are those of the last write, so that the stream can tell who did it.
 */
export const entityFields = {
  workspaceId: WorkspaceId,
  version: z.int().min(0).meta({ description: 'Increases with each change; the ETag is derived from it' }),
  createdAt: Instant,
  updatedAt: Instant,
  changedBy: Actor,
  correlationId: z.string(),
  /** Of the last write, as `changedBy`; none where no automation led to it. */
  chain: Chain.optional(),
};

export type Entity = z.infer<z.ZodObject<typeof entityFields>>;

/** What a context provides for a new entity; the store adds the rest when it writes. */
export type New<E extends Entity> = Omit<E, Exclude<keyof Entity, 'workspaceId'>>;
