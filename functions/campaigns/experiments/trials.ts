import type { FieldError } from '#shared/errors.ts';
import { counted } from '#shared/text.ts';
import type { Experiment, Trial, VariantContent } from '../domain/experiment.ts';
import type { Plan, SlotContent, Track } from '../domain/plan.ts';
import type { PlannedSlot } from '../domain/planned-slot.ts';
import { contentErrors, contentsOf } from '../plan-expansion/content.ts';
import type { PlanContext } from '../plan-expansion/context.ts';
import { blocksOf } from './blocks.ts';
import { invalidExperiment } from './invalid.ts';

/** An experiment with the contents of its variants. */
export interface Registered {
  experiment: Experiment & { trackId: string };
  contents: readonly VariantContent[];
}

/** A slot with its assignment in the experiment; null: it takes no part. */
export type TrialSlot = PlannedSlot & { trial: Trial | null };

const isPart = ({ id, seriesId }: Pick<Track, 'id' | 'seriesId'>, trackId: string): boolean =>
  (seriesId ?? id) === trackId;

/** The plan with the variants' contents as additional tracks, so that they are looked up and validated too. */
export const withContents = (plan: Plan, { experiment, contents }: Registered): Plan => {
  const own = plan.tracks.find((track) => isPart(track, experiment.trackId));
  if (!own) return plan;
  return { ...plan, tracks: [...plan.tracks, ...contents.map(({ content }) => ({ ...own, content, overrides: [] }))] };
};

/**
 * Assigns the slots of an experiment's track to blocks and variants by the seed. A slot of a variant publishes that
 * variant's next content (for posts, the next one of its account); a slot of the control, or without a block, publishes
 * the plan's content. Deterministic for the same plan and experiment.
 * @throws DomainError `invalid_experiment`, whose fields name the path within the experiment
 */
export const withTrials = (
  plan: Plan,
  slots: readonly PlannedSlot[],
  registered: Registered,
  known: Pick<PlanContext, 'accountOfPost' | 'requiredValues'>,
): TrialSlot[] => {
  const { experiment } = registered;
  const fields = [...fitErrors(plan, registered), ...knownErrors(plan, registered, known)];
  if (fields.length > 0) throw invalidExperiment(fields);
  const trials = trialsOf(plan, slots, experiment);
  const contents = variantContents(slots, trials, registered, known);
  return slots.map((slot) => ({
    ...slot,
    content: contents.get(slot.slotKey) ?? slot.content,
    trial: trials.get(slot.slotKey) ?? null,
  }));
};

/** Errors if the track does not exist or a variant's content is missing, unknown or repeated. */
const fitErrors = ({ tracks }: Plan, { experiment, contents }: Registered): FieldError[] => {
  const wanted = experiment.variants.map(({ key }) => key).filter((key) => key !== experiment.control);
  const given = contents.map(({ variant }) => variant);
  const missing = wanted.filter((key) => !given.includes(key));
  return [
    ...(tracks.some((track) => isPart(track, experiment.trackId))
      ? []
      : [{ path: 'trackId', code: 'track_not_found', message: `There is no track ${experiment.trackId} in the plan` }]),
    ...given.flatMap((key, place) => {
      if (!wanted.includes(key)) {
        const message = `${key} is not a variant besides the control`;
        return [{ path: `contents.${place}.variant`, code: 'unknown_variant', message }];
      }
      return given.indexOf(key) < place
        ? [{ path: `contents.${place}.variant`, code: 'repeated_variant', message: `${key} is duplicated` }]
        : [];
    }),
    ...(missing.length > 0
      ? [{ path: 'contents', code: 'missing_content', message: `has no content for ${missing.join(', ')}` }]
      : []),
  ];
};

/** Errors in the contents themselves: unknown, incomplete or repeated. */
const knownErrors = (plan: Plan, registered: Registered, known: Parameters<typeof contentErrors>[1]): FieldError[] => {
  const from = plan.tracks.length;
  return contentErrors(withContents(plan, registered), known).flatMap((error) => {
    const [, index = '', ...rest] = error.path.split('.');
    const place = Number(index) - from;
    return place < 0 ? [] : [{ ...error, path: ['contents', place, ...rest].join('.') }];
  });
};

const trialsOf = (
  { tracks }: Plan,
  slots: readonly PlannedSlot[],
  experiment: Registered['experiment'],
): Map<string, Trial> => {
  const trackIds = new Set(tracks.filter((track) => isPart(track, experiment.trackId)).map(({ id }) => id));
  const taking = slots.filter((slot) => trackIds.has(slot.trackId));
  const { blocks } = blocksOf(
    experiment,
    taking.map(({ slotKey: id, accountId, wallTime }) => ({ id, accountId, wallTime })),
  );
  return new Map(
    blocks.flatMap(({ id: block, weekdayClass, hourBand, slots: own }) =>
      own.map(({ id, variant }): [string, Trial] => [id, { variant, block, weekdayClass, hourBand }]),
    ),
  );
};

const variantContents = (
  slots: readonly PlannedSlot[],
  trials: ReadonlyMap<string, Trial>,
  { contents }: Registered,
  { accountOfPost }: Pick<PlanContext, 'accountOfPost'>,
): Map<string, SlotContent> => {
  const bound = new Map<string, SlotContent>();
  for (const [place, { variant, content }] of contents.entries()) {
    const left = contentsOf({ content });
    const own = slots.filter(({ slotKey }) => trials.get(slotKey)?.variant === variant);
    for (const { slotKey, accountId } of own) {
      const fits = (each: SlotContent) => each.kind === 'template' || accountOfPost.get(each.postId) === accountId;
      const next = left.findIndex(fits);
      const [found] = next < 0 ? [] : left.splice(next, 1);
      if (!found) throw tooLittle(content, place, own, accountId);
      bound.set(slotKey, found);
    }
  }
  return bound;
};

const tooLittle = (
  content: VariantContent['content'],
  place: number,
  own: readonly PlannedSlot[],
  accountId: string,
): Error => {
  const [list, has] =
    content.kind === 'posts'
      ? (['postIds', content.postIds.length] as const)
      : (['values', content.values.length] as const);
  const slots = content.kind === 'posts' ? own.filter((slot) => slot.accountId === accountId).length : own.length;
  const of = content.kind === 'posts' ? ` of the account ${accountId}` : '';
  const message = `has too few entries (${has}) for ${counted(slots, 'slot')}${of}; X rejects repeated text`;
  return invalidExperiment([{ path: `contents.${place}.content.${list}`, code: 'too_little_content', message }]);
};
