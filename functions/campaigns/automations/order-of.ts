import type * as z from 'zod';
import { CallWebhookStep, CampaignStep, NotifyStep, PostStep } from '#events/automation-steps.ts';
import { beginningOf } from '#shared/text.ts';
import { instantAfter, minuteMs } from '#shared/time.ts';
import { type Action, placeholder } from '../domain/automation-step.ts';
import { valueAt } from '../domain/known-event.ts';

/** What placeholders can refer to: the event, and what steps have created. */
export interface Known {
  event: Record<string, unknown>;
  made: Readonly<Record<string, string>>;
}

/** What a context is to do. */
export type Order =
  | { at: 'posts'; step: PostStep }
  | { at: 'users'; step: NotifyStep }
  | { at: 'platform'; step: CallWebhookStep }
  | { at: 'campaigns'; step: CampaignStep };

/** Maximum size of a step in bytes of JSON: it is part of the execution's state (AWS Step Functions quotas: 256 KB). */
const maxStepBytes = 100_000;

/** A step that cannot be filled in from the event, with the reason. */
export class Unfillable extends Error {}

type Acting = Exclude<Action, { kind: 'wait' | 'stop' }>;

/**
 * Builds the order to another context for a step, with its placeholders filled in.
 * @throws Unfillable if a value is missing or not a valid id
 */
export const orderOf = (action: Acting, known: Known, automationName: string, now: Date): Order => {
  switch (action.kind) {
    case 'draft_post':
    case 'queue_post':
      return { at: 'posts', step: postStep({ kind: action.kind, ...written(action, known) }) };
    case 'schedule_post': {
      const publishAt = instantAfter(now, action.inMinutes * minuteMs);
      return { at: 'posts', step: postStep({ kind: action.kind, ...written(action, known), publishAt }) };
    }
    case 'submit_post':
      return {
        at: 'posts',
        step: postStep({ kind: action.kind, postId: idOf(action.postId, known), comment: action.comment }),
      };
    case 'repost_post':
      return { at: 'posts', step: postStep({ kind: action.kind, postId: idOf(action.postId, known) }) };
    case 'pause_campaign':
    case 'resume_campaign':
      return {
        at: 'campaigns',
        step: fitting(CampaignStep, { kind: action.kind, campaignId: idOf(action.campaignId, known) }),
      };
    case 'notify': {
      const { roles, people } = action;
      const words = { subject: fill(action.subject, known, 120), text: fill(action.text, known, 500) };
      return {
        at: 'users',
        step: fitting(NotifyStep, { kind: 'notify', to: { roles, people }, ...words, automationName }),
      };
    }
    case 'call_webhook': {
      const values = valuesOf(action.values, known);
      const step = { kind: action.kind, webhookId: action.webhookId, values, automationName };
      return { at: 'platform', step: fitting(CallWebhookStep, step) };
    }
  }
};

const written = ({ accountId, templateId, values }: Extract<Acting, { templateId: string }>, known: Known) => ({
  accountId: idOf(accountId, known),
  templateId,
  values: valuesOf(values, known),
});

const postStep = (step: unknown): PostStep => fitting(PostStep, step);

const fitting = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const { data, error } = schema.safeParse(value);
  if (error) {
    const fields = [...new Set(error.issues.map(({ path }) => `\`${String(path.at(-1))}\``))].join(', ');
    throw new Unfillable(`The event has no valid value for ${fields}: it is missing, empty or of the wrong type.`);
  }
  if (Buffer.byteLength(JSON.stringify(data)) <= maxStepBytes) return data;
  throw new Unfillable(
    `With the values of this event, the step is larger than ${maxStepBytes} bytes. Use fewer or shorter values.`,
  );
};

const idOf = (given: string, known: Known): unknown => {
  const [, path] = new RegExp(placeholder.source, 'i').exec(given) ?? [];
  return path === undefined ? given : valueIn(known, path);
};

const valueIn = ({ event, made }: Known, path: string): unknown => valueAt({ ...event, made }, path);

const valuesOf = (values: Readonly<Record<string, string>>, known: Known): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, text]) => [name, fill(text, known, 4_000)]));

/** Fills in the placeholders of a text and truncates it to `longest` UTF-16 code units. */
const fill = (text: string, known: Known, longest: number): string =>
  beginningOf(
    text.replace(placeholder, (_, path: string) => textOf(valueIn(known, path))),
    longest,
  );

/** A field as text; empty if it is missing. */
const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
