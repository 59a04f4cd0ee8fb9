import { instantAt } from '#shared/time.ts';
import { nothing, plus } from '../budget/reserve.ts';
import type { PostFacts, SlotFacts } from '../domain/publishing-facts.ts';
import type { Rehearsal, RehearsedLimit } from '../domain/rehearsal.ts';
import { Agenda } from './agenda.ts';
import { drawBy } from './draw.ts';
import { latenessOf, outcomeOfLate } from './lateness.ts';
import { billPart, Money } from './money.ts';
import { type End, published, rehearsedOf, type Run, runOf, type Turn } from './run.ts';
import type { Setting } from './setting.ts';
import { held, standingObstacle } from './standing.ts';
import { suspensionsOf } from './suspensions.ts';
import { X } from './x.ts';

/** Attempts after which a post is held for a person. */
const maxAttempts = 20;

const missed: End = { outcome: 'missed', code: 'missed', reason: 'It missed its publishing window.' };
const missedAsk = held('missed_ask', 'Its time has passed, and it waits for a decision.');
const gaveUp = held('gave_up', `It could not be published in ${maxAttempts} attempts.`);
const overBudget = held(
  'budget_exhausted',
  "The post costs more than what is left of the workspace's X budget for this month.",
);
const suspended = held('account_suspended', 'X has suspended the account.');
const duplicate: End = {
  outcome: 'failed',
  code: 'x_duplicate',
  reason: 'X rejects duplicates: the account posted the same text.',
};

/**
 * Simulates a plan: what is published when, what is not and why, delays, cost, and days that reach a limit of X. It
 * follows the rules of publishing: costs are reserved before sending, unknown outcomes settle and are looked up, limits
 * are waited for, late posts follow the policy, and a spent budget pauses the campaign. Deterministic for the same
 * setting, regardless of the order of its lists.
 */
export const rehearse = (setting: Setting): Rehearsal => new Play(setting).play();

const byTime = (one: SlotFacts, other: SlotFacts): number =>
  Date.parse(one.publishAt) - Date.parse(other.publishAt) || (one.slotKey < other.slotKey ? -1 : 1);

type LimitDay = Rehearsal['limitDays'][number];

class Play {
  readonly #setting: Setting;
  readonly #draw;
  readonly #suspensions;
  readonly #x: X;
  readonly #money: Money;
  readonly #agenda = new Agenda<Turn>();
  readonly #limits = new Map<string, Omit<LimitDay, 'slots'> & { waiting: Set<string> }>();

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#draw = drawBy(setting.seed);
    this.#suspensions = suspensionsOf(setting.x.faults, setting.slots, this.#draw);
    this.#x = new X(setting.x, this.#suspensions, this.#draw);
    this.#money = new Money(setting);
  }

  play(): Rehearsal {
    const runs = this.#setting.slots.toSorted(byTime).map(runOf);
    const accounts = new Map(this.#setting.accounts.map((account) => [account.accountId, account]));
    const [least, most] = this.#setting.pace.dispatchMs;
    for (const run of runs) {
      const { slot } = run;
      const obstacle = standingObstacle(slot, accounts.get(slot.accountId));
      if (obstacle) run.end = obstacle;
      else this.#later(run, run.dueAt + least + Math.round((most - least) * this.#draw('dispatch', slot.slotKey)));
    }
    for (let turn = this.#agenda.next(); turn; turn = this.#agenda.next()) this.#take(turn);
    return this.#told(runs);
  }

  #take({ run, at }: Turn): void {
    const { post } = run;
    if (!post) return;
    run.turns += 1;
    if (run.open) this.#look(run, post, run.open, at);
    else if (run.outAt.length > 0 || this.#mayBegin(run, post, at)) this.#send(run, post, at);
  }

  /** Whether a post of which nothing is published can be sent now; otherwise it ends, or gets a later turn. */
  #mayBegin(run: Run, post: PostFacts, at: number): boolean {
    const late = outcomeOfLate(this.#setting.lateness, at - run.dueAt);
    if (late !== 'go') return this.#finish(run, late === 'missed' ? missed : missedAsk);
    const word = this.#money.ask(run, post, at);
    if (word.kind === 'over') return this.#finish(run, word.end);
    if (word.kind === 'next_month') return this.#release(run, word.at, overBudget);
    return true;
  }

  #send(run: Run, post: PostFacts, at: number): void {
    const part = run.outAt.length;
    const { accountId, slotKey } = run.slot;
    const text = part === 0 ? post.contentHash : null;
    const answer = this.#x.send({ accountId, text, key: `${slotKey}/${run.turns}` }, at);
    if (answer.kind !== 'limited' || !answer.isKnown) run.sends += 1;
    switch (answer.kind) {
      case 'taken':
        billPart(run, post, part, at);
        this.#out(run, post, at, at);
        break;
      case 'no_answer':
        if (answer.hasLanded) billPart(run, post, part, at);
        run.open = { sentAt: at, hasLanded: answer.hasLanded };
        this.#again(run, at + this.#setting.pace.settleMs);
        break;
      case 'limited':
        this.#noteLimit(answer.limit, run, at);
        this.#again(run, answer.until + this.#jitter(run));
        break;
      case 'suspended':
        this.#release(run, answer.until, suspended);
        break;
      case 'duplicate':
        this.#finish(run, duplicate);
        break;
    }
  }

  /** Looks up a send without a response at X: it is adopted, or sent again. */
  #look(run: Run, post: PostFacts, { sentAt, hasLanded }: NonNullable<Run['open']>, at: number): void {
    const { pauseMs } = this.#setting.pace;
    if (this.#x.isOut(at)) {
      this.#again(run, at + pauseMs + this.#jitter(run));
      return;
    }
    const ill = this.#suspensions.of(run.slot.accountId, at);
    if (ill) {
      this.#release(run, ill.until, suspended);
      return;
    }
    run.open = null;
    if (hasLanded) this.#out(run, post, sentAt, at);
    else if (run.outAt.length === 0 && this.#money.pause) this.#finish(run, this.#money.pause.end);
    else this.#send(run, post, at);
  }

  /** Records a published part; continues with the next one, or finishes. */
  #out(run: Run, post: PostFacts, at: number, now: number): void {
    run.outAt.push(at);
    if (run.outAt.length === post.parts.length) this.#finish(run, published);
    else this.#later(run, now + this.#setting.pace.callMs);
  }

  #later(run: Run, at: number): void {
    this.#agenda.add({ at, slotKey: run.slot.slotKey, run });
  }

  #again(run: Run, at: number): void {
    run.attempts += 1;
    if (run.attempts > maxAttempts) this.#finish(run, gaveUp);
    else this.#later(run, at);
  }

  /** Holds the post until the cause ends on its own, or ends it if that never happens. */
  #release(run: Run, at: number | null, end: End): false {
    if (at === null) return this.#finish(run, end);
    run.attempts = 1;
    if (!run.open && run.outAt.length === 0) this.#money.giveBack(run);
    this.#later(run, at + this.#jitter(run));
    return false;
  }

  #finish(run: Run, end: End): false {
    run.end = end;
    this.#money.giveBack(run);
    return false;
  }

  #jitter({ slot, turns }: Run): number {
    return Math.round(this.#setting.pace.jitterMs * this.#draw('jitter', slot.slotKey, turns));
  }

  #noteLimit(limit: RehearsedLimit, { slot }: Run, at: number): void {
    const day = instantAt(at).slice(0, 10);
    const accountId = limit === 'app_day' ? null : slot.accountId;
    const key = [day, limit, accountId].join('/');
    const known = this.#limits.get(key) ?? { day, limit, accountId, waiting: new Set() };
    known.waiting.add(slot.slotKey);
    this.#limits.set(key, known);
  }

  #told(runs: readonly Run[]): Rehearsal {
    const slots = runs.map(rehearsedOf);
    const outcomes: Rehearsal['outcomes'] = { published: 0, failed: 0, held: 0, missed: 0 };
    for (const { outcome } of slots) outcomes[outcome] += 1;
    const { pause } = this.#money;
    return {
      seed: this.#setting.seed,
      outcomes,
      slots,
      lateness: latenessOf(slots.flatMap(({ latenessMs }) => latenessMs ?? [])),
      spent: runs.map(({ billed }) => billed).reduce(plus, nothing),
      pausedAt: pause && instantAt(pause.at),
      limitDays: [...this.#limits]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, { waiting, ...limitDay }]) => ({ ...limitDay, slots: waiting.size })),
    };
  }
}
