import type { Author } from '#shared/actor.ts';
import { dueAt, dueBy } from '#shared/due.ts';
import { entityOf, firstVersion, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { shardOf } from '#shared/shards.ts';
import { isNew, type Item, type Key, type PageRequest, type Table, type TransactWrite } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import type { onceFor } from '../domain/automation.ts';
import { emptyGate, Gate } from '../domain/automation-gate.ts';
import { AutomationRun, type RunStatus, standsStillAt } from '../domain/automation-run.ts';
import { stopKey } from './automation-stops.ts';
import { automationKey } from './automations.ts';

/** How long a run is kept after its end, in seconds. */
const keptSeconds = 90 * daySeconds;

type OnAutomation = Pick<AutomationRun, 'workspaceId' | 'automationId'>;
type Once = NonNullable<ReturnType<typeof onceFor>>;

export interface AutomationRunStore {
  /** @throws DomainError `automation_run_not_found` */
  get(workspaceId: string, runId: string): Promise<AutomationRun>;
  find(workspaceId: string, runId: string): Promise<AutomationRun | undefined>;
  findAll(workspaceId: string, runIds: readonly string[]): Promise<AutomationRun[]>;
  /** Stalled runs of a shard, longest first. The index is eventually consistent. */
  standingStill(shard: number, now: Date, limit: number): Promise<AutomationRun[]>;
  /** Runs of one automation, newest first. */
  list(of: OnAutomation, filter: { status: RunStatus | undefined }, page: PageRequest): Promise<Page<AutomationRun>>;
  /** The gate of an automation, read consistently. */
  gate(of: OnAutomation): Promise<Gate>;
  gates(workspaceId: string): Promise<Gate[]>;
  /**
   * Writes a new run and the gate that admits it, if the automation is on with the same definition and automations are
   * not stopped. `once`: nor if a run was already started for it. Undefined if a condition fails.
   */
  begin(run: New<AutomationRun>, gate: Gate, author: Author, once?: Once): Promise<AutomationRun | undefined>;
  /** Whether a run was already started for it. */
  isKnown(of: OnAutomation, about: string): Promise<boolean>;
  /** Writes the counts of refused events. False if the gate was written since it was read. */
  keepGate(gate: Gate): Promise<boolean>;
  /** Begins a step. Undefined if the automation is off, all are stopped, or the run was written since it was read. */
  letAct(run: AutomationRun, author: Author): Promise<AutomationRun | undefined>;
  /** Writes the run. Undefined if it was written since it was read. */
  save(run: AutomationRun, author: Author): Promise<AutomationRun | undefined>;
  /**
   * Writes the end of a run, the next gate, and the runs that start. Undefined if one was written since it was read.
   */
  end(
    run: AutomationRun,
    gate: Gate,
    following: readonly AutomationRun[],
    author: Author,
  ): Promise<AutomationRun | undefined>;
  /** Whether all automations of the workspace are stopped. */
  isStopped(workspaceId: string): Promise<boolean>;
}

const runKey = (workspaceId: string, runId: string): Key => ({ pk: workspaceId, sk: `AUTOMATION_RUN#${runId}` });
const gateKey = ({ workspaceId, automationId }: OnAutomation): Key => ({
  pk: workspaceId,
  sk: `AUTOMATION_GATE#${automationId}`,
});
const onceKey = ({ workspaceId, automationId }: OnAutomation, about: string): Key => ({
  pk: workspaceId,
  sk: `AUTOMATION_ONCE#${automationId}#${about}`,
});

/**
 * Marks a threshold as passed. Markers of posts expire once their metrics are no longer read; those of accounts do not.
 */
const onceItem = (of: OnAutomation, { about, isForever }: Once, now: Date): Item & Key => ({
  ...onceKey(of, about),
  ...{ type: 'automation_once', workspaceId: of.workspaceId },
  ...(!isForever && { ttl: timeToLive(now, keptSeconds) }),
});

const openRuns = (shard: number): string => `AUTOMATION_RUNS#${shard}`;

const dueOf = (run: AutomationRun) => {
  const at = standsStillAt(run);
  return at === undefined ? {} : dueAt(openRuns(shardOf(run.id)), at, run.id);
};

const runItem = (run: AutomationRun): Item & Key => ({
  ...run,
  ...runKey(run.workspaceId, run.id),
  type: 'automation_run',
  event: JSON.stringify(run.event),
  byAutomationPk: `${run.workspaceId}#${run.automationId}`,
  byAutomationSk: run.id,
  ...dueOf(run),
  ...(run.endedAt !== null && { ttl: timeToLive(new Date(run.endedAt), keptSeconds) }),
});

const gateWrite = (gate: Gate): TransactWrite => ({
  put: { ...gate, ...gateKey(gate), turn: gate.turn + 1, type: 'automation_gate' },
  condition: {
    ConditionExpression: gate.turn === 0 ? 'attribute_not_exists(pk)' : 'turn = :turn',
    ...(gate.turn > 0 && { ExpressionAttributeValues: { ':turn': gate.turn } }),
  },
});

const isOn = ({ workspaceId, automationId }: OnAutomation, liveVersion?: number): TransactWrite => ({
  check: automationKey(workspaceId, automationId),
  condition: {
    ConditionExpression: `#status = :on${liveVersion === undefined ? '' : ' AND liveVersion = :live'}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':on': 'on', ...(liveVersion !== undefined && { ':live': liveVersion }) },
  },
});

const notStopped = (workspaceId: string): TransactWrite => ({
  check: stopKey(workspaceId),
  condition: {
    ConditionExpression: 'attribute_not_exists(pk) OR isStopped = :no',
    ExpressionAttributeValues: { ':no': false },
  },
});

export const automationRunStore = (table: Table): AutomationRunStore => {
  const find = async (workspaceId: string, runId: string): Promise<AutomationRun | undefined> => {
    const item = await table.get(runKey(workspaceId, runId));
    return item && entityOf(AutomationRun, item);
  };
  const put = (next: AutomationRun, read: number): TransactWrite => ({
    put: runItem(next),
    condition: read === 0 ? isNew : stillAt(read),
  });
  return {
    find,
    async get(workspaceId, runId) {
      const run = await find(workspaceId, runId);
      if (!run) throw notFound('automation run');
      return run;
    },
    async findAll(workspaceId, runIds) {
      const items = await table.getAll(runIds.map((id) => runKey(workspaceId, id)));
      return items.map((item) => entityOf(AutomationRun, item));
    },
    async standingStill(shard, now, limit) {
      const items = await dueBy(table, openRuns(shard), now, limit);
      return items.map((item) => entityOf(AutomationRun, item));
    },
    list: ({ workspaceId, automationId }, { status }, page) =>
      table.queryPage(
        {
          IndexName: 'byAutomation',
          keysOnly: true,
          KeyConditionExpression: 'byAutomationPk = :automation',
          ExpressionAttributeValues: { ':automation': `${workspaceId}#${automationId}` },
          ScanIndexForward: false,
        },
        page,
        (item) => {
          const run = entityOf(AutomationRun, item);
          return status === undefined || run.status === status ? run : undefined;
        },
      ),
    async gate(of) {
      const item = await table.get(gateKey(of));
      return item ? entityOf(Gate, item) : emptyGate(of.workspaceId, of.automationId);
    },
    async gates(workspaceId) {
      const items = await table.queryAll({
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :gates)',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':gates': 'AUTOMATION_GATE#' },
        // Whoever stops all automations must see every run that has begun.
        ConsistentRead: true,
      });
      return items.map((item) => entityOf(Gate, item));
    },
    async begin(run, gate, author, once) {
      const first = nextVersion(firstVersion(run, table.now(), author), table.now(), author);
      const { workspaceId, automationVersion } = first;
      const written = await table.transact([
        put(first, 0),
        gateWrite(gate),
        isOn(first, automationVersion),
        notStopped(workspaceId),
        ...(once === undefined ? [] : [{ put: onceItem(first, once, table.now()), condition: isNew }]),
      ]);
      return written ? first : undefined;
    },
    async isKnown(of, about) {
      return (await table.get(onceKey(of, about))) !== undefined;
    },
    keepGate: async (gate) => table.transact([gateWrite(gate)]),
    async letAct(run, author) {
      const next = nextVersion(run, table.now(), author);
      const written = await table.transact([put(next, run.version), isOn(run), notStopped(run.workspaceId)]);
      return written ? next : undefined;
    },
    async save(run, author) {
      const next = nextVersion(run, table.now(), author);
      return (await table.transact([put(next, run.version)])) ? next : undefined;
    },
    async end(run, gate, following, author) {
      const now = table.now();
      const next = nextVersion(run, now, author);
      const written = await table.transact([
        put(next, run.version),
        gateWrite(gate),
        ...following.map((each) => put(nextVersion(each, now, author), each.version)),
      ]);
      return written ? next : undefined;
    },
    async isStopped(workspaceId) {
      return (await table.get(stopKey(workspaceId)))?.isStopped === true;
    },
  };
};
