import type * as z from 'zod';
import { CompositionOutcome, ContentFacts } from '#events/campaign-content.ts';
import { CampaignCreated, CampaignLaunched, CampaignSlotClaimed } from '#events/campaigns.ts';
import { defaultSettings, type WorkspaceSettings } from '#events/users.ts';
import { tasks } from '#functions/posts/task-names.ts';
import * as templates from '#functions/posts/templates/contract.ts';
import type { Role } from '#shared/permissions.ts';
import { owner, type SignedIn } from '#test/support/http-event.ts';
import type { Harness } from '../harness.ts';
import { accountId, campaignId, workspaceId } from '../samples.ts';

export const utm = { source: 'x', medium: 'social', campaign: 'spring', term: null, content: null };

export const postIdOf = (last: string): string => `pst_01KATJ9V5H8Q3M4N5P6R7S8${last.padStart(3, '0')}`;

export const member = (last: string, role: Role): SignedIn => ({
  ...owner,
  personId: `usr_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`,
  role,
});
export const editor = member('E', 'editor');
export const manager = member('M', 'manager');

/** A person, as the workflow of a campaign names them. */
export const acting = ({ personId, role }: SignedIn, people = [personId]) => ({ personId, role, people });

let settingsVersion = 1;
export const decide = ({ deps }: Harness, settings: Partial<WorkspaceSettings>) =>
  deps.settings.learn(workspaceId, (settingsVersion += 1), { ...defaultSettings, ...settings });

export const makeTemplate = async (
  { ask }: Harness,
  text: string,
  ...variables: z.input<typeof templates.createTemplate.request.body>['variables']
): Promise<string> => {
  const body = { name: 'Roast of the week', parts: [{ text }], variables };
  return (await ask(templates.createTemplate, templates.TemplateView, { body })).body.id;
};

export const announceCampaign = async ({ happened }: Harness, of: typeof utm | null = utm) =>
  happened(CampaignCreated, campaignId, 1, { utm: of });

export const launchWith = async ({ happened }: Harness, of: string, slotId: string, postId: string) => {
  await happened(CampaignSlotClaimed, slotId, 1, { campaignId: of, slotId, postId });
  await happened(CampaignLaunched, of, 2, { run: 1 });
};

interface Slot {
  postId: string;
  publishAt?: string;
  slotKey?: string;
}

export const publishAt = '2026-12-01T09:00:00.000Z';

/** The facts that the task returns for posts in slots. */
export const describeSlots = async ({ run }: Harness, ...slots: Slot[]) => {
  const asked = slots.map((slot, place) => ({ slotKey: `slot-${place}`, publishAt, ...slot }));
  return ContentFacts.parse(await run(tasks.describeForCampaign, { workspaceId, campaignId, slots: asked })).posts;
};

interface ComposedSlot {
  postId: string;
  templateId: string;
  values: Record<string, string | number>;
  accountId?: string;
}

/** Composes slots in a person's name; returns the problem of each, or null. */
export const compose = async ({ run }: Harness, by: SignedIn, ...slots: ComposedSlot[]) => {
  const asked = slots.map((slot, place) => ({ slotKey: `slot-${place}`, accountId, ...slot }));
  const input = { workspaceId, campaignId, by: acting(by), slots: asked };
  const { posts } = CompositionOutcome.parse(await run(tasks.composeForCampaign, input));
  return posts.map(({ problem }) => problem);
};
