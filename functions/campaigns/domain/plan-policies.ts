import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { AskedInstant } from '#shared/time.ts';

const maxWindowMinutes = 7 * 24 * 60;

const exists = (day: string): boolean => {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
};

/** A calendar date. Time zone rules are known from 1970 on, and plans beyond 2099 are not expected. */
export const LocalDate = z
  .string()
  .regex(/^(19[7-9]\d|20\d\d)-\d\d-\d\d$/, { error: 'must be a day such as 2026-12-24', abort: true })
  .refine(exists, 'must be a day that exists')
  .meta({ description: 'Calendar date', examples: ['2026-12-24'] });

const ClockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:30')
  .meta({ description: 'Local time of day, to the minute', examples: ['09:30'] });

/** A local time to the minute, without a time zone. */
export const WallTime = z
  .string()
  .regex(/^(19[7-9]\d|20\d\d)-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/, {
    error: 'must be a local time such as 2026-11-30T09:30',
    abort: true,
  })
  .refine((wall) => exists(wall.slice(0, 10)), 'must be on a day that exists')
  .meta({ description: 'Local date and time, to the minute, without UTC offset', examples: ['2026-11-30T09:30'] });

export const GapPolicy = z.enum(['shift_later', 'skip']).meta({
  description:
    'Local times skipped when clocks go forward: `shift_later` moves them by the length of the gap; `skip` leaves them out',
});
export const OverlapPolicy = z.enum(['first', 'second']).meta({
  description: 'Local times repeated when clocks go back: the `first` or the `second` occurrence counts',
});
export const MonthEndPolicy = z.enum(['last_day', 'skip']).meta({
  description: 'Days that a month does not have: `last_day` uses its last day; `skip` leaves them out',
});
export const CollisionPolicy = z.enum(['move_later', 'drop']).meta({
  description:
    'Two slots of an account at the same time: `move_later` moves the later one in plan order by the minimum gap; `drop` ' +
    'leaves it out',
});

export const CatchUpPolicy = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('publish_late'),
        withinMinutes: z.int().min(1).max(maxWindowMinutes).meta({ description: 'Maximum delay in minutes' }),
      })
      .meta({ description: 'Publish missed slots at once, if they are not too late; skip the others' }),
    z.strictObject({ kind: z.literal('skip') }).meta({ description: 'Skip missed slots' }),
    z.strictObject({ kind: z.literal('shift_rest') }).meta({
      description: 'Move missed and remaining slots later by the time that was lost',
    }),
    z.strictObject({ kind: z.literal('compress') }).meta({
      description: 'Fit missed and remaining slots into the remaining time',
    }),
  ])
  .meta({
    description:
      'What happens to slots that came due while the campaign was paused, and to new times of an applied plan that have ' +
      'passed',
  });
export type CatchUpPolicy = z.infer<typeof CatchUpPolicy>;

export const Policies = z.strictObject({
  gap: GapPolicy.default('shift_later'),
  overlap: OverlapPolicy.default('first'),
  monthEnd: MonthEndPolicy.default('last_day'),
  collision: CollisionPolicy.default('move_later'),
  catchUp: CatchUpPolicy.default({ kind: 'publish_late', withinMinutes: 60 }).meta({
    description:
      'What happens to slots that came due while the campaign was paused, and to new times of an applied plan that have ' +
      'passed; default: publish up to 60 minutes late, skip the others. After an outage, the `missedPolicy` of each post ' +
      'decides',
  }),
});
export type Policies = z.infer<typeof Policies>;

export const QuietHours = z
  .strictObject({
    from: ClockTime.meta({ description: 'Local time at which they begin, inclusive' }),
    to: ClockTime.meta({ description: 'Local time at which they end, exclusive; may be on the next day' }),
  })
  .refine(({ from, to }) => from !== to, { error: 'must differ from `from`', path: ['to'] });

export const Spacing = z
  .strictObject({
    minimumGapMinutes: z.int().min(0).max(1_440).default(1).meta({
      description: 'Minimum time between two posts of an account, in minutes',
    }),
    quietHours: QuietHours.nullable().default(null).meta({
      description: "Daily hours without posts, in the plan's time zone; null: none",
    }),
    maxPerDay: z.int().min(1).max(100).nullable().default(null).meta({
      description: "Maximum number of posts of an account per day of the plan's time zone; null: no limit",
    }),
  })
  .meta({ description: 'Distance between the posts of an account' });
export type Spacing = z.infer<typeof Spacing>;

export const Blackout = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('days'),
        name: text(120),
        from: LocalDate.meta({ description: 'First day' }),
        to: LocalDate.meta({ description: 'Last day, inclusive' }),
      })
      .refine(({ from, to }) => from <= to, { error: 'must not be before `from`', path: ['to'] })
      .meta({ description: "Whole days in the plan's time zone" }),
    z
      .strictObject({
        kind: z.literal('span'),
        name: text(120),
        from: AskedInstant.meta({ description: 'Beginning, inclusive' }),
        to: AskedInstant.meta({ description: 'End, exclusive' }),
      })
      .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: 'must be after `from`', path: ['to'] })
      .meta({ description: 'A period between two points in time' }),
  ])
  .meta({ description: 'A period in which nothing is published' });
export type Blackout = z.infer<typeof Blackout>;

export const AccountSpacing = z
  .strictObject({ accountId: AccountId, ...Spacing.shape })
  .meta({ description: 'Spacing of one account, in place of the spacing of the plan' });
