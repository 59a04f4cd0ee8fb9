import * as z from 'zod';
import { CampaignActor } from '#events/campaign-content.ts';
import { DomainError } from '#shared/errors.ts';
import { PersonId, PostId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { text } from '#shared/text.ts';
import { Instant } from '#shared/time.ts';

export const CampaignStatus = z
  .enum(['draft', 'in_review', 'approved', 'launching', 'running', 'paused', 'completed', 'cancelled', 'archived'])
  .meta({
    description:
      '`draft`: being planned; `in_review`: waits for a decision; `approved`: can be launched; `launching`: its slots are ' +
      'being set up; `running`: posts are published at their times; `paused`: nothing is published; `completed`: every ' +
      'post was published or will not be; `cancelled`: ended early; `archived`: kept for reading only',
  });
export type CampaignStatus = z.infer<typeof CampaignStatus>;

/** What people, or the launch and the run automatically, do with a campaign, and the status that results. */
const transitions = {
  submit: { from: ['draft'], to: 'in_review', done: 'submitted for review' },
  approve: { from: ['in_review'], to: 'approved', done: 'approved' },
  request_changes: { from: ['in_review'], to: 'draft', done: 'sent back for changes' },
  revise: { from: ['in_review', 'approved'], to: 'draft', done: 'revised' },
  launch: { from: ['draft', 'approved'], to: 'launching', done: 'launched' },
  start: { from: ['launching'], to: 'running', done: 'started' },
  pause: { from: ['running'], to: 'paused', done: 'paused' },
  resume: { from: ['paused'], to: 'running', done: 'resumed' },
  complete: { from: ['running'], to: 'completed', done: 'completed' },
  cancel: {
    from: ['draft', 'in_review', 'approved', 'launching', 'running', 'paused'],
    to: 'cancelled',
    done: 'cancelled',
  },
  archive: { from: ['draft', 'completed', 'cancelled'], to: 'archived', done: 'archived' },
} as const satisfies Record<string, { from: readonly CampaignStatus[]; to: CampaignStatus; done: string }>;
export type Transition = keyof typeof transitions;

/** Transitions that the platform makes on its own. */
const byItself: ReadonlySet<string> = new Set(['start', 'complete']);

/** What a person can do with a campaign of that status. */
export const possibleIn = (status: CampaignStatus): Transition[] =>
  (Object.keys(transitions) as Transition[]).filter((each) => {
    const from: readonly CampaignStatus[] = transitions[each].from;
    return from.includes(status) && !byItself.has(each);
  });

const wordsOf: Readonly<Record<CampaignStatus, string>> = {
  draft: 'a draft',
  in_review: 'in review',
  approved: 'approved',
  launching: 'being launched',
  running: 'running',
  paused: 'paused',
  completed: 'completed',
  cancelled: 'cancelled',
  archived: 'archived',
};

/**
 * Error for an action that the campaign's status does not allow; it lists the possible ones.
 * @param what what the campaign cannot do, as in "be changed"
 */
export const refusal = ({ status }: { status: CampaignStatus }, what: string): DomainError => {
  const possible = possibleIn(status).map((each) => each.replace('_', ' '));
  const said = `The campaign is ${wordsOf[status]} and cannot ${what}. `;
  const rest = possible.length > 0 ? `Possible: ${[...possible, 'clone'].join(', ')}.` : 'It can only be cloned.';
  return new DomainError('conflict', `campaign_${status}`, said + rest);
};

/** Error codes of campaigns in these statuses. */
export const refusedIn = <Status extends CampaignStatus>(...statuses: readonly Status[]) =>
  statuses.map((status) => `campaign_${status}` as const);

/**
 * The status that a transition leads to.
 * @throws DomainError `conflict`, `campaign_<status>`, which lists the possible actions
 */
export const statusAfter = (campaign: { status: CampaignStatus }, transition: Transition): CampaignStatus => {
  const { from, to, done } = transitions[transition];
  const allowed: readonly CampaignStatus[] = from;
  if (!allowed.includes(campaign.status)) throw refusal(campaign, `be ${done}`);
  return to;
};

export const Note = text(500).meta({ description: 'Reason, kept in the history of the campaign' });

/** A note that can be omitted. */
export const OptionalNote = Note.nullable()
  .default(null)
  .meta({ description: 'Reason, kept in the history of the campaign; null: none' });

/** One change to the status of a campaign. */
export const Step = z
  .object({
    version: z.int().min(1).meta({ description: 'Version of the campaign that it led to' }),
    transition: z.string().meta({
      description: `What was done: ${Object.keys(transitions)
        .map((each) => `\`${each}\``)
        .join(', ')}`,
      examples: ['pause'],
    }),
    from: CampaignStatus.meta({ description: 'Status before' }),
    to: CampaignStatus.meta({ description: 'Status after' }),
    at: Instant.meta({ description: 'When it was done (UTC)' }),
    by: z.string().max(64).meta({
      description: 'Id of the person or service account, or name of the part of the platform that did it',
    }),
    note: personal(Note.nullable().meta({ description: 'Reason given; null: none' }), {
      why: 'to show why a campaign was launched, stopped or changed',
      keptFor: keptFor.workspace,
    }),
  })
  .meta({ id: 'CampaignStep', description: 'A change to the status of a campaign' });
export type Step = z.infer<typeof Step>;

/** A requested decision on exactly what a launch report listed. */
export const Review = z.object({
  reportVersion: z.string().meta({ description: 'Launch report whose content is reviewed' }),
  /** The check whose parts contain that content. */
  checkId: z.string(),
  submitter: CampaignActor,
  approver: CampaignActor.nullable(),
  submittedBy: PersonId,
  submittedAt: Instant.meta({ description: 'When it was submitted (UTC)' }),
  decidedBy: PersonId.nullable().meta({ description: 'Who approved it; null: undecided' }),
  decidedAt: Instant.nullable().meta({ description: 'When it was approved (UTC); null: undecided' }),
  /** Number of parts of the check whose posts are approved so far. */
  approvedParts: z.int().min(0),
  approvedPosts: z.int().min(0).meta({ description: 'Number of posts approved with the campaign so far' }),
  refusedPosts: z
    .array(
      z.object({
        postId: PostId,
        code: z
          .string()
          .max(64)
          .meta({
            description:
              'Machine-readable reason. `changed`: the content is not the submitted one; `not_found`: deleted; `not_open`: ' +
              'being published, or published; `not_permitted`: the role of the approver may not approve posts; `four_eyes`, ' +
              '`only_for_people`, `writer_unknown`: it needs approval by someone else',
          }),
      }),
    )
    .meta({ description: 'Posts that could not be approved with the campaign, and why' }),
  voidedPosts: z.array(PostId).meta({
    description:
      'Approved posts that were edited since, except in alt texts and subtitles: they need a new approval of their own',
  }),
});
export type Review = z.infer<typeof Review>;

/** The review after the posts of one part were approved or refused. Idempotent. */
export const withApprovals = (
  review: Review,
  part: number,
  outcomes: readonly { postId: string; outcome: string }[],
): Review => {
  if (part < review.approvedParts) return review;
  const refused = outcomes.filter(({ outcome }) => outcome !== 'approved');
  return {
    ...review,
    approvedParts: part + 1,
    approvedPosts: review.approvedPosts + outcomes.length - refused.length,
    refusedPosts: [...review.refusedPosts, ...refused.map(({ postId, outcome: code }) => ({ postId, code }))],
  };
};

/** The review after one of its posts was edited. */
export const withVoided = (review: Review, postId: string): Review =>
  review.voidedPosts.includes(postId) ? review : { ...review, voidedPosts: [...review.voidedPosts, postId] };
