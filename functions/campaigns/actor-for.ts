import type { CampaignActor } from '#events/campaign-content.ts';
import type { Caller } from '#shared/http/route.ts';

/** The caller, as the actor on whose behalf a campaign's workflows create, check and approve posts. */
export const actorFor = ({ personId, people, role }: Caller): CampaignActor => ({ personId, people, role });
