import { type AppState, quietApp } from '#functions/accounts/domain/app-state.ts';
import type { Publication } from '#functions/accounts/domain/publication.ts';
import { type Charge, type ChargedTo, noSums, plusCharge, type Usage } from '#functions/accounts/domain/usage.ts';
import type { AppStore } from '#functions/accounts/store/app.ts';
import type { BudgetStore } from '#functions/accounts/store/budgets.ts';
import type { UsageStore } from '#functions/accounts/store/usage.ts';
import type { Change } from '#shared/lambda/stream.ts';
import type { Clock } from '#shared/time.ts';

/** What X costs, in memory, with the conditions of the real store. */
export const usageInMemory = (
  now: Clock,
  publications: ReadonlyMap<string, Publication>,
  changes: Change[],
): { usage: UsageStore; budgets: BudgetStore; app: AppStore } => {
  const usages = new Map<string, Usage>();
  const ledger: (Charge & ChargedTo)[] = [];
  const reads = new Map<string, Set<string>>();
  const budgets = new Map<string, { entityVersion: number; micros: number | null }>();
  let app: AppState = quietApp(now().toISOString().slice(0, 10));
  const keyOf = (workspaceId: string, month: string) => `${workspaceId}#${month}`;

  const empty = (workspaceId: string, month: string): Usage => ({
    workspaceId,
    month,
    version: 0,
    updatedAt: now().toISOString(),
    budgetMicros: null,
    moves: 0,
    exhaustedAt: null,
    talliedMicros: 0,
    postsOfDay: {},
    ...noSums(),
  });
  const standing = (workspaceId: string, month: string): Usage =>
    usages.get(keyOf(workspaceId, month)) ?? empty(workspaceId, month);
  const write = (usage: Usage): void => {
    const before = usages.get(keyOf(usage.workspaceId, usage.month));
    const after = { ...usage, version: usage.version + 1, updatedAt: now().toISOString() };
    usages.set(keyOf(usage.workspaceId, usage.month), after);
    changes.push({ before: before && itemOf(before), after: itemOf(after) });
  };
  const add = (to: ChargedTo, charge: Charge, sign: 1 | -1, day?: string): Usage => {
    const usage = standing(to.workspaceId, charge.month);
    const signed = { ...charge, quantity: sign * charge.quantity, micros: sign * charge.micros };
    const ofDay = day?.slice(8, 10);
    const postsOfDay =
      ofDay === undefined
        ? usage.postsOfDay
        : { ...usage.postsOfDay, [ofDay]: (usage.postsOfDay[ofDay] ?? 0) + signed.quantity };
    return { ...usage, ...plusCharge(usage, signed, to), postsOfDay, moves: usage.moves + 1 };
  };
  const find: UsageStore['find'] = async (workspaceId, month) => usages.get(keyOf(workspaceId, month));

  return {
    usage: {
      find,
      async reserve(to, charge, day, { budgetMicros, roomMicros, postsToday }) {
        const { spentMicros, postsOfDay } = standing(to.workspaceId, charge.month);
        if (roomMicros !== null && spentMicros > roomMicros) return 'over_budget';
        if ((postsOfDay[day.slice(8, 10)] ?? 0) >= postsToday) return 'over_share';
        write({ ...add(to, charge, 1, day), budgetMicros });
        return 'reserved';
      },
      refund: async (to, charge, day) => {
        write(add(to, charge, -1, day));
      },
      async bill(to, charge) {
        ledger.push({ ...charge, ...to });
        write(add(to, charge, 1));
      },
      async firstReads(workspaceId, accountId, day, ids) {
        const known = reads.get(`${workspaceId}#${accountId}#${day}`) ?? new Set<string>();
        const fresh = new Set(ids.filter((id) => !known.has(id)));
        reads.set(`${workspaceId}#${accountId}#${day}`, known.union(fresh));
        return fresh.size;
      },
      ofMonth: async (month) => [...usages.values()].filter((usage) => usage.month === month),
      async tally(usage) {
        const current = standing(usage.workspaceId, usage.month);
        if (current.version === usage.version) write({ ...current, talliedMicros: usage.spentMicros });
      },
      async setExhausted(workspaceId, month, budgetMicros, at) {
        const current = standing(workspaceId, month);
        if ((current.exhaustedAt === null) !== (at === null)) write({ ...current, budgetMicros, exhaustedAt: at });
      },
      async addUp(workspaceId, month) {
        const posts = [...publications.values()].flatMap((publication) =>
          publication.workspaceId === workspaceId && publication.charge?.month === month
            ? [{ ...publication.charge, ...publication }]
            : [],
        );
        const rest = ledger.filter((entry) => entry.workspaceId === workspaceId && entry.month === month);
        return [...posts, ...rest].reduce((sums, entry) => plusCharge(sums, entry, entry), noSums());
      },
      async ofPost(workspaceId, postId) {
        const parts = [...publications.values()].filter((each) => each.workspaceId === workspaceId);
        return [
          ...parts.filter((each) => each.postId === postId).flatMap(({ charge }) => charge ?? []),
          ...ledger.filter((entry) => entry.workspaceId === workspaceId && entry.postId === postId),
        ];
      },
      async correct(usage, sums) {
        const current = standing(usage.workspaceId, usage.month);
        if (current.moves !== usage.moves) return false;
        write({ ...current, ...sums });
        return true;
      },
    },
    budgets: {
      get: async (workspaceId) => budgets.get(workspaceId)?.micros ?? null,
      async learn(workspaceId, entityVersion, micros) {
        if ((budgets.get(workspaceId)?.entityVersion ?? 0) < entityVersion) {
          budgets.set(workspaceId, { entityVersion, micros });
        }
      },
    },
    app: {
      async read() {
        const day = now().toISOString().slice(0, 10);
        return app.day === day ? app : { ...quietApp(day), circuits: app.circuits };
      },
      async count(day, postsToday, workspacesToday) {
        app = { ...app, day, postsToday, workspacesToday };
      },
      async breakCircuit(scope, kind, until) {
        app = { ...app, circuits: { ...app.circuits, [scope]: { kind, until } } };
      },
    },
  };
};

/** The usage as the stream shows its item: flat, under its keys. */
const itemOf = ({ workspaceId, month, kinds, accounts, campaigns, postsOfDay, ...rest }: Usage) => ({
  type: 'usage',
  pk: workspaceId,
  sk: `USAGE#${month}`,
  ...rest,
  ...Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, { count, micros }]) => [
      [`count#${kind}`, count],
      [`micros#${kind}`, micros],
    ]),
  ),
  ...Object.fromEntries(Object.entries(accounts).map(([id, micros]) => [`account#${id}`, micros])),
  ...Object.fromEntries(Object.entries(campaigns).map(([id, micros]) => [`campaign#${id}`, micros])),
  ...Object.fromEntries(Object.entries(postsOfDay).map(([day, posts]) => [`day#${day}`, posts])),
});
