import { json, Refusal } from './http.ts';
import type { Caller, Operation } from './operation.ts';
import { type Charge, PRICES } from './prices.ts';
import { creditsDepleted, refuseInvalid, usageCapExceeded } from './problems.ts';
import { utcDay, type World } from './world.ts';

/** Days of usage kept, the maximum of GET /2/usage/tweets. */
const KEPT_DAYS = 90;

/** Bills a successful call. */
export function bill(world: World, caller: Caller, charges: readonly Charge[]): void {
  const { meter, readToday } = world.state;
  const day = utcDay(world.now());
  if (readToday.day !== day) world.state.readToday = { day, keys: {} };
  for (const { kind, resource } of charges) {
    const key = `${kind} ${resource ?? ''}`;
    if (resource !== undefined) {
      if (world.state.readToday.keys[key]) continue;
      world.state.readToday.keys[key] = true;
    }
    const today = (meter[day] ??= { kinds: {}, users: {} });
    const line = (today.kinds[kind] ??= { count: 0, micros: 0 });
    line.count += 1;
    line.micros += PRICES[kind];
    const who = caller.kind === 'user' ? caller.user.id : 'app';
    today.users[who] = (today.users[who] ?? 0) + PRICES[kind];
  }
  const oldest = utcDay(world.now() - KEPT_DAYS * 86_400_000);
  for (const kept of Object.keys(meter)) if (kept < oldest) Reflect.deleteProperty(meter, kept);
}

/** Returns all that was billed, in millionths of a dollar. */
function usageTotals(world: World) {
  const kinds: Record<string, { count: number; micros: number }> = {};
  const users: Record<string, number> = {};
  let totalMicros = 0;
  for (const day of Object.values(world.state.meter)) {
    for (const [kind, { count, micros }] of Object.entries(day.kinds)) {
      const line = (kinds[kind] ??= { count: 0, micros: 0 });
      line.count += count;
      line.micros += micros;
      totalMicros += micros;
    }
    for (const [id, micros] of Object.entries(day.users)) {
      const name = world.state.users[id]?.username ?? id;
      users[name] = (users[name] ?? 0) + micros;
    }
  }
  return { totalMicros, kinds, users, days: world.state.meter };
}

/** Returns the posts read on days that start with the prefix (a month or a day). */
function postReads(world: World, prefix: string): number {
  const days = Object.entries(world.state.meter).filter(([day]) => day.startsWith(prefix));
  return days.reduce((sum, [, day]) => sum + (day.kinds['postRead']?.count ?? 0), 0);
}

/**
 * Refuses a call without credit.
 * @throws Refusal 402 when the credits are spent, 429 when the month's post reads are used up. Like X's, that 429 has
 *   x-rate-limit headers that show calls left.
 */
export function requireCredit(world: World, operation: Operation): void {
  const { creditMicros, accountId, monthlyPostReads } = world.state.settings;
  if (creditMicros !== null && usageTotals(world).totalMicros >= creditMicros) {
    throw new Refusal(creditsDepleted(accountId));
  }
  const reads = operation.method === 'GET' && operation.path.includes('tweets') && operation.id !== 'getUsage';
  if (reads && postReads(world, utcDay(world.now()).slice(0, 7)) >= monthlyPostReads) {
    throw new Refusal(usageCapExceeded(accountId));
  }
}

/** Returns posts read per UTC day, as X counts them. */
export const getUsage: Operation = {
  id: 'getUsage',
  method: 'GET',
  path: '/2/usage/tweets',
  auth: 'app',
  scopes: [],
  query: ['days', 'usage.fields'],
  async handle(world, { query }) {
    const days = query.get('days') ?? '7';
    if (!/^\d{1,2}$/.test(days) || Number(days) < 1 || Number(days) > 90) {
      refuseInvalid(`The \`days\` query parameter value [${days}] is not between 1 and 90`, { days: [days] });
    }
    const wanted = (query.get('usage.fields') ?? '').split(',');
    const now = world.now();
    const usage = Array.from({ length: Number(days) }, (_, back) => {
      const date = utcDay(now - (Number(days) - 1 - back) * 86_400_000);
      return { date: `${date}T00:00:00.000Z`, usage: String(postReads(world, date)) };
    });
    const projectId = String(world.state.settings.accountId);
    const all: Record<string, unknown> = {
      cap_reset_day: 1,
      project_cap: String(world.state.settings.monthlyPostReads),
      project_id: projectId,
      project_usage: String(postReads(world, utcDay(now).slice(0, 7))),
      daily_project_usage: { project_id: projectId, usage },
      daily_client_app_usage: [
        { client_app_id: world.state.settings.clientId, usage, usage_result_count: usage.length },
      ],
    };
    const always = ['project_cap', 'project_id', 'project_usage'];
    const data = Object.fromEntries(
      Object.entries(all).filter(([name]) => always.includes(name) || wanted.includes(name)),
    );
    return { status: 200, body: { data } };
  },
};

/** Returns the usage in the form of the control API. */
export function usageReply(world: World) {
  return json(200, { ...usageTotals(world), creditMicros: world.state.settings.creditMicros });
}
