import { defaultSettings } from '#events/users.ts';
import { connect, reconnect } from '#functions/accounts/domain/account.ts';
import {
  beginCheck,
  beginLaunch,
  type Campaign,
  newDraft,
  resume,
  take,
} from '#functions/campaigns/domain/campaign.ts';
import { planFromPosts } from '#functions/campaigns/planning/from-posts.ts';
import { writePlan } from '#functions/campaigns/planning/write-plan.ts';
import { cancel, draft, edit, type Post, schedule } from '#functions/posts/domain/post.ts';
import type { PostOnX } from '#infra/local/marketer.ts';
import { DomainError } from '#shared/errors.ts';
import { creationOf, priceOf } from '#shared/x-prices.ts';
import { type Asked, compare, type Difference } from '../faults/oracle.ts';
import { backUp, postsThatAre } from './backup.ts';
import { type Chaos, type Incidents, noIncidents } from './invocation.ts';
import { aMediaFile } from './media.ts';
import { type Plant, Platform } from './platform.ts';
import { Simulation } from './simulation.ts';
import { XModel } from './x-model.ts';

export const startMs = Date.parse('2026-11-22T12:00:00.000Z');
export const workspaceId = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const personId = 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const author = { actor: { type: 'person' as const, id: personId }, correlationId: 'simulated' };
const actor = { personId, people: [personId], role: 'owner' as const };
const minute = 60_000;

/** Ids that do not depend on chance. */
export const idOf = (prefix: string, number: number): string => `${prefix}_${String(number).padStart(26, '0')}`;

/** One post of a run, and what people asked for it. */
interface Wish {
  post: Post;
  /** What X must show, given the requests that were accepted. */
  asked: Asked | undefined;
  /** The earliest instant at which X may show it. */
  notBefore: number;
  /** Its campaign was cancelled at some time: it may be published or not, as its status says. */
  isEitherWay: boolean;
}

/** The outcome of a run. */
export interface Outcome {
  seed: number;
  posts: number;
  /** How many campaigns were launched. */
  launches: number;
  difference: Difference;
  /** Other violations, a sentence each. */
  breaches: string[];
  incidents: Incidents;
  trace: readonly string[];
}

export const chaosOf = (simulation: Simulation): Chaos => {
  const calm = { crash: 0, awsFault: 0, duplicateEvent: 0, lostStart: 0, abort: 0, x: 0 };
  const storm = simulation.between(0, 3);
  if (storm === 0) return calm;
  return {
    crash: simulation.chance(0.6) ? 0.006 * storm : 0,
    awsFault: simulation.chance(0.5) ? 0.004 * storm : 0,
    duplicateEvent: simulation.chance(0.5) ? 0.2 : 0,
    lostStart: simulation.chance(0.3) ? 0.15 : 0,
    abort: simulation.chance(0.3) ? 0.2 : 0,
    x: simulation.chance(0.8) ? 0.06 * storm : 0,
  };
};

/** Plays one seed until its last post is done. */
export const play = async (seed: number, plant?: Plant): Promise<Outcome> => new Run(seed, plant).play();

class Run {
  readonly #seed: number;
  readonly #simulation: Simulation;
  readonly #incidents = noIncidents();
  readonly #x: XModel;
  readonly #platform: Platform;
  readonly #wishes: Wish[] = [];
  readonly #breaches: string[] = [];
  /** Whether its posts have links, which are published as short links. */
  readonly #hasLinks: boolean;
  #isShortening = false;
  /** How many acts of people are still to come. */
  #toCome = 0;
  #budgetMicros: number | undefined;
  #liftedAt: number | undefined;
  /** Launches that succeeded: a run without any proves nothing about campaigns. */
  #launches = 0;
  #campaign: { id: string; pausedAt?: number; resumedAt?: number } | undefined;

  constructor(seed: number, plant: Plant | undefined) {
    this.#seed = seed;
    this.#hasLinks = seed % 3 === 0;
    this.#simulation = new Simulation(seed, startMs);
    const simulation = this.#simulation;
    const chaos = chaosOf(simulation);
    this.#x = new XModel(
      simulation,
      {
        trouble: chaos.x,
        refusesDuplicates: simulation.chance(0.5),
        skewMs: simulation.between(-2_000, 2_000),
        callMs: 10_000,
        latestMs: 25_000,
      },
      this.#incidents,
    );
    this.#platform = new Platform({ simulation, x: this.#x, chaos, incidents: this.#incidents, plant });
  }

  async play(): Promise<Outcome> {
    const simulation = this.#simulation;
    const accountIds = await this.#connectAccounts(simulation.between(1, 2));
    await this.#setBudget();
    if (this.#hasLinks) await this.#shorten(0, true);
    const count = simulation.between(1, 5);
    for (let number = 0; number < count; number += 1) await this.#write(number, accountIds);
    this.#plan();
    this.#suspendSomebody();
    this.#platform.startSchedules();
    this.#watch();
    await this.#untilOver(24 * 60 * minute);
    await this.#auditUsage();
    const difference = await this.#judge();
    const { trace } = simulation;
    return {
      seed: this.#seed,
      posts: this.#wishes.length,
      launches: this.#launches,
      difference,
      breaches: this.#breaches,
      incidents: this.#incidents,
      trace,
    };
  }

  async #connectAccounts(count: number): Promise<string[]> {
    const { accounts, posts } = this.#platform;
    const ids: string[] = [];
    for (let number = 1; number <= count; number += 1) {
      const user = this.#x.addUser(String(number));
      const id = idOf('acc', number);
      // Some tokens expire while posts are published.
      const tokens = this.#x.grant(user.id, this.#simulation.chance(0.4) ? this.#simulation.between(200, 400) : 7_200);
      const account = connect(id, workspaceId, user, new Date(startMs));
      await accounts.accounts.connect(account, this.#stored(id, tokens), author);
      await posts.accounts.learn(workspaceId, 1, { accountId: id, isConnected: true, maxWeightedLength: 280 });
      ids.push(id);
    }
    return ids;
  }

  #stored(accountId: string, { accessToken, refreshToken, expiresInSeconds }: ReturnType<XModel['grant']>) {
    return {
      workspaceId,
      accountId,
      sealed: JSON.stringify({ accessToken, refreshToken }),
      expiresAt: new Date(this.#simulation.nowMs + expiresInSeconds * 1000).toISOString(),
      refreshingUntil: null,
    };
  }

  async #write(number: number, accountIds: readonly string[]): Promise<void> {
    const simulation = this.#simulation;
    const { posts } = this.#platform;
    const parts = simulation.chance(0.3) ? simulation.between(2, 4) : 1;
    const accountId = accountIds[simulation.between(0, accountIds.length - 1)] ?? '';
    const mediaIds: string[] = [];
    if (simulation.chance(0.25)) {
      const file = aMediaFile(idOf('med', number), workspaceId);
      await posts.media.create(file, author);
      mediaIds.push(file.id);
    }
    const linkOf = (part: number) => (this.#hasLinks ? ` https://example.com/${number}/${part}` : '');
    const texts = Array.from({ length: parts }, (_, part) => `post ${number}, part ${part}${linkOf(part)}`);
    const written = draft({
      id: idOf('pst', number),
      workspaceId,
      accountId,
      writtenBy: personId,
      parts: texts.map((text, part) => ({ text, mediaIds: part === 0 ? mediaIds : [], poll: null })),
    });
    const urlParts = this.#hasLinks ? [...texts.keys()] : [];
    const post = await this.#platform.prepare(() => posts.posts.create({ ...written, urlParts }, author));
    this.#wishes.push({ post, asked: undefined, notBefore: 0, isEitherWay: false });
  }

  /** Some posts belong to a campaign; the others are scheduled, and some are changed around their due time. */
  #plan(): void {
    const simulation = this.#simulation;
    // A restored table loses what people did since the backup, so in such a run they do nothing.
    const isRestored = simulation.chance(0.15);
    if (isRestored) this.#at(simulation.nowMs + simulation.between(5_000, 100_000), () => this.#backUp());
    // Turns short links off while posts are being published.
    else if (this.#hasLinks) this.#at(simulation.nowMs + 45_000, () => this.#shorten(1, false));
    const inCampaign = !isRestored && simulation.chance(0.35) ? simulation.between(1, this.#wishes.length) : 0;
    if (inCampaign > 0) this.#at(simulation.nowMs + 4_000, () => this.#planCampaign(this.#wishes.slice(0, inCampaign)));
    for (const wish of this.#wishes.slice(inCampaign)) {
      const dueMs = simulation.nowMs + simulation.between(1_000, 90_000);
      this.#at(simulation.nowMs + 200, async () => {
        if (await this.#change(wish, (post) => schedule(post, new Date(dueMs).toISOString(), null, this.#now()))) {
          wish.asked = textsOf(wish.post);
          wish.notBefore = dueMs;
        }
      });
      const isDisturbed = !isRestored && simulation.chance(0.5);
      if (isDisturbed) this.#at(dueMs + simulation.between(-2_500, 4_000), () => this.#disturb(wish));
    }
  }

  /** Turns short links on or off. */
  async #shorten(entityVersion: number, isOn: boolean): Promise<void> {
    this.#isShortening = isOn;
    await this.#platform.posts.settings.learn(workspaceId, entityVersion, { ...defaultSettings, shortLinks: isOn });
  }

  /** A user's posts on X, with the targets in place of short links. */
  #shownOf(user: { posts: readonly PostOnX[] }): PostOnX[] {
    const { items } = this.#platform.posts;
    const targets = new Map([...items.values()].map(({ code, target }) => [String(code), String(target)]));
    return user.posts.map((post) => ({
      ...post,
      rawText: post.rawText.replace(
        /https:\/\/links\.example\.com\/l\/(\w+)/g,
        (short, code: string) => targets.get(code) ?? short,
      ),
    }));
  }

  /** Backs up the tables, and restores them once no post is open and X is idle, so that publications are forgotten. */
  async #backUp(): Promise<void> {
    const simulation = this.#simulation;
    const { posts, accounts } = this.#platform;
    const ids = new Set(postsThatAre(posts, 'scheduled', 'publishing', 'published').map(({ id }) => id));
    const restorePosts = backUp(posts, ({ type, id }) => type === 'post' && ids.has(id));
    const restoreAccounts = backUp(
      accounts,
      ({ type, postId }) => ['publication', 'x_post'].includes(String(type)) && ids.has(postId),
    );
    const restore = async (): Promise<void> => {
      if (this.#waiting() > 0) {
        this.#at(simulation.nowMs + 10_000, restore);
        return;
      }
      this.#at(simulation.nowMs + minute, async () => {
        restorePosts();
        // Sometimes only the table of posts is restored.
        if (simulation.chance(0.7)) restoreAccounts();
        this.#incidents.rollbacks += 1;
        simulation.note('the tables are restored');
      });
    };
    this.#at(simulation.nowMs + 30_000, restore);
  }

  #now(): Date {
    return new Date(this.#simulation.nowMs);
  }

  #at(instantMs: number, act: () => Promise<void>): void {
    this.#toCome += 1;
    this.#simulation.after(instantMs - this.#simulation.nowMs, () => {
      act().then(
        () => (this.#toCome -= 1),
        (error: unknown) => this.#breaches.push(`An act failed: ${String(error)}`),
      );
    });
  }

  /** A person's change of a post: accepted, or refused with a DomainError. */
  async #change(wish: Wish, change: (post: Post) => Post): Promise<boolean> {
    const { posts } = this.#platform.posts;
    try {
      const standing = await posts.get(workspaceId, wish.post.id);
      // Others may write between the read and the write.
      await this.#simulation.turn();
      wish.post = await this.#platform.act(() => posts.save(change(standing), author));
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }

  async #disturb(wish: Wish): Promise<void> {
    const simulation = this.#simulation;
    const laterMs = simulation.nowMs + simulation.between(5_000, 60_000);
    switch (simulation.between(0, 3)) {
      case 0:
        if (await this.#change(wish, (post) => cancel(post, this.#now()))) {
          simulation.note(`cancelled: ${wish.post.id}`);
          wish.asked = undefined;
          wish.isEitherWay = false;
        }
        return;
      case 1:
        if (await this.#change(wish, (post) => schedule(post, new Date(laterMs).toISOString(), null, this.#now()))) {
          simulation.note(`given another time: ${wish.post.id}`);
          wish.asked = textsOf(wish.post);
          wish.notBefore = laterMs;
          wish.isEitherWay = false;
        }
        return;
      case 2: {
        const reworded = (post: Post) => post.parts.map((part) => ({ ...part, text: `${part.text}, edited` }));
        const isTaken = await this.#change(wish, (post) =>
          edit(post, { parts: reworded(post) }, { by: personId, writers: [personId] }),
        );
        if (isTaken && wish.asked) wish.asked = textsOf(wish.post);
        return;
      }
      default:
        if (await this.#change(wish, (post) => schedule(post, this.#now().toISOString(), null, this.#now()))) {
          simulation.note(`to go out at once: ${wish.post.id}`);
          wish.asked = textsOf(wish.post);
          wish.notBefore = Math.min(wish.notBefore, simulation.nowMs - 100);
          wish.isEitherWay = false;
        }
    }
  }

  /** Plans a campaign of the posts, which is launched once it is checked. */
  async #planCampaign(wishes: readonly Wish[]): Promise<void> {
    const simulation = this.#simulation;
    const deps = this.#platform.campaigns;
    const placed = wishes.map(({ post }) => ({
      postId: post.id,
      publishAt: new Date(simulation.nowMs + simulation.between(4_000, 90_000)).toISOString(),
    }));
    for (const { post } of wishes) {
      const { id: postId, accountId, version: entityVersion, updatedAt: at } = post;
      const learned = { postId, accountId, entityVersion, at, status: 'draft' as const, publishAt: null };
      await deps.posts.learn(workspaceId, learned);
    }
    const said = { brief: null, tags: [], ownerId: null, goals: [], budget: null, utm: null, isTemplate: false };
    const draft = newDraft({ id: idOf('cmp', 1), workspaceId, name: 'Spring', timeZone: 'Etc/UTC', ...said });
    const accountOf = (id: string): string => wishes.find(({ post }) => post.id === id)?.post.accountId ?? '';
    const plan = planFromPosts(placed, { timeZone: draft.timeZone, seed: 'seed', accountOf });
    const written = await writePlan(deps, draft, plan, { personId, people: [personId], note: null });
    await this.#platform.act(() =>
      deps.campaigns.create({ ...draft, planVersion: 1, slotCount: placed.length }, author, written),
    );
    this.#campaign = { id: draft.id };
    const times = new Map(placed.map(({ postId, publishAt }) => [postId, Date.parse(publishAt)]));
    await this.#check(draft.id, wishes, times);
  }

  async #check(id: string, wishes: readonly Wish[], times: ReadonlyMap<string, number>): Promise<void> {
    await this.#turnCampaign(id, (draft) => beginCheck(draft, actor, this.#now()));
    this.#once(
      id,
      ({ check }) => check?.status !== 'running',
      async (checked) => {
        // A check that broke off is requested again.
        if (checked?.check?.status === 'done') await this.#launch(id, wishes, times);
        else await this.#check(id, wishes, times);
      },
    );
  }

  async #launch(id: string, wishes: readonly Wish[], times: ReadonlyMap<string, number>): Promise<void> {
    const simulation = this.#simulation;
    const isAsked = await this.#turnCampaign(id, (draft) =>
      beginLaunch(draft, draft.report?.version ?? '', actor, this.#doing()),
    );
    if (!isAsked) {
      simulation.note('the campaign cannot be launched');
      return;
    }
    this.#once(
      id,
      ({ status }) => status !== 'launching',
      async (launched) => {
        if (!launched) return this.#launch(id, wishes, times);
        if (launched.status !== 'running') {
          simulation.note(`the launch comes to nothing: ${launched.launch?.failure?.code}`);
          return undefined;
        }
        return this.#isLaunched(id, wishes, times);
      },
    );
  }

  async #isLaunched(id: string, wishes: readonly Wish[], times: ReadonlyMap<string, number>): Promise<void> {
    const simulation = this.#simulation;
    for (const wish of wishes) {
      wish.asked = textsOf(wish.post);
      wish.notBefore = times.get(wish.post.id) ?? 0;
    }
    this.#launches += 1;
    // Some are changed before posts hears of the plan, or while they are being published.
    this.#disturbSome(wishes, 60_000);
    const whenMs = simulation.nowMs + simulation.between(1_000, 80_000);
    if (simulation.chance(0.4)) this.#at(whenMs, () => this.#pauseAndResume(id, wishes));
    else if (simulation.chance(0.3)) this.#at(whenMs, () => this.#cancelCampaign(id, wishes));
  }

  /** Polls the campaign until the condition holds, then acts; after 2.5 minutes acts without it. */
  #once(id: string, isSo: (campaign: Campaign) => boolean, act: (campaign?: Campaign) => Promise<void>): void {
    const until = this.#simulation.nowMs + 2.5 * minute;
    const look = async (): Promise<void> => {
      const campaign = await this.#platform.campaigns.campaigns.get(workspaceId, id);
      if (isSo(campaign)) return act(campaign);
      if (this.#simulation.nowMs > until) return act();
      this.#at(this.#simulation.nowMs + 100, look);
      return undefined;
    };
    this.#at(this.#simulation.nowMs + 100, look);
  }

  async #turnCampaign(id: string, change: (campaign: Campaign) => Campaign): Promise<boolean> {
    const { campaigns } = this.#platform.campaigns;
    try {
      const standing = await campaigns.get(workspaceId, id);
      await this.#platform.act(() => campaigns.save(change(standing), author));
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }

  #doing() {
    return { by: personId, now: this.#now() };
  }

  async #pauseAndResume(id: string, wishes: readonly Wish[]): Promise<void> {
    const isPaused = await this.#turnCampaign(id, (campaign) => take(campaign, 'pause', this.#doing()));
    if (!isPaused || !this.#campaign) return;
    this.#simulation.note('the campaign is paused');
    this.#campaign.pausedAt = this.#simulation.nowMs;
    this.#at(this.#simulation.nowMs + 10 * minute, async () => {
      if (
        await this.#turnCampaign(id, (campaign) =>
          resume(campaign, { kind: 'publish_late', withinMinutes: 60 }, this.#doing()),
        )
      )
        this.#simulation.note('the campaign goes on');
      if (this.#campaign) this.#campaign.resumedAt = this.#simulation.nowMs;
      this.#disturbSome(wishes, 6_000);
    });
  }

  async #cancelCampaign(id: string, wishes: readonly Wish[]): Promise<void> {
    if (!(await this.#turnCampaign(id, (campaign) => take(campaign, 'cancel', this.#doing())))) return;
    this.#simulation.note('the campaign is cancelled');
    for (const wish of wishes) wish.isEitherWay = true;
    this.#disturbSome(wishes, 6_000);
  }

  /** People change posts of a campaign soon after it was launched, resumed or cancelled: their change wins. */
  #disturbSome(wishes: readonly Wish[], withinMs: number): void {
    const simulation = this.#simulation;
    if (!simulation.chance(0.5)) return;
    for (const wish of wishes.filter(() => simulation.chance(0.5))) {
      const soon = simulation.chance(0.5) ? simulation.between(0, 1_000) : simulation.between(0, withinMs);
      this.#at(simulation.nowMs + soon, () => this.#disturb(wish));
    }
  }

  #suspendSomebody(): void {
    const simulation = this.#simulation;
    if (!simulation.chance(0.15)) return;
    const user = [...this.#x.users.values()][0];
    if (!user) return;
    simulation.after(simulation.between(0, 60_000), () => {
      user.isSuspended = true;
      simulation.note('X suspends an account');
    });
    simulation.after(simulation.between(120_000, 400_000), () => {
      user.isSuspended = false;
      simulation.note('X lets the account go on');
    });
  }

  /**
   * What people do when something needs them: reconnect an account, and publish again a post that was given up or whose
   * campaign was cancelled halfway through its thread.
   */
  #watch(): void {
    this.#simulation.after(5 * minute, () => {
      this.#care().catch((error: unknown) => this.#breaches.push(`Nobody can care: ${String(error)}`));
      this.#watch();
    });
  }

  async #care(): Promise<void> {
    const { accounts } = this.#platform.accounts;
    for (const [number, { profile, isSuspended }] of [...this.#x.users.values()].entries()) {
      const account = await accounts.get(workspaceId, idOf('acc', number + 1));
      if (account.health === 'healthy' || isSuspended) continue;
      const tokens = this.#stored(account.id, this.#x.grant(profile.id));
      const again = reconnect(account, profile, this.#now());
      await this.#platform.act(() => accounts.connect(again, tokens, author));
    }
    for (const wish of this.#wishes) {
      const { status, problem } = await this.#standing(wish);
      const isLeftToThem = status === 'held' && ['gave_up', 'campaign_cancelled'].includes(problem?.code ?? '');
      if (isLeftToThem)
        await this.#change(wish, (post) => schedule(post, this.#now().toISOString(), null, this.#now()));
    }
  }

  async #standing({ post }: Wish): Promise<Post> {
    return this.#platform.posts.posts.get(workspaceId, post.id);
  }

  /** How many posts are scheduled, held or being published. */
  #waiting(): number {
    return postsThatAre(this.#platform.posts, 'scheduled', 'publishing', 'held').length;
  }

  #isOver(): boolean {
    const waiting = this.#waiting();
    const isBusy = [...this.#platform.executions.values()].includes('RUNNING');
    return this.#toCome === 0 && this.#platform.onTheWay === 0 && waiting === 0 && !isBusy;
  }

  async #judge(): Promise<Difference> {
    const total: Difference = { lost: [], doubled: [], outOfOrder: [] };
    for (const [number, user] of [...this.#x.users.values()].entries()) {
      const wishes = this.#wishes.filter(({ post }) => post.accountId === idOf('acc', number + 1));
      const asked: Asked[] = [];
      for (const wish of wishes) {
        const { status } = await this.#standing(wish);
        if (wish.isEitherWay ? status === 'published' : wish.asked) asked.push(wish.asked ?? []);
      }
      const { lost, doubled, outOfOrder } = compare(asked, this.#shownOf(user));
      total.lost.push(...lost);
      total.doubled.push(...doubled);
      total.outOfOrder.push(...outOfOrder);
    }
    for (const wish of this.#wishes) await this.#judgeOne(wish);
    if (this.#x.refreshRaces > 0) this.#breaches.push('Two processes refreshed the tokens of one account at once.');
    return total;
  }

  /** Some workspaces have a budget that the posts of the run may exceed, until it is lifted. */
  async #setBudget(): Promise<void> {
    const simulation = this.#simulation;
    if (!simulation.chance(0.3)) return;
    const { budgets } = this.#platform.accounts;
    this.#budgetMicros = simulation.between(0, 4) * this.#price();
    await budgets.learn(workspaceId, 1, {
      ...{ monthlyBudgetMicros: this.#budgetMicros, monthlyReadBudgetMicros: null },
    });
    simulation.note(`a budget of ${this.#budgetMicros} micro-dollars`);
    this.#at(simulation.nowMs + 20 * minute, async () => {
      simulation.note('the budget is lifted');
      this.#liftedAt = simulation.nowMs;
      this.#platform.tellSettings(workspaceId, 2, { monthlyBudgetMicros: null, shortLinks: this.#isShortening });
    });
  }

  #kind() {
    return creationOf({ hasUrl: this.#hasLinks });
  }

  /** What X bills for one of its posts, in micro-dollars. */
  #price(): number {
    return priceOf(this.#kind(), new Date(startMs));
  }

  /** Lets time pass until nothing is left to do; a run that does not end is a breach. */
  async #untilOver(maxMs: number): Promise<void> {
    try {
      await this.#simulation.run(() => this.#isOver(), maxMs);
    } catch (error) {
      this.#breaches.push(String(error));
    }
  }

  /** The daily audit of the ledger, which corrects what dead processes left behind. */
  async #auditUsage(): Promise<void> {
    this.#platform.calm();
    this.#platform.start('audit-usage', {});
    await this.#untilOver(60 * minute);
    const usage = await this.#platform.accounts.usage.find(workspaceId, '2026-11');
    const counted = usage?.kinds[this.#kind()]?.micros ?? 0;
    const billed = this.#x.billedBefore(Number.POSITIVE_INFINITY);
    if (counted !== billed) this.#breaches.push(`X bills ${billed} micro-dollars, and ${counted} are counted`);
    const before = this.#x.billedBefore(this.#liftedAt ?? Number.POSITIVE_INFINITY);
    // A thread that has begun is finished: the budget does not limit what follows its first part.
    const later = this.#wishes.reduce((sum, { post }) => sum + this.#price() * (post.parts.length - 1), 0);
    if (this.#budgetMicros !== undefined && before > this.#budgetMicros + later) {
      this.#breaches.push(`${before} micro-dollars were spent under a budget of ${this.#budgetMicros}`);
    }
  }

  async #judgeOne(wish: Wish): Promise<void> {
    const { id, status, publication, accountId, campaignId, parts } = await this.#standing(wish);
    const user = this.#x.users.get(String(Number(accountId.slice(4))));
    const out = publication?.parts ?? [];
    const standing = user ? this.#shownOf(user) : [];
    const shown = out.map(({ xPostId }) => standing.find((post) => post.id === xPostId));
    if (shown.some((post, part) => post?.rawText !== parts[part]?.text)) {
      this.#breaches.push(`${id} says that it is what stands on X as ${out.map(({ xPostId }) => xPostId).join()}`);
    }
    if (wish.asked && !wish.isEitherWay && status !== 'published') this.#breaches.push(`${id} is ${status}`);
    for (const post of shown) {
      const at = Date.parse(post?.createdAt ?? '');
      // Our clocks and X's differ by up to two seconds.
      if (at < wish.notBefore - 4_100) this.#breaches.push(`${id} went out early`);
      const { pausedAt, resumedAt } = this.#campaign ?? {};
      // What was permitted before the pause may still be on its way to X.
      const isSilent = pausedAt !== undefined && at > pausedAt + 2 * minute && at < (resumedAt ?? Infinity) - 5_000;
      if (campaignId !== null && isSilent) this.#breaches.push(`${id} went out while its campaign was paused`);
    }
  }
}

const textsOf = ({ parts }: Post): string[] => parts.map(({ text }) => text);
