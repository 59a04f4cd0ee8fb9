// The tasks import these lazily. Imported now, since simulated time would pass while a module loads.
import '#functions/accounts/campaign-facts/tasks.ts';
import '#functions/accounts/publishing/tasks.ts';
import '#functions/accounts/usage/tasks.ts';
import '#functions/campaigns/launch/tasks.ts';
import '#functions/campaigns/lifecycle/tasks.ts';
import '#functions/campaigns/resuming/tasks.ts';
import '#functions/posts/approval/tasks.ts';
import '#functions/posts/campaign-content/tasks.ts';
import '#functions/posts/publishing/tasks.ts';
import * as campaignEvents from '#events/campaigns.ts';
import * as postEvents from '#events/posts.ts';
import { defaultSettings, type WorkspaceSettings, WorkspaceSettingsChanged } from '#events/users.ts';
import * as accountChanges from '#functions/accounts/changes.ts';
import type { Deps as AccountsDeps } from '#functions/accounts/deps.ts';
import { type Pace, paceOf } from '#functions/accounts/domain/pace.ts';
import type { Vault } from '#functions/accounts/ports/vault.ts';
import { subscriptions as accountSubscriptions } from '#functions/accounts/subscriptions.ts';
import { tasks as accountTasks } from '#functions/accounts/tasks.ts';
import * as campaignChanges from '#functions/campaigns/changes.ts';
import type { Deps as CampaignsDeps } from '#functions/campaigns/deps.ts';
import { subscriptions as campaignSubscriptions } from '#functions/campaigns/subscriptions.ts';
import { tasks as campaignTasks } from '#functions/campaigns/tasks.ts';
import * as postChanges from '#functions/posts/changes.ts';
import type { Deps as PostsDeps } from '#functions/posts/deps.ts';
import type { Post } from '#functions/posts/domain/post.ts';
import { subscriptions as postSubscriptions } from '#functions/posts/subscriptions.ts';
import { tasks as postTasks } from '#functions/posts/tasks.ts';
import { approveCampaign } from '#infra/workflows/approve-campaign.ts';
import { auditUsage } from '#infra/workflows/audit-usage.ts';
import { checkCampaign } from '#infra/workflows/check-campaign.ts';
import { launchCampaign } from '#infra/workflows/launch-campaign.ts';
import { publishPost } from '#infra/workflows/publish-post.ts';
import { recoverOverduePosts } from '#infra/workflows/recover-overdue-posts.ts';
import { runCampaign } from '#infra/workflows/run-campaign.ts';
import { tallyUsage } from '#infra/workflows/tally-usage.ts';
import type { StateMachineDefinition } from '#infra/workflows/task.ts';
import { firstVersion } from '#shared/entities.ts';
import { type DomainEvent, type EventDefinition, tell } from '#shared/events/event.ts';
import { busEntry } from '#shared/events/publish.ts';
import type { Subscription } from '#shared/events/subscription.ts';
import type { Change, EventsFor } from '#shared/lambda/stream.ts';
import type { Task } from '#shared/lambda/task.ts';
import { memoryAccounts } from '../support/memory/accounts.ts';
import { memoryCampaigns } from '../support/memory/campaigns.ts';
import { memoryPosts } from '../support/memory/posts.ts';
import { execute, Stopped } from './interpreter.ts';
import { type Chaos, type Incidents, type Invocation, invoke, stepped } from './invocation.ts';
import { never, type Simulation } from './simulation.ts';
import type { XModel } from './x-model.ts';

type ContextName = 'posts' | 'accounts' | 'campaigns';

/** Guards that a test removes to check that the simulation notices. */
export type Plant =
  | 'intent'
  | 'lease'
  | 'settle'
  | 'adopt'
  | 'claim'
  | 'codes'
  | 'permit'
  | 'budget'
  | 'refund'
  | 'overrule'
  | 'look'
  /** A claim does not read the stops. */
  | 'stop unread'
  /** A stop does not wait for the leases. */
  | 'stop unwaited';

export interface PlatformOptions {
  simulation: Simulation;
  x: XModel;
  chaos: Chaos;
  incidents: Incidents;
  plant: Plant | undefined;
}

/** Seals nothing: encryption is tested elsewhere. */
const openVault: Vault = {
  seal: async (text) => text,
  open: async (sealed) => sealed,
  olderVersions: async () => [],
};

const stagePace = paceOf({
  callSeconds: 10,
  functionSeconds: 30,
  pauseSeconds: 60,
  jitterSeconds: 15,
  appPauseSeconds: 900,
});

const paceFor = (plant: Plant | undefined): Pace => {
  // The pause after an outage would hide a missing settle time.
  const hasty = { ...stagePace, pauseMs: 1_000, jitterMs: 0 };
  if (plant === 'lease') return { ...hasty, settleMs: 0 };
  return plant === 'settle' ? { ...hasty, settleMs: 5_000 } : stagePace;
};

/** The contexts on in-memory stores, with the bus, the workflows and their schedules. */
export class Platform {
  readonly posts;
  readonly accounts;
  readonly campaigns;
  /** The statuses of executions, by ARN. */
  readonly executions = new Map<string, 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED'>();
  /** How many deliveries of events have not arrived yet. */
  onTheWay = 0;
  readonly #options: PlatformOptions;
  /** How many codes were made, to number them. */
  #codes = 0;
  readonly #told: Record<ContextName, number> = { posts: 0, accounts: 0, campaigns: 0 };

  constructor(options: PlatformOptions) {
    this.#options = options;
    const { simulation } = options;
    const now = () => new Date(simulation.nowMs);
    this.posts = memoryPosts(now);
    this.accounts = memoryAccounts(now);
    this.campaigns = memoryCampaigns(now);
  }

  /** Sets up what exists before simulated time begins. */
  async prepare<T>(work: () => Promise<T>): Promise<T> {
    const result = await work();
    this.#tell();
    return result;
  }

  /** A call by a person that never fails, though others may come between its steps. */
  async act<T>(work: () => Promise<T>): Promise<T> {
    await this.#options.simulation.turn();
    return this.prepare(work);
  }

  /** A person's request to posts, in a process that may die: then the caller has to repeat it. */
  ask<T>(work: (deps: PostsDeps) => Promise<T>): Promise<T> {
    const { simulation, chaos, incidents, plant } = this.#options;
    return invoke(simulation, { chaos, incidents, timeoutMs: 29_000 }, (invocation) => {
      const deps = this.#postsDeps(invocation);
      const hasty = { ...deps.leases, standing: async () => [] };
      const stops = this.#port(invocation, 'stops', this.posts.stops);
      return work({ ...deps, stops, ...(plant === 'stop unwaited' && { leases: hasty }) });
    });
  }

  /** Starts the workflows that run every minute. */
  startSchedules(): void {
    const { simulation } = this.#options;
    simulation.after(60_000, () => {
      this.start('recover-overdue-posts', {});
      this.start('tally-usage', {});
      this.startSchedules();
    });
  }

  /** Ends all faults. */
  calm(): void {
    Object.assign(this.#options.chaos, { crash: 0, awsFault: 0, duplicateEvent: 0, lostStart: 0, abort: 0, x: 0 });
  }

  /** Publishes the event that a workspace changed its settings. */
  tellSettings(workspaceId: string, entityVersion: number, said: Partial<WorkspaceSettings>): void {
    const settings = { ...defaultSettings, ...said };
    const author = { actor: { type: 'system' as const, id: 'users' }, correlationId: 'simulated' };
    const at = new Date(this.#options.simulation.nowMs);
    const entity = { ...firstVersion({ workspaceId }, at, author), version: entityVersion };
    this.#publish(tell(WorkspaceSettingsChanged, entity, workspaceId, settings));
  }

  start(workflow: keyof typeof workflows, input: unknown): void {
    const { simulation, chaos, incidents } = this.#options;
    const name = `${workflow}-${this.executions.size + 1}`;
    this.executions.set(name, 'RUNNING');
    const states = canBeCut.get(workflow);
    let statesLeft =
      states !== undefined && simulation.chance(chaos.abort) ? simulation.between(1, states) : Number.POSITIVE_INFINITY;
    const enter = async (state: string): Promise<void> => {
      statesLeft -= 1;
      if (statesLeft > 0) return;
      incidents.aborts += 1;
      simulation.note(`${name} is stopped before ${state}`);
      throw new Stopped();
    };
    const surroundings = {
      execution: { id: name, name },
      call: (resource: string, payload: unknown) => this.#runTask(resource as ContextName, payload),
      sleep: (milliseconds: number) => simulation.sleep(milliseconds),
      sleepUntil: (instant: string) => simulation.sleep(Date.parse(instant) - simulation.nowMs),
      enter,
    };
    execute(workflows[workflow], input, surroundings).then(
      () => this.executions.set(name, 'SUCCEEDED'),
      (error: unknown) => {
        simulation.note(`${name} ends: ${String(error)}`);
        this.executions.set(name, error instanceof Stopped ? 'ABORTED' : 'FAILED');
      },
    );
  }

  #runTask(context: ContextName, payload: unknown): Promise<unknown> {
    const { task: name, input, execution } = payload as { task: string; input: unknown; execution: string };
    this.#options.simulation.note(`${execution} calls ${name}`);
    const answered = this.#invoke(context, (invocation) => {
      const found = this.#tasksOf(context, invocation).find((each) => each.name === name);
      if (!found) throw new Error(`${context} has no task ${name}`);
      return found.run(input, { actor: { type: 'system', id: context }, correlationId: 'simulated', execution });
    });
    answered.then(
      (outcome) => {
        this.#options.simulation.note(`${name} answers ${JSON.stringify(outcome ?? null).slice(0, 120)}`);
      },
      (error: unknown) => {
        this.#options.simulation.note(`${name} fails: ${String(error)}`);
      },
    );
    return answered;
  }

  #invoke<T>(context: ContextName, work: (invocation: Invocation) => Promise<T>): Promise<T> {
    const { simulation, chaos, incidents } = this.#options;
    const timeoutMs = context === 'accounts' ? stagePace.functionMs : 15_000;
    return invoke(simulation, { chaos, incidents, timeoutMs }, work);
  }

  #tasksOf(context: ContextName, invocation: Invocation): Task[] {
    if (context === 'posts') return postTasks(this.#postsDeps(invocation));
    if (context === 'accounts') return accountTasks(this.#accountsDeps(invocation));
    return this.#permitting(campaignTasks(this.#campaignsDeps(invocation)));
  }

  #permitting(tasks: Task[]): Task[] {
    if (this.#options.plant !== 'permit') return tasks;
    return tasks.map((task) =>
      task.name === 'campaigns.permit' ? { ...task, run: async () => ({ outcome: 'permitted' }) } : task,
    );
  }

  /** A port of which every call is a step, and every write publishes its events. */
  #port<Port extends object>(invocation: Invocation, name: string, port: Port): Port {
    const told = Object.fromEntries(
      Object.entries(port).map(([operation, call]: [string, unknown]) => {
        if (typeof call !== 'function') return [operation, call];
        const effect = call as (...given: unknown[]) => Promise<unknown>;
        const telling = async (...given: unknown[]): Promise<unknown> => {
          const result = await effect(...given);
          this.#tell();
          return result;
        };
        return [operation, telling];
      }),
    );
    return stepped(invocation, name, told as Port);
  }

  /** Clocks of processes differ by up to two seconds. */
  #clock(): () => Date {
    const { simulation } = this.#options;
    const skewMs = simulation.between(-2_000, 2_000);
    return () => new Date(simulation.nowMs + skewMs);
  }

  #postsDeps(invocation: Invocation): PostsDeps {
    const { posts, executions } = this;
    const careless = async (...[post, author]: Parameters<typeof posts.posts.save>) => {
      const standing = await posts.posts.find(post.workspaceId, post.id);
      return posts.posts.save({ ...post, version: standing?.version ?? 0 }, author);
    };
    // Forgets when a post's time was last set, or that the post must be looked up before it is sent.
    const forgetting =
      (forget: (post: Post) => Post) =>
      async (...given: Parameters<typeof posts.posts.find>) => {
        const found = await posts.posts.find(...given);
        return found && forget(found);
      };
    const planted: Partial<Record<Plant, Partial<typeof posts.posts>>> = {
      claim: { save: careless },
      overrule: { find: forgetting((post) => ({ ...post, timeSetAt: null })) },
      look: {
        find: forgetting((post) => ({
          ...post,
          publication: post.publication && { ...post.publication, lookSince: null },
        })),
      },
    };
    const { plant, simulation } = this.#options;
    const store = { ...posts.posts, ...(plant && planted[plant]) };
    return {
      ...posts,
      posts: this.#port(invocation, 'posts', store),
      media: this.#port(invocation, 'media', posts.media),
      accounts: this.#port(invocation, 'accounts', posts.accounts),
      settings: this.#port(invocation, 'settings', posts.settings),
      shortLinks: this.#port(invocation, 'short links', posts.shortLinks),
      ...(plant === 'codes' && { linkCodes: { codeOf: async () => String((this.#codes += 1)).padStart(12, '0') } }),
      leases: this.#port(invocation, 'leases', posts.leases),
      stops: this.#port(invocation, 'stops', {
        ...posts.stops,
        ...(plant === 'stop unread' && { find: async () => undefined }),
      }),
      sleep: async (milliseconds) => {
        await simulation.sleep(milliseconds);
        if (invocation.hasDied()) await never();
      },
      executions: { isRunning: async (arn) => executions.get(arn) === 'RUNNING' },
      now: this.#clock(),
    };
  }

  #campaignsDeps(invocation: Invocation): CampaignsDeps {
    const { campaigns } = this;
    return {
      ...campaigns,
      campaigns: this.#port(invocation, 'campaigns', campaigns.campaigns),
      plans: this.#port(invocation, 'plans', campaigns.plans),
      slots: this.#port(invocation, 'slots', campaigns.slots),
      checks: this.#port(invocation, 'checks', campaigns.checks),
      content: this.#port(invocation, 'content', campaigns.content),
      times: this.#port(invocation, 'times', campaigns.times),
      posts: this.#port(invocation, 'known posts', campaigns.posts),
      now: this.#clock(),
    };
  }

  #usage(): AccountsDeps['usage'] {
    const { usage } = this.accounts;
    const { plant } = this.#options;
    // Plants: no limit on what is reserved, or no refund of what was not sent.
    const boundless: typeof usage.reserve = (to, charge, bounds) =>
      usage.reserve(to, charge, { ...bounds, roomMicros: null });
    if (plant === 'budget') return { ...usage, reserve: boundless };
    return plant === 'refund' ? { ...usage, refund: async () => undefined, correct: async () => true } : usage;
  }

  #accountsDeps(invocation: Invocation): AccountsDeps {
    const { accounts } = this;
    const { simulation, x, plant } = this.#options;
    const isAlive = () => !invocation.hasDied();
    const port = x.port(isAlive);
    const forgetful = async (...given: Parameters<typeof accounts.publications.find>) => {
      const found = await accounts.publications.find(...given);
      return found && { ...found, sends: [] };
    };
    const publications = plant === 'intent' ? { ...accounts.publications, find: forgetful } : accounts.publications;
    return {
      ...accounts,
      accounts: this.#port(invocation, 'accounts', accounts.accounts),
      tokens: this.#port(invocation, 'tokens', accounts.tokens),
      publications: this.#port(invocation, 'publications', publications),
      uploads: this.#port(invocation, 'uploads', accounts.uploads),
      limits: this.#port(invocation, 'limits', accounts.limits),
      x: plant === 'adopt' ? { ...port, timeline: async () => ({ value: [], scarce: null }) } : port,
      redirectUri: 'https://platform.example/x/callback',
      vault: openVault,
      mediaObjects: { read: async (_key, start, end) => new Uint8Array(end - start) },
      now: this.#clock(),
      pace: paceFor(plant),
      usage: this.#port(invocation, 'usage', this.#usage()),
      budgets: this.#port(invocation, 'budgets', accounts.budgets),
      app: this.#port(invocation, 'app', accounts.app),
      appPostsPerDay: 10_000,
      alarm: () => undefined,
      probeEveryMs: 86_400_000,
      sleep: async (milliseconds) => {
        await simulation.sleep(milliseconds);
        if (invocation.hasDied()) await never();
      },
      random: () => simulation.random(),
      log: { warn: () => undefined },
    };
  }

  /** Publishes the events of all writes since the last call. */
  #tell(): void {
    this.#tellOf('posts', this.posts.changes, postChanges.eventsFor);
    this.#tellOf('accounts', this.accounts.changes, accountChanges.eventsFor);
    this.#tellOf('campaigns', this.campaigns.changes, campaignChanges.eventsFor);
  }

  #tellOf(context: ContextName, changes: readonly Change[], eventsFor: EventsFor): void {
    for (; this.#told[context] < changes.length; this.#told[context] += 1) {
      const change = changes[this.#told[context]];
      if (change) for (const event of eventsFor(change)) this.#publish(event);
    }
  }

  #publish(event: DomainEvent): void {
    const { simulation, chaos, incidents } = this.#options;
    const detail: unknown = JSON.parse(
      busEntry(event, `${event.detail.entityId}/${event.detail.entityVersion}`, 0).detail,
    );
    simulation.note(`${event.definition.type} of ${event.detail.entityId}`);
    const times = simulation.chance(chaos.duplicateEvent) ? 2 : 1;
    if (times === 2) incidents.duplicateEvents += 1;
    for (let time = 0; time < times; time += 1) {
      this.#later(() => {
        this.#startOn(event, detail);
      });
      for (const context of ['posts', 'campaigns', 'accounts'] as const) {
        this.#later(() => {
          this.#deliver(context, event, detail);
        });
      }
    }
  }

  #later(work: () => void): void {
    const { simulation } = this.#options;
    this.onTheWay += 1;
    const delayMs = simulation.chance(0.05) ? simulation.between(500, 5_000) : simulation.between(5, 120);
    simulation.after(delayMs, () => {
      this.onTheWay -= 1;
      work();
    });
  }

  #startOn({ definition }: DomainEvent, detail: unknown): void {
    const { simulation, chaos, incidents } = this.#options;
    if (definition === postEvents.PostScheduled) {
      if (simulation.chance(chaos.lostStart)) {
        incidents.lostStarts += 1;
        simulation.note('the start of an execution is lost');
        return;
      }
      this.start('publish-post', detail);
    }
    const started = startedBy.get(definition);
    if (started) this.start(started, detail);
  }

  #subscriptionsOf(context: ContextName, invocation: Invocation): Subscription[] {
    if (context === 'posts') return postSubscriptions(this.#postsDeps(invocation));
    if (context === 'accounts') return accountSubscriptions(this.#accountsDeps(invocation));
    return campaignSubscriptions(this.#campaignsDeps(invocation));
  }

  /** Delivers an event to a context, again until it is handled, as its inbox does. */
  #deliver(context: ContextName, event: DomainEvent, detail: unknown): void {
    const listens = (each: Subscription) => each.definition === event.definition;
    this.#invoke(context, async (invocation) => {
      for (const each of this.#subscriptionsOf(context, invocation).filter(listens)) {
        await each.handle(detail, { isReplay: false });
      }
    }).catch(() => {
      this.onTheWay += 1;
      this.#options.simulation.after(this.#options.simulation.between(1_000, 20_000), () => {
        this.onTheWay -= 1;
        this.#deliver(context, event, detail);
      });
    });
  }
}

const functions = { posts: 'posts', accounts: 'accounts', campaigns: 'campaigns' };

const workflows = {
  'publish-post': publishPost(functions),
  'check-campaign': checkCampaign(functions),
  'launch-campaign': launchCampaign(functions),
  'approve-campaign': approveCampaign(functions),
  'run-campaign': runCampaign({ campaigns: 'campaigns' }),
  'recover-overdue-posts': recoverOverduePosts({ posts: 'posts' }),
  'tally-usage': tallyUsage({ accounts: 'accounts' }),
  'audit-usage': auditUsage({ accounts: 'accounts' }),
} as const satisfies Record<string, StateMachineDefinition>;

/** The workflows that may be stopped, and the number of states within which they are. */
const canBeCut: ReadonlyMap<string, number> = new Map([
  ['publish-post', 6],
  ['check-campaign', 8],
  ['launch-campaign', 14],
]);

/** The workflows of campaigns, by the events that start them. */
const startedBy = new Map<EventDefinition, keyof typeof workflows>([
  [campaignEvents.CampaignCheckRequested, 'check-campaign'],
  [campaignEvents.CampaignLaunchRequested, 'launch-campaign'],
  [campaignEvents.CampaignApproved, 'approve-campaign'],
  [campaignEvents.CampaignLaunched, 'run-campaign'],
  [campaignEvents.CampaignResumed, 'run-campaign'],
]);
