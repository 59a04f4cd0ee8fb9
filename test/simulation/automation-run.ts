// Imported now, not lazily: simulated time would pass while a module loads.
import '#functions/posts/templates/routes.ts';
import * as z from 'zod';
import { type AutomationOrder, CampaignStep, NotifyStep, PostStep } from '#events/automation-steps.ts';
import { AutomationTriggered } from '#events/campaigns.ts';
import { advance } from '#functions/campaigns/automations/advance.ts';
import { beginRun } from '#functions/campaigns/automations/begin-run.ts';
import { cancelRun } from '#functions/campaigns/automations/cancel-run.ts';
import { carryOutForAutomation } from '#functions/campaigns/automations/carry-out.ts';
import { stopAll } from '#functions/campaigns/automations/stop-all.ts';
import { resumeAll } from '#functions/campaigns/automations/stop-all.ts';
import { switchOff } from '#functions/campaigns/automations/switch.ts';
import { eventsFor } from '#functions/campaigns/changes.ts';
import type { Deps as CampaignsDeps } from '#functions/campaigns/deps.ts';
import { Definition, standardLimits } from '#functions/campaigns/domain/automation.ts';
import { tasks as campaignTasks } from '#functions/campaigns/task-names.ts';
import { actForAutomation } from '#functions/posts/automation-steps/act.ts';
import type { Deps as PostsDeps } from '#functions/posts/deps.ts';
import { routes as postRoutes } from '#functions/posts/routes.ts';
import { tasks as postTasks } from '#functions/posts/task-names.ts';
import { createTemplate } from '#functions/posts/templates/contract.ts';
import { notifyForAutomation } from '#functions/users/mail/notify-for-automation.ts';
import { sendMail } from '#functions/users/mail/send.ts';
import { runAutomation } from '#infra/workflows/run-automation.ts';
import { newId } from '#shared/ids.ts';
import { answering, clockAt, contextHarness, person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryCampaigns } from '#test/support/memory/campaigns.ts';
import { memoryPosts } from '#test/support/memory/posts.ts';
import { memoryUsers } from '#test/support/memory/users.ts';
import { launched } from '../functions/campaigns/harness.ts';
import { execute, Stopped } from './interpreter.ts';
import { type Chaos, type Incidents, type Invocation, invoke, noIncidents, stepped } from './invocation.ts';
import { Simulation } from './simulation.ts';

const { workspaceId } = owner;
const startMs = Date.parse('2026-11-22T12:00:00.000Z');
const minute = 60_000;
const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';

/** A guard that a test removes to check that the simulation notices. */
export type AutomationPlant = 'notAfter unread';

export interface AutomationStopOutcome {
  seed: number;
  stops: number;
  acts: number;
  /** Actions between the answer to a stop and the end of the stop. */
  afterAnswer: string[];
  incidents: Incidents;
  trace: readonly string[];
}

interface Act {
  automationId: string;
  runId: string | undefined;
  at: number;
  what: string;
}

/** A stop, in effect from its answer until it ends. */
interface Stop {
  what: string;
  concerns: (act: Act) => boolean;
  answeredAt: number;
  endsAt: number;
}

/** A call to AWS ends within its four tries of three seconds, and the time between them (`shared/aws-client.ts`). */
class BoundedCalls extends Simulation {
  override turn(): Promise<void> {
    return this.sleep(this.chance(0.01) ? this.between(3_000, 12_500) : this.between(1, 40));
  }
}

const Payload = z.object({ task: z.string(), input: z.looseObject({}) });

/** Plays one seed: automations run, and people stop them at random instants. */
export const playAutomationStops = async (
  seed: number,
  count: number,
  plant?: AutomationPlant,
): Promise<AutomationStopOutcome> => {
  const simulation = new BoundedCalls(seed, startMs);
  const now = () => new Date(simulation.nowMs);
  const incidents = noIncidents();
  const chaos: Chaos = { crash: 0.004, awsFault: 0.01, duplicateEvent: 0.2, lostStart: 0, abort: 0.1, x: 0 };
  const campaigns = memoryCampaigns(now);
  const posts = memoryPosts(now);
  const users = memoryUsers(now);
  const acts: Act[] = [];
  const stops: Stop[] = [];
  const calm = () => Object.assign(chaos, { crash: 0, awsFault: 0, abort: 0 });

  await posts.accounts.learn(workspaceId, 1, { accountId, isConnected: true, maxWeightedLength: 280 });
  const desk = contextHarness(posts, clockAt(now()), () => [], {
    context: 'posts',
    routes: postRoutes(posts, answering),
  });
  const body = { name: 'News', parts: [{ text: 'Hello {{title}}' }], variables: [{ name: 'title', type: 'text' }] };
  const templateId = (await desk.ask(createTemplate, z.object({ id: z.string() }), { body })).body.id;
  const { id: campaignId } = await launched(campaigns);

  const acted = (order: Pick<AutomationOrder, 'automationId'> & { runId?: string }, what: string): void => {
    acts.push({ automationId: order.automationId, runId: order.runId, at: simulation.nowMs, what });
    simulation.note(`${what} for ${order.runId ?? order.automationId}`);
  };
  const serve = <T>(work: (invocation: Invocation) => Promise<T>, timeoutMs = 29_000): Promise<T> =>
    invoke(simulation, { chaos, incidents, timeoutMs }, work);

  const campaignsDeps = (invocation: Invocation, order?: AutomationOrder): CampaignsDeps => {
    const counted = {
      ...campaigns.campaigns,
      save: async (...given: Parameters<typeof campaigns.campaigns.save>) => {
        const saved = await campaigns.campaigns.save(...given);
        if (order) acted(order, `campaign ${saved.status}`);
        return saved;
      },
    };
    return {
      ...campaigns,
      runs: stepped(invocation, 'runs', campaigns.runs),
      automations: stepped(invocation, 'automations', campaigns.automations),
      automationStops: stepped(invocation, 'stops', campaigns.automationStops),
      campaigns: stepped(invocation, 'campaigns', counted),
      sleep: (milliseconds) => simulation.sleep(milliseconds),
    };
  };
  const postsDeps = (invocation: Invocation, order: AutomationOrder): PostsDeps => {
    const { posts: store } = posts;
    const counted = {
      ...store,
      create: async (...given: Parameters<typeof store.create>) => {
        const post = await store.create(...given);
        acted(order, 'a draft');
        return post;
      },
      save: async (...given: Parameters<typeof store.save>) => {
        const post = await store.save(...given);
        acted(order, 'a time');
        return post;
      },
    };
    return {
      ...posts,
      posts: stepped(invocation, 'posts', counted),
      templates: stepped(invocation, 'templates', posts.templates),
      accounts: stepped(invocation, 'accounts', posts.accounts),
    };
  };
  const member = { role: 'owner', subject: 'subject', personId: owner.personId, status: 'active' };
  /** The orders for which mails were queued, by mail id. */
  const ordersOfMails = new Map<string, AutomationOrder>();
  const usersDeps = (invocation: Invocation, order: AutomationOrder): Parameters<typeof notifyForAutomation>[0] => {
    const queue: typeof users.mails.queue = async (mail, ...rest) => {
      if (mail.id !== undefined) ordersOfMails.set(mail.id, order);
      return users.mails.queue(mail, ...rest);
    };
    const sender = {
      send: async () => {
        if (simulation.chance(0.05)) throw new Error('SES is away');
        acted(order, 'a mail');
        return 'sent' as const;
      },
    };
    return {
      ...users,
      members: { ...users.members, all: async () => [member] as never },
      people: {
        ...users.people,
        find: async () => ({ email: 'ada@example.com' }) as never,
        findWorkspace: async () => undefined,
      },
      mails: stepped(invocation, 'mails', { ...users.mails, queue }),
      mailing: { ...users.mailing, sender: stepped(invocation, 'ses', sender) },
    };
  };

  /** The event of the mail is delivered twice, sooner and later. */
  const mailsToldOf = new Set<string>();
  const deliverMails = (): void => {
    for (const { before, after } of users.changes) {
      const id = String(after?.id);
      const order = ordersOfMails.get(id);
      if (before !== undefined || after?.type !== 'mail' || mailsToldOf.has(id) || !order) continue;
      mailsToldOf.add(id);
      for (const wait of [simulation.between(1, 3_000), simulation.between(5_000, 60_000)]) {
        simulation.after(wait, () => {
          serve((invocation) =>
            sendMail(usersDeps(invocation, order), { workspaceId, entityId: id, correlationId: 'c' }),
          ).catch((error: unknown) => {
            simulation.note(String(error));
          });
        });
      }
    }
  };
  const carryOut = async (task: string, input: Record<string, unknown>, execution: string): Promise<unknown> => {
    const order = input.order as AutomationOrder;
    const said =
      plant === 'notAfter unread'
        ? { ...order, notAfter: new Date(simulation.nowMs + 60 * minute).toISOString() }
        : order;
    switch (task) {
      case campaignTasks.advanceAutomation:
        return serve((invocation) => advance(campaignsDeps(invocation), input as never, execution));
      case campaignTasks.actForAutomation:
        return serve((invocation) =>
          carryOutForAutomation(campaignsDeps(invocation, order), said, CampaignStep.parse(input.step), 'c'),
        );
      case postTasks.actForAutomation:
        return serve((invocation) =>
          actForAutomation(postsDeps(invocation, order), said, PostStep.parse(input.step), 'c'),
        );
      default:
        return serve(async (invocation) => {
          try {
            return await notifyForAutomation(usersDeps(invocation, order), said, NotifyStep.parse(input.step), 'c');
          } finally {
            deliverMails();
          }
        });
    }
  };
  /** A call by a workflow. Sometimes it begins late, or its answer is lost while it is still running. */
  const call = async (payload: unknown, execution: string): Promise<unknown> => {
    const { task, input } = Payload.parse(payload);
    if (simulation.chance(0.03)) await simulation.sleep(simulation.between(1_000, 20_000));
    const work = carryOut(task, input, execution);
    if (!simulation.chance(0.03)) return work;
    work.catch(() => undefined);
    incidents.lostAnswers += 1;
    await simulation.sleep(simulation.between(1, 2_000));
    throw new Error('The answer was lost');
  };
  let executions = 0;
  const definition = runAutomation({
    ...{ campaigns: 'campaigns', posts: 'posts', users: 'users', platform: 'platform', analytics: 'analytics' },
  });
  const execution = (input: unknown): void => {
    const id = `arn:execution-${(executions += 1)}`;
    let left = simulation.chance(chaos.abort) ? simulation.between(1, 12) : Infinity;
    execute(definition, input, {
      execution: { id, name: id },
      call: (_, payload) => call(payload, id),
      sleep: (milliseconds) => simulation.sleep(milliseconds),
      sleepUntil: (instant) => simulation.sleep(Date.parse(instant) - simulation.nowMs),
      enter: async () => {
        left -= 1;
        if (left > 0) return;
        incidents.aborts += 1;
        throw new Stopped();
      },
    }).catch((error: unknown) => {
      simulation.note(`${id} ends: ${String(error)}`);
    });
  };
  let told = 0;
  const tell = (): void => {
    const fresh = campaigns.changes.slice(told).flatMap(eventsFor);
    told = campaigns.changes.length;
    for (const { definition: of, detail } of fresh) {
      if (of !== AutomationTriggered) continue;
      const input: unknown = JSON.parse(JSON.stringify(detail));
      const times = simulation.chance(chaos.duplicateEvent) ? 2 : 1;
      for (let time = 0; time < times; time += 1)
        simulation.after(simulation.between(1, 2_000), () => {
          execution(input);
        });
    }
    simulation.after(200, tell);
  };

  const steps = [
    { kind: 'draft_post', accountId, templateId, values: { title: '{{entityId}}' } },
    { kind: 'notify', roles: ['owner'], subject: 'Out', text: 'It is out.' },
    { kind: 'wait', minutes: 1 },
    { kind: 'schedule_post', accountId, templateId, values: { title: '{{entityId}} too' }, inMinutes: 600 },
    { kind: 'pause_campaign', campaignId },
    { kind: 'resume_campaign', campaignId },
    { kind: 'notify', roles: ['owner'], subject: 'Out', text: 'It is over.' },
  ];
  const create = async (): Promise<string> => {
    const {
      name,
      trigger,
      condition,
      steps: all,
    } = Definition.parse({
      ...{ name: 'Mine', trigger: { kind: 'event', type: 'post.published' }, steps },
    });
    const limits = { ...standardLimits, perHour: 500, perDay: 5_000, concurrency: simulation.between(1, 3) };
    const by = { personId: owner.personId, people: [owner.personId], role: 'owner' as const };
    const made = {
      id: newId('aut', now()),
      workspaceId,
      status: 'on' as const,
      liveVersion: 1,
      by,
      switchedAt: null,
      nextAt: null,
    };
    return (await campaigns.automations.create({ ...made, name, trigger, condition, steps: all, limits }, person)).id;
  };
  const ids = [await create(), await create(), await create()];
  const retire = async (at: number): Promise<void> => {
    ids[at] = await create();
  };

  let isDone = false;
  const events = (): void => {
    if (isDone) return;
    simulation.after(simulation.between(500, 8_000), events);
    const id = ids[simulation.between(0, 2)] ?? '';
    const eventId = `event-${simulation.nowMs}-${simulation.between(1, 1e9)}`;
    serve(async (invocation) => {
      const deps = campaignsDeps(invocation);
      const automation = await deps.automations.find(workspaceId, id);
      if (!automation) return;
      const about = {
        type: 'post.published',
        eventId,
        entityId: `post ${eventId}`,
        at: now().toISOString(),
        chain: [],
      };
      await beginRun(deps, automation, { ...about, event: { entityId: eventId }, correlationId: 'c' });
    }).catch((error: unknown) => {
      simulation.note(`an event is heard again: ${String(error)}`);
    });
  };

  /** Repeats a person's request until it is answered. */
  const insist = async (work: (deps: CampaignsDeps) => Promise<unknown>): Promise<boolean> => {
    for (;;) {
      try {
        await serve((invocation) => work(campaignsDeps(invocation)));
        return true;
      } catch (error) {
        const code = (error as { code?: string }).code;
        if (code === 'run_ended' || code === 'automation_not_found') return false;
        await simulation.sleep(500);
      }
    }
  };
  const stopped = (what: string, concerns: Stop['concerns']): Stop => {
    const stop = { what, concerns, answeredAt: simulation.nowMs, endsAt: Infinity };
    simulation.note(`answered: ${what}`);
    stops.push(stop);
    return stop;
  };
  const stopOnce = async (): Promise<void> => {
    const place = simulation.between(0, 2);
    const id = ids[place] ?? '';
    const kind = simulation.between(1, 4);
    if (kind === 1) {
      await insist((deps) => switchOff(deps, { workspaceId, id }, person));
      const stop = stopped(`${id} off`, ({ automationId }) => automationId === id);
      await simulation.sleep(simulation.between(1_000, 2 * minute));
      stop.endsAt = simulation.nowMs;
      const off = await campaigns.automations.get(workspaceId, id);
      await campaigns.automations.save({ ...off, status: 'on' }, person);
    } else if (kind === 2) {
      await insist((deps) => stopAll(deps, workspaceId, person));
      const stop = stopped('all stopped', () => true);
      await simulation.sleep(simulation.between(1_000, 2 * minute));
      stop.endsAt = simulation.nowMs;
      await resumeAll(campaigns, workspaceId, person);
    } else if (kind === 3) {
      const { active } = await campaigns.runs.gate({ workspaceId, automationId: id });
      const runId = active[simulation.between(0, active.length - 1)];
      const run = runId === undefined ? undefined : await campaigns.runs.find(workspaceId, runId);
      if (run && (await insist((deps) => cancelRun(deps, run)))) {
        stopped(`${run.id} cancelled`, (act) => act.runId === run.id);
      }
    } else {
      await insist((deps) => switchOff(deps, { workspaceId, id }, person));
      stopped(`${id} deleted`, ({ automationId }) => automationId === id);
      const off = await campaigns.automations.get(workspaceId, id);
      await campaigns.automations.delete(off, person);
      await retire(place);
    }
  };
  tell();
  events();
  void (async () => {
    while (stops.length < count) {
      await simulation.sleep(simulation.between(1_000, 30_000));
      await stopOnce();
    }
    isDone = true;
    calm();
  })();
  await simulation.run(() => isDone, 24 * 60 * minute);
  const end = simulation.nowMs + 5 * minute;
  await simulation.run(() => simulation.nowMs >= end, 10 * minute);

  const afterAnswer = stops.flatMap(({ what, concerns, answeredAt, endsAt }) =>
    acts
      .filter((act) => concerns(act) && act.at > answeredAt && act.at < endsAt)
      .map((act) => `${act.what} ${act.at - answeredAt} ms after "${what}"`),
  );
  return { seed, stops: stops.length, acts: acts.length, afterAnswer, incidents, trace: simulation.trace };
};
