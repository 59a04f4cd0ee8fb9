import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanVersion, SavedPlan } from '#functions/campaigns/domain/plan-version.ts';
import { openDeps } from '#functions/campaigns/open-deps.ts';
import { documentStore } from '#functions/campaigns/store/documents.ts';
import type { planStore } from '#functions/campaigns/store/plans.ts';
import { newId } from '#shared/ids.ts';
import { person } from '#test/support/context-harness.ts';
import { memoryCampaigns } from '#test/support/memory/campaigns.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { onTable } from '#test/support/on-table.ts';
import { campaignOf, noon, workspaceId } from '../harness.ts';
import { plan, rows, track } from '../plan-expansion/sample.ts';

const now = () => noon;
const partLength = 120_000;

describe('a document', () => {
  const key = { pk: workspaceId, sk: 'PLAN_PART#1' };

  test('is read back as it was written, whatever character is at the end of a part', async () => {
    const { table, items } = memoryTable(now);
    const documents = documentStore(table);
    // The JSON of a string begins with a quote.
    for (const around of [-3, -2, -1, 0, 1]) {
      for (const character of ['a', 'ß', '€', '😀', '👩‍🚀', '\u{2028}', '"']) {
        const text = 'x'.repeat(partLength + around - 1) + character.repeat(3) + 'y'.repeat(partLength);
        const parts = await documents.put(key, 'plan_part', text);
        expect(await documents.get(key, parts)).toBe(text);
        for (const { json } of items.values()) {
          // No half of a surrogate pair: it would not survive UTF-8.
          expect(Buffer.from(String(json)).toString()).toBe(json);
          expect(Buffer.byteLength(String(json))).toBeLessThan(400_000);
        }
        await documents.delete(key, parts);
        expect(items.size).toBe(0);
      }
    }
  });

  test('of any text is read back as it was written', async () => {
    const { table } = memoryTable(now);
    const documents = documentStore(table);
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(partLength), async (all, before) => {
        const value = { before: '😀'.repeat(before), all };
        expect(await documents.get(key, await documents.put(key, 'plan_part', value))).toEqual(value);
      }),
      { numRuns: 30 },
    );
  });

  test('that lacks a part is not read', async () => {
    const { table } = memoryTable(now);
    const documents = documentStore(table);
    const parts = await documents.put(key, 'plan_part', 'x'.repeat(3 * partLength));
    await table.delete({ pk: workspaceId, sk: 'PLAN_PART#1#001' });
    await expect(documents.get(key, parts)).rejects.toThrow('PLAN_PART#1 lacks a part');
  });
});

const versionOf = (version: number): PlanVersion => ({
  ...{ version, at: noon.toISOString(), by: person.actor.id, note: null, slots: 1 },
  difference: { counts: { added: 1, moved: 0, dropped: 0, content_replaced: 0 }, slots: [], settings: [] },
});
const saved = (tips = 3): SavedPlan => ({ plan: plan({ tracks: [track({ content: rows(tips) })] }), outline: [] });
const write = (plans: ReturnType<typeof planStore>, campaignId: string, version: number, tips?: number) =>
  plans.write(workspaceId, campaignId, versionOf(version), saved(tips), newId('evt', noon));

describe('a version of a plan', () => {
  test('does not exist before its campaign is saved with it, and never changes afterwards', async () => {
    const { campaigns, plans } = memoryCampaigns(now);
    const draft = campaignOf({ planVersion: 1 });
    const first = await write(plans, draft.id, 1);
    expect(await plans.find(workspaceId, draft.id, 1)).toBeUndefined();
    const made = await campaigns.create(draft, person, first);
    const second = await write(plans, draft.id, 2, 4);
    await campaigns.save({ ...made, planVersion: 2 }, person, second);
    expect(await plans.find(workspaceId, draft.id, 1)).toEqual(saved());
    expect(await plans.find(workspaceId, draft.id, 2)).toEqual(saved(4));
    const page = await plans.listVersions(workspaceId, draft.id, { limit: 10, scope: {} });
    expect(page.items).toEqual([versionOf(2), versionOf(1)]);
  });

  test('of two concurrent writers is that of one, on DynamoDB, and the other leaves nothing behind', async () => {
    await onTable([], now, async (table) => {
      const { campaigns, plans } = openDeps(table, { SETTLE_SECONDS: 15 });
      const made = await campaigns.create(campaignOf(), person);
      const both = await Promise.all([write(plans, made.id, 1, 3), write(plans, made.id, 1, 4)]);
      const outcomes = await Promise.allSettled(
        both.map((each, place) =>
          campaigns.save({ ...made, planVersion: 1 }, { ...person, correlationId: `request-${place}` }, each),
        ),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.find((each) => each.status === 'rejected')).toMatchObject({
        reason: { code: 'changed_meanwhile' },
      });
      const won = outcomes.findIndex(({ status }) => status === 'fulfilled');
      expect(await plans.find(workspaceId, made.id, 1)).toEqual(saved(won === 0 ? 3 : 4));
      const left = await table.queryAll({
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :parts)',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':parts': 'PLAN_PART#' },
      });
      expect(left).toHaveLength(1);
    });
  });
});
