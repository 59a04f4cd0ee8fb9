import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import type { Bound } from '#shared/bound.ts';
import { entityFields } from '#shared/entity.ts';
import { PersonId, SavedReportId } from '#shared/ids.ts';
import { recurrenceSchedule, type ScheduleUse } from '#shared/recurrence/schedule.ts';
import { Instant } from '#shared/time.ts';
import { ReportDefinition } from './report-definition.ts';

/** Maximum number of saved reports of a workspace, and of each person: scheduled ones run until they are deleted. */
export const maxSavedReports: Bound = {
  most: 50,
  code: 'too_many_saved_reports',
  said: 'A workspace can have at most 50 saved reports. Delete one first.',
};
export const maxSavedReportsOfOne: Bound = {
  most: 20,
  code: 'too_many_own_saved_reports',
  said: 'One person can have at most 20 saved reports. Delete one first.',
};

/** Four a day are enough: most numbers of a report are read only once a day. */
export const reportScheduleUse: ScheduleUse = { path: 'body.schedule.rule', mostPerDay: 4 };

/** When a saved report is made: a recurrence rule in the time zone of the report. */
export const ReportSchedule = recurrenceSchedule(reportScheduleUse.mostPerDay).meta({
  id: 'ReportSchedule',
  description: 'When reports are created from a saved report, in the time zone of the definition',
});

const isEachOnce = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** The fields of a saved report that people set. */
export const savedFields = {
  definition: ReportDefinition,
  schedule: ReportSchedule.nullable()
    .default(null)
    .meta({ description: 'When reports are created; null: only on request. Requires a relative period' }),
  recipients: z
    .array(PersonId.meta({ description: 'Id of a member' }))
    .max(20)
    .refine(isEachOnce, 'must not contain duplicates')
    .default([])
    .meta({ description: 'Members who get an email when a scheduled report is ready' }),
};

/** A definition from which reports are made, on a schedule or on request. */
export const SavedReport = z.object({
  id: SavedReportId,
  ...entityFields,
  ...savedFields,
  nextAt: Instant.nullable().meta({
    description: 'When the next report is created (UTC); null: only on request, or never again',
  }),
  createdBy: Actor.meta({ description: 'Who saved it' }),
  deletedAt: Instant.nullable(),
});
export type SavedReport = z.infer<typeof SavedReport>;
