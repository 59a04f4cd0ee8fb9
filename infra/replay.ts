import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  ListRulesCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { contextNames } from '#shared/contexts.ts';
import { actingReplayPrefix } from '#shared/events/subscription.ts';
import { readArguments } from './local/arguments.ts';
import { nameIn, type Stage, stages } from './stages.ts';

/** What to replay, and to which context. */
export interface Wanted {
  stage: Stage;
  /** Start and end of the period (UTC), inclusive. */
  from: Date;
  to: Date;
  context: string;
  /** Whether mails, webhooks and automations act on the events again. */
  isActing: boolean;
}

/**
 * Replays a stage's archive to the inbox of one context. Projections are updated from the events; effects are skipped
 * unless requested.
 * @returns the name of the replay @throws Error when EventBridge does not complete it
 */
export const replay = async (
  eventBridge: EventBridgeClient,
  { stage, from, to, context, isActing }: Wanted,
  { now = () => new Date(), everyMs = 2_000 } = {},
): Promise<string> => {
  const bus = nameIn(stage, 'events');
  const archive = await eventBridge.send(new DescribeArchiveCommand({ ArchiveName: bus }));
  const rules = await rulesInto(eventBridge, bus, nameIn(stage, `${context}-`));
  if (rules.length === 0) throw new Error(`No rule of ${bus} fills an inbox of ${context}.`);
  const name = `${isActing ? actingReplayPrefix : ''}${context}-${now()
    .toISOString()
    .replace(/[^\dTZ]/g, '')}`;
  await eventBridge.send(
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: archive.ArchiveArn,
      EventStartTime: from,
      EventEndTime: to,
      Destination: { Arn: archive.EventSourceArn, FilterArns: rules },
    }),
  );
  for (;;) {
    const { State, StateReason } = await eventBridge.send(new DescribeReplayCommand({ ReplayName: name }));
    if (State === 'COMPLETED') return name;
    if (State === 'FAILED' || State === 'CANCELLED')
      throw new Error(`The replay ${name} ${State}: ${StateReason ?? ''}`);
    await sleep(everyMs);
  }
};

/** Returns the ARNs of the rules that a context's stack has on the bus. */
const rulesInto = async (client: EventBridgeClient, EventBusName: string, NamePrefix: string): Promise<string[]> => {
  const arns: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ EventBusName, NamePrefix, NextToken }));
    arns.push(...(page.Rules ?? []).flatMap(({ Arn }) => (Arn === undefined ? [] : [Arn])));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return arns;
};

const usage =
  'npm run replay -- --stage <name> --from <instant> --to <instant> --context <context> [--acting]; ' +
  `contexts: ${contextNames.join(', ')}`;

if (import.meta.main) {
  const text = { type: 'string' } as const;
  const { values } = readArguments(
    { options: { stage: text, from: text, to: text, context: text, acting: { type: 'boolean', default: false } } },
    usage,
  );
  const stage = Object.values(stages()).find(({ name }) => name === values.stage);
  const context = contextNames.find((name) => name === values.context);
  const [from, to] = [new Date(values.from ?? ''), new Date(values.to ?? '')];
  if (!stage || !context || Number.isNaN(from.getTime() + to.getTime())) {
    console.error(`Name a stage, two instants and a context. Use: ${usage}`);
    process.exit(2);
  }
  const wanted = { stage, context, from, to, isActing: values.acting };
  console.log(`Replayed: ${await replay(new EventBridgeClient(), wanted)}`);
}
