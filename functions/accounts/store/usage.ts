import * as z from 'zod';
import { newId } from '#shared/ids.ts';
import { isNew, type Item, type Key, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { Publication } from '../domain/publication.ts';
import { type Charge, type ChargedTo, LedgerEntry, noSums, plusCharge, type Sums, Usage } from '../domain/usage.ts';

/** Limits on a post at the moment it is sent. */
export interface Bounds {
  /** The workspace's monthly budget in millionths of a US dollar; null: none. */
  budgetMicros: number | null;
  /** The most that may already be spent for the post and the rest of its thread to fit; null: no limit. */
  roomMicros: number | null;
  /** How many posts the workspace may send today. */
  postsToday: number;
}

/** What X costs: the usage of each month, and the ledger from which it can be recalculated. */
export interface UsageStore {
  find(workspaceId: string, month: string): Promise<Usage | undefined>;
  /** Counts a post before it is sent, unless its bounds forbid it. Its ledger entry is in the publication. */
  reserve(to: ChargedTo, charge: Charge, bounds: Bounds): Promise<'reserved' | 'over_budget' | 'over_share'>;
  /** Reverts the count of a post that X did not accept. */
  refund(to: ChargedTo, charge: Charge): Promise<void>;
  /** Counts a call that was made, in the ledger and the month in one transaction. */
  bill(to: ChargedTo, charge: Charge): Promise<void>;
  /** Like `bill`, for a charge with an id; repeating it changes nothing. */
  billOnce(to: ChargedTo, charge: Charge, id: string): Promise<void>;
  /** Records which resources were read on a UTC day; returns how many were read for the first time. */
  firstReads(workspaceId: string, accountId: string, day: string, ids: readonly string[]): Promise<number>;
  /** Returns the month's usage of every workspace that has any. */
  ofMonth(month: string): Promise<Usage[]>;
  /** Records what was published; no effect if the usage was written since. */
  tally(usage: Usage): Promise<void>;
  /** Sets since when posts are held for the budget; null: they no longer are. */
  setExhausted(workspaceId: string, month: string, budgetMicros: number | null, at: string | null): Promise<void>;
  /** Recalculates a month from the ledger: posts from their publications, the rest from its entries. */
  addUp(workspaceId: string, month: string): Promise<Sums>;
  /** Returns the charges of one post. */
  ofPost(workspaceId: string, postId: string): Promise<Charge[]>;
  /** Replaces the counters with the sums; false if the counters changed since the read. */
  correct(usage: Usage, sums: Sums): Promise<boolean>;
}

const usageKey = (workspaceId: string, month: string): Key => ({ pk: workspaceId, sk: `USAGE#${month}` });

/** How long ledger entries are kept. In seconds. */
const keptSeconds = 400 * daySeconds;

/**
 * Field names of a usage item, flat so that one update can add to all of them: `count#post_create`, `account#acc_…`.
 */
const flat = {
  micros: (kind: string) => `micros#${kind}`,
  count: (kind: string) => `count#${kind}`,
  account: (id: string) => `account#${id}`,
  campaign: (id: string) => `campaign#${id}`,
  day: (day: string) => `day#${day.slice(8, 10)}`,
};

/** Returns the numbers whose names start with a prefix, by the rest of the name. */
const under = (item: Item, prefix: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) =>
      name.startsWith(prefix) && typeof value === 'number' ? [[name.slice(prefix.length), value]] : [],
    ),
  );

/** Parses the usage of an item. */
export const usageOf = (item: Item): Usage => {
  const counts = under(item, 'count#');
  const micros = under(item, 'micros#');
  return Usage.parse({
    workspaceId: item.pk,
    month: z.string().parse(item.sk).slice('USAGE#'.length),
    version: item.version,
    updatedAt: item.updatedAt,
    moves: item.moves ?? 0,
    spentMicros: item.spentMicros,
    budgetMicros: item.budgetMicros ?? null,
    exhaustedAt: item.exhaustedAt ?? null,
    talliedMicros: item.talliedMicros ?? 0,
    kinds: Object.fromEntries(
      Object.keys(counts).map((kind) => [kind, { count: counts[kind], micros: micros[kind] ?? 0 }]),
    ),
    accounts: under(item, 'account#'),
    campaigns: under(item, 'campaign#'),
    postsOfDay: under(item, 'day#'),
  });
};

const identity = (workspaceId: string, month: string, now: Date) => ({
  ':type': 'usage',
  ':now': now.toISOString(),
  ':workspace': workspaceId,
  ':month': `USAGE#${month}`,
});
const named = '#type = :type, updatedAt = :now, workspaceId = :workspace, byMonthPk = :month, byMonthSk = :workspace';

/** Returns the update that adds a charge to its month; `sign` -1 subtracts it. */
const adding = (to: ChargedTo, { kind, micros, month, quantity, day }: Charge, sign: 1 | -1, now: Date) => {
  const counters: Record<string, readonly [name: string, by: number]> = {
    spent: ['spentMicros', micros],
    micros: [flat.micros(kind), micros],
    count: [flat.count(kind), quantity],
    account: [flat.account(to.accountId), micros],
    ...(to.campaignId !== null && { campaign: [flat.campaign(to.campaignId), micros] as const }),
    ...(day !== undefined && { day: [flat.day(day), quantity] as const }),
  };
  const added = Object.keys(counters).map((name) => `#${name} :${name}`);
  return {
    UpdateExpression: `SET ${named} ADD ${added.join(', ')}, #version :one, moves :one`,
    ExpressionAttributeNames: {
      '#type': 'type',
      '#version': 'version',
      ...Object.fromEntries(Object.entries(counters).map(([name, [field]]) => [`#${name}`, field])),
    },
    ExpressionAttributeValues: {
      ...identity(to.workspaceId, month, now),
      ':one': 1,
      ...Object.fromEntries(Object.entries(counters).map(([name, [, by]]) => [`:${name}`, sign * by])),
    },
  };
};

export const usageStore = (table: Table): UsageStore => {
  const find = async (workspaceId: string, month: string): Promise<Usage | undefined> => {
    const item = await table.get(usageKey(workspaceId, month));
    return item && usageOf(item);
  };
  /** Writes a charge into the ledger and the month; false when the ledger already has its id. */
  const enter = (to: ChargedTo, charge: Charge, id: string): Promise<boolean> => {
    const { workspaceId, accountId, campaignId, postId } = to;
    const entry = { ...charge, workspaceId, accountId, campaignId, postId };
    const sk = `CHARGE#${postId ?? '-'}#${charge.month}#${id}`;
    const ttl = timeToLive(table.now(), keptSeconds);
    return table.transact([
      { put: { ...entry, pk: workspaceId, sk, type: 'charge', ttl }, condition: isNew },
      { update: usageKey(workspaceId, charge.month), with: adding(to, charge, 1, table.now()) },
    ]);
  };
  return {
    find,
    async reserve(to, charge, { budgetMicros, roomMicros, postsToday }) {
      const update = adding(to, charge, 1, table.now());
      const conditions = [
        ...(roomMicros === null ? [] : ['(attribute_not_exists(#spent) OR #spent <= :room)']),
        ...(postsToday === Infinity ? [] : ['(attribute_not_exists(#day) OR #day < :share)']),
      ];
      if (roomMicros !== null && roomMicros < 0) return 'over_budget';
      if (postsToday === 0) return 'over_share';
      const written = await table.update(usageKey(to.workspaceId, charge.month), {
        ...update,
        UpdateExpression: update.UpdateExpression.replace('SET ', 'SET budgetMicros = :budget, '),
        ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
        ExpressionAttributeValues: {
          ...update.ExpressionAttributeValues,
          ':budget': budgetMicros,
          ...(roomMicros !== null && { ':room': roomMicros }),
          ...(postsToday !== Infinity && { ':share': postsToday }),
        },
      });
      if (written) return 'reserved';
      const { spentMicros = 0 } = (await find(to.workspaceId, charge.month)) ?? {};
      return roomMicros !== null && spentMicros > roomMicros ? 'over_budget' : 'over_share';
    },
    async refund(to, charge) {
      await table.update(usageKey(to.workspaceId, charge.month), adding(to, charge, -1, table.now()));
    },
    async bill(to, charge) {
      if (!(await enter(to, charge, newId('chg', table.now())))) throw new Error('A charge was written twice');
    },
    async billOnce(to, charge, id) {
      await enter(to, charge, id);
    },
    async firstReads(workspaceId, accountId, day, ids) {
      const key = { pk: workspaceId, sk: `READS#${accountId}#${day}` };
      if (ids.length === 0) return 0;
      const before = await table.update(key, {
        UpdateExpression: 'SET #type = :type, #ttl = :ttl ADD ids :ids',
        ExpressionAttributeNames: { '#type': 'type', '#ttl': 'ttl' },
        // Two days, since X bills by UTC day and clocks differ.
        ExpressionAttributeValues: { ':type': 'reads', ':ttl': timeToLive(table.now(), 172_800), ':ids': new Set(ids) },
        ReturnValues: 'ALL_OLD',
      });
      const known = z.object({ ids: z.set(z.string()) }).safeParse(before).data?.ids ?? new Set();
      return new Set(ids.filter((id) => !known.has(id))).size;
    },
    async ofMonth(month) {
      const items = await table.queryAll({
        IndexName: 'byMonth',
        keysOnly: true,
        KeyConditionExpression: 'byMonthPk = :month',
        ExpressionAttributeValues: { ':month': `USAGE#${month}` },
      });
      return items.map(usageOf);
    },
    async tally({ workspaceId, month, version, spentMicros }) {
      await table.update(usageKey(workspaceId, month), {
        UpdateExpression: 'SET talliedMicros = :spent, updatedAt = :now ADD #version :one',
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: {
          ':spent': spentMicros,
          ':version': version,
          ':one': 1,
          ':now': table.now().toISOString(),
        },
      });
    },
    async setExhausted(workspaceId, month, budgetMicros, at) {
      await table.update(usageKey(workspaceId, month), {
        UpdateExpression: `SET ${named}, exhaustedAt = :at, budgetMicros = :budget,
          spentMicros = if_not_exists(spentMicros, :none) ADD #version :one`,
        ConditionExpression:
          at === null ? 'attribute_type(exhaustedAt, :text)' : 'NOT attribute_type(exhaustedAt, :text)',
        ExpressionAttributeNames: { '#type': 'type', '#version': 'version' },
        ExpressionAttributeValues: {
          ...identity(workspaceId, month, table.now()),
          ':at': at,
          ':budget': budgetMicros,
          ':none': 0,
          ':one': 1,
          ':text': 'S',
        },
      });
    },
    async addUp(workspaceId, month) {
      const posts = await table.queryAll({
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :publications)',
        FilterExpression: 'charge.#month = :month',
        ExpressionAttributeNames: { '#month': 'month' },
        ExpressionAttributeValues: { ':workspace': workspaceId, ':publications': 'PUBLICATION#', ':month': month },
        ConsistentRead: true,
      });
      const rest = await table.queryAll({
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :charges)',
        FilterExpression: '#month = :month',
        ExpressionAttributeNames: { '#month': 'month' },
        ExpressionAttributeValues: { ':workspace': workspaceId, ':charges': 'CHARGE#', ':month': month },
        ConsistentRead: true,
      });
      const ofPosts = posts.map((item) => Publication.parse(item));
      const sums = ofPosts.reduce((sum, publication) => {
        const { charge } = publication;
        return charge ? plusCharge(sum, charge, publication) : sum;
      }, noSums());
      return rest.map((item) => LedgerEntry.parse(item)).reduce((sum, entry) => plusCharge(sum, entry, entry), sums);
    },
    async ofPost(workspaceId, postId) {
      const of = async (prefix: string) =>
        table.queryAll({
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
        });
      const parts = (await of(`PUBLICATION#${postId}#`)).flatMap((item) => Publication.parse(item).charge ?? []);
      const rest = (await of(`CHARGE#${postId}#`)).map((item) => LedgerEntry.parse(item));
      return [...parts, ...rest];
    },
    async correct({ workspaceId, month, moves, kinds, accounts, campaigns }, sums) {
      const zeroed = {
        ...Object.fromEntries(
          Object.keys(kinds).flatMap((kind) => [
            [flat.micros(kind), 0],
            [flat.count(kind), 0],
          ]),
        ),
        ...Object.fromEntries(Object.keys(accounts).map((id) => [flat.account(id), 0])),
        ...Object.fromEntries(Object.keys(campaigns).map((id) => [flat.campaign(id), 0])),
      };
      const right: Record<string, number> = {
        ...zeroed,
        ...Object.fromEntries(
          Object.entries(sums.kinds).flatMap(([kind, line]) => [
            [flat.micros(kind), line.micros],
            [flat.count(kind), line.count],
          ]),
        ),
        ...Object.fromEntries(Object.entries(sums.accounts).map(([id, micros]) => [flat.account(id), micros])),
        ...Object.fromEntries(Object.entries(sums.campaigns).map(([id, micros]) => [flat.campaign(id), micros])),
        spentMicros: sums.spentMicros,
      };
      const names = Object.keys(right);
      const written = await table.update(usageKey(workspaceId, month), {
        UpdateExpression: `SET updatedAt = :now, ${names.map((_, place) => `#f${place} = :f${place}`).join(', ')} ADD #version :one`,
        ConditionExpression: 'moves = :moves',
        ExpressionAttributeNames: {
          '#version': 'version',
          ...Object.fromEntries(names.map((name, place) => [`#f${place}`, name])),
        },
        ExpressionAttributeValues: {
          ':one': 1,
          ':now': table.now().toISOString(),
          ':moves': moves,
          ...Object.fromEntries(names.map((name, place) => [`:f${place}`, right[name]])),
        },
      });
      return written !== undefined;
    },
  };
};
