import type { CampaignActor } from '#events/campaign-content.ts';
import { actorOf } from '#shared/actor.ts';
import type { TaskOrigin } from '#shared/lambda/task.ts';
import type { Writer } from '../may-change.ts';

/** Those for whom a campaign acts: what is written is theirs, as if they had asked for it themselves. */
export const writerOf = (
  workspaceId: string,
  { personId, people, role }: CampaignActor,
  { correlationId }: TaskOrigin,
): Writer => ({ workspaceId, personId, people, role, actor: actorOf(personId), correlationId });
