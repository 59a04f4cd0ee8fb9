import * as z from 'zod';
import { nothing } from '#functions/campaigns/budget/reserve.ts';
import { Plan } from '#functions/campaigns/domain/plan.ts';
import { XModel } from '#functions/campaigns/domain/rehearsal.ts';
import type { PlanContext } from '#functions/campaigns/plan-expansion/context.ts';
import { expandPlan } from '#functions/campaigns/plan-expansion/expand-plan.ts';
import { previewOf } from '#functions/campaigns/planning/preview.ts';
import { rehearse } from '#functions/campaigns/rehearsal/rehearse.ts';
import { settingOf } from '#functions/campaigns/rehearsal/rehearsed-facts.ts';
import { DomainError } from '#shared/errors.ts';

/**
 * `npm run bench:plans`: CPU time of what campaigns compute: the preview of a plan and how it grows, the refusal of
 * deliberately costly rules, and rehearsals. `npm run bench:plans -- 50` takes 50 rounds of each. Goals: a preview of
 * 1,000 slots in 50 ms of CPU time, twice as many in about twice that, a refusal within 30 ms.
 */
const rounds = z.coerce.number().int().min(3).default(15).parse(process.argv[2]);

const accountIds = [1, 2, 3].map((place) => `acc_${String(place).padStart(26, '0')}`);
const templateId = `tpl_${'1'.padStart(26, '0')}`;
const context: PlanContext = {
  queues: [],
  taken: [],
  accountOfPost: new Map(),
  requiredValues: new Map([[templateId, ['tip']]]),
};

/** `count` slots in tracks of 250, on three accounts in turn, with jitter, a zone with daylight saving and all policies. */
const planOf = (count: number, rule = 'FREQ=DAILY;BYHOUR=9,12,15,18;COUNT=250'): Plan =>
  Plan.parse({
    ...{ timeZone: 'America/New_York', seed: 'bench' },
    tracks: Array.from({ length: count / 250 }, (_, track) => ({
      ...{ id: `track-${track}`, accountIds, jitterMinutes: 10 },
      content: {
        ...{ kind: 'template', templateId },
        values: Array.from({ length: 250 }, (_each, place) => ({ tip: `Tip ${track}/${place}` })),
      },
      times: { kind: 'recurrence', start: `2026-12-01T09:${String(track * 5).padStart(2, '0')}`, rule },
    })),
  });

/** CPU time in milliseconds, including JIT compilation. */
const onceMs = (what: () => unknown): number => {
  const began = process.cpuUsage();
  what();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
};

/** The median of the rounds, after as many to warm up. */
const cpuMs = (what: () => unknown): number => {
  for (let round = 0; round < rounds; round += 1) what();
  const times = Array.from({ length: rounds }, () => onceMs(what));
  return times.toSorted((one, other) => one - other)[Math.floor(rounds / 2)] ?? NaN;
};

const told = (ms: number): string => `${ms.toFixed(1)} ms of CPU`;
const preview = (plan: Plan) => previewOf(expandPlan(plan, context), { after: '2026-01-01T00:00:00Z', limit: 2_000 });

// The first call of each, as in a function that has just started.
const hostile = [
  'FREQ=SECONDLY;COUNT=1000',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=10',
  'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6;COUNT=3',
  'FREQ=YEARLY;BYDAY=MO,TU;BYSETPOS=-1;COUNT=60',
  'FREQ=DAILY;INTERVAL=99999;COUNT=3',
  'FREQ=DAILY',
];
for (const rule of hostile) {
  const plan = planOf(250, rule);
  let code = 'not refused';
  const refused = onceMs(() => {
    try {
      expandPlan(plan, context);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      code = error.fields[0]?.code ?? error.code;
    }
  });
  console.log(`${rule}: ${code} after ${told(refused)}`);
}

const [thousand, twice] = [planOf(1_000), planOf(2_000)];
const first = onceMs(() => preview(thousand));
const [one, two] = [cpuMs(() => preview(thousand)), cpuMs(() => preview(twice))];
console.log(`preview of ${preview(thousand).slots.length} slots: ${told(one)}; the first one ${told(first)}`);
console.log(`preview of ${preview(twice).slots.length} slots: ${told(two)}, ${(two / one).toFixed(2)} times as much`);

const x = XModel.parse({
  limits: { accountPostsPerWindow: 5, accountPostsPerDay: 40 },
  faults: { rateLimitShare: 0.02, noAnswerShare: 0.02, drawnSuspensions: 1 },
});
for (const plan of [thousand, twice]) {
  const slots = expandPlan(plan, context).slots.map((slot) => ({ ...slot, trial: null }));
  const known = { campaign: { budget: null }, catchUp: plan.policies.catchUp, checked: [], workspace: undefined };
  const setting = { ...settingOf({ seed: 'bench', x }, { ...known, slots }), spent: nothing };
  const ms = cpuMs(() => rehearse(setting));
  console.log(
    `rehearsal of ${slots.length} posts: ${told(ms)}, ${Math.round((slots.length / ms) * 1_000)} posts a second`,
  );
}
