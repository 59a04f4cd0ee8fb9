import type * as z from 'zod';
import { Plan } from '#functions/campaigns/domain/plan.ts';
import type { ExpandedPlan, PlanContext } from '#functions/campaigns/plan-expansion/context.ts';
import { expandPlan } from '#functions/campaigns/plan-expansion/expand-plan.ts';
import { DomainError, type FieldError } from '#shared/errors.ts';

const idOf = (prefix: string, place: number): string => `${prefix}_${String(place).padStart(26, '0')}`;
export const account = (place: number): string => idOf('acc', place);
export const post = (place: number): string => idOf('pst', place);
const templateId = idOf('tpl', 1);

/** Content for this many slots, different for each. */
export const rows = (count: number, from = 0) => ({
  kind: 'template' as const,
  templateId,
  values: Array.from({ length: count }, (_, place) => ({ tip: `Tip ${from + place}` })),
});

export const posts = (...places: number[]) => ({ kind: 'posts' as const, postIds: places.map(post) });

export const rule = (text: string, start = '2026-12-01T09:00') => ({
  kind: 'recurrence' as const,
  start,
  rule: text,
});

export type TrackInput = Partial<z.input<typeof Plan>['tracks'][number]>;

/** A track of account 1 with content for up to ten slots. */
export const track = (changes: TrackInput = {}): z.input<typeof Plan>['tracks'][number] => ({
  id: 'tips',
  accountIds: [account(1)],
  content: rows(10),
  times: rule('FREQ=DAILY;COUNT=3'),
  ...changes,
});

/** A plan of one track in Berlin, parsed as from a request. */
export const plan = (changes: Partial<z.input<typeof Plan>> = {}): Plan =>
  Plan.parse({ timeZone: 'Europe/Berlin', seed: 'seed', tracks: [track()], ...changes });

/** Posts 1 to 9 are of account 1, 11 to 19 of account 2. */
export const context: PlanContext = {
  queues: [],
  taken: [],
  accountOfPost: new Map(Array.from({ length: 20 }, (_, place) => [post(place), account(place < 10 ? 1 : 2)])),
  requiredValues: new Map([[templateId, ['tip']]]),
};

export const expand = (changes: Partial<z.input<typeof Plan>> = {}, known: Partial<PlanContext> = {}): ExpandedPlan =>
  expandPlan(plan(changes), { ...context, ...known });

/** The UTC times of the slots. */
export const times = ({ slots }: Pick<ExpandedPlan, 'slots'>): string[] =>
  slots.map(({ publishAt }) => publishAt.replace(':00.000Z', 'Z'));

/** The local times of the slots. */
export const walls = ({ slots }: Pick<ExpandedPlan, 'slots'>): string[] => slots.map(({ wallTime }) => wallTime);

/** The fields of a refusal; fails when nothing is refused. */
export const refusal = (run: () => unknown): FieldError[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'invalid') return [...error.fields];
    throw error;
  }
  throw new Error('nothing was refused');
};
