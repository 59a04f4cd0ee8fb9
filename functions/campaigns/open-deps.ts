import { referenceRetries } from '#shared/events/reference.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { campaignStore } from './store/campaigns.ts';
import { knownPostStore } from './store/known-posts.ts';
import { slotStore } from './store/slots.ts';

/** What this context needs, on AWS. */
export const openDeps = (table: Table): Deps => ({
  campaigns: campaignStore(table),
  slots: slotStore(table),
  posts: knownPostStore(table),
  now: table.now,
  patience: referenceRetries,
});
