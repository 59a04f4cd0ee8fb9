import { CampaignCreated } from '#events/campaigns.ts';
import { PostPublished } from '#events/posts.ts';

/** Events of others that this context follows. */
export const listensTo = [PostPublished, CampaignCreated] as const;
