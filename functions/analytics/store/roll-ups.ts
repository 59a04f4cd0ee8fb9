import * as z from 'zod';
import type { Key, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { CampaignDay, DayRollUp, type RolledUp, type Scope } from '../domain/roll-up.ts';
import { pack, unpack } from './packed.ts';

/** A roll-up and its UTC day. */
export interface Dated<Content> {
  day: string;
  content: Content;
}

/** Roll-ups of the days of workspaces, accounts and campaigns. */
export interface RollUpStore {
  /**
   * Writes the roll-ups of a day that are based on more readings than those stored, and returns how many.
   * @param keptDays how long they are kept, from their day on
   * @param isRecomputed also writes those based on equally many
   */
  save(
    workspaceId: string,
    day: string,
    all: readonly RolledUp[],
    keptDays: number,
    isRecomputed?: boolean,
  ): Promise<number>;
  /** A workspace's or an account's days, both ends inclusive, oldest first. */
  days(workspaceId: string, scope: DayScope, from: string, to: string): Promise<Dated<DayRollUp>[]>;
  /** All days of a campaign, oldest first. */
  ofCampaign(workspaceId: string, campaignId: string): Promise<Dated<CampaignDay>[]>;
}

export type DayScope = Exclude<Scope, { kind: 'campaign' }>;

const prefixOf = (scope: Scope): string => {
  if (scope.kind === 'workspace') return 'WORKSPACE_DAY#';
  return scope.kind === 'account' ? `ACCOUNT_DAY#${scope.accountId}#` : `CAMPAIGN_DAY#${scope.campaignId}#`;
};

const Head = z.object({ day: z.iso.date(), basedOn: z.int() });

export const rollUpStore = (table: Table): RollUpStore => ({
  async save(workspaceId, day, all, keptDays, isRecomputed = false) {
    const keyOf = ({ scope }: RolledUp): Key => ({ pk: workspaceId, sk: `${prefixOf(scope)}${day}` });
    const kept = new Map(
      (await table.getAll(all.map(keyOf))).map((item) => [String(item.sk), Head.parse(item).basedOn]),
    );
    const newer = all.filter((each) => {
      const basedOn = kept.get(keyOf(each).sk) ?? 0;
      return each.basedOn > basedOn || (isRecomputed && each.basedOn === basedOn);
    });
    const ttl = timeToLive(new Date(`${day}T00:00:00.000Z`), keptDays * daySeconds);
    const written = await Promise.all(
      newer.map((each) =>
        table.put(
          {
            ...keyOf(each),
            ...{ type: 'roll_up', workspaceId, day, basedOn: each.basedOn },
            packed: pack(each.content),
            ttl,
          },
          // Another sweep may have stored one with more readings.
          {
            ConditionExpression: 'attribute_not_exists(pk) OR basedOn <= :basedOn',
            ExpressionAttributeValues: { ':basedOn': each.basedOn },
          },
        ),
      ),
    );
    return written.filter(Boolean).length;
  },
  async days(workspaceId, scope, from, to) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':workspace': workspaceId,
        ':from': `${prefixOf(scope)}${from}`,
        ':to': `${prefixOf(scope)}${to}`,
      },
    });
    return items.map((item) => ({ day: Head.parse(item).day, content: unpack(DayRollUp, item.packed) }));
  },
  async ofCampaign(workspaceId, campaignId) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefixOf({ kind: 'campaign', campaignId }) },
    });
    return items.map((item) => ({ day: Head.parse(item).day, content: unpack(CampaignDay, item.packed) }));
  },
});
