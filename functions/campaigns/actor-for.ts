import type { CampaignActor } from '#events/campaign-content.ts';
import type { Caller } from '#shared/http/route.ts';

/** On whose behalf the workflows of a campaign make, look at and approve posts. */
export const actorFor = ({ personId, people, role }: Caller): CampaignActor => ({ personId, people, role });
