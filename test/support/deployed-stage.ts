import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { TestProject } from 'vitest/node';
import { REGION, ROOT_CREDENTIALS } from '#infra/local/deploy.ts';
import { bringUp, type StageFacts } from '#infra/local/stage.ts';
import { keepLogs } from './kept-logs.ts';
import { callsFile, recordings } from './recordings.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The stage, deployed once for the tier. */
    stage: StageFacts;
    /** The outputs of its stacks, by stack and name. */
    outputs: Record<string, Record<string, string>>;
    /** The folder of its state. */
    folder: string;
    /** A queue that receives every event of its bus. */
    everyEventUrl: string;
  }
}

/** Brings up a stage for the tier, on free ports and in a temporary folder, and records its calls. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'xmp-stage-'));
  rmSync(recordings, { recursive: true, force: true });
  mkdirSync(recordings, { recursive: true });
  process.stdout.write('Brings up a stage of its own, which takes about half a minute ...\n');
  // Its state is temporary, and saving it every few seconds would take a third of a core.
  const stage = await bringUp({ folder, auth: true, callsFile, saveSeconds: 24 * 3_600 });
  // For this tier and for the tier that judges it; the faults tier overrides it with its own stage.
  project.vitest.provide('stage', stage.facts);
  project.vitest.provide('outputs', stage.outputs);
  project.vitest.provide('folder', folder);
  project.vitest.provide('everyEventUrl', await listenToAll(stage.facts.awsEndpointUrl));
  return async () => {
    await keepLogs('integration', stage.facts.awsEndpointUrl, folder).finally(() => stage.stop());
    rmSync(folder, { recursive: true, force: true });
  };
};

/** Creates a queue that receives every event of the bus. */
const listenToAll = async (endpoint: string): Promise<string> => {
  const asRoot = { endpoint, region: REGION, credentials: ROOT_CREDENTIALS };
  const sqs = new SQSClient(asRoot);
  const eventBridge = new EventBridgeClient(asRoot);
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'every-event' }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const rule = { EventBusName: 'xmp-local-events', Name: 'every-event' };
  await eventBridge.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: [{ prefix: '' }] }) }));
  const Targets = [{ Id: 'every-event', Arn: Attributes?.QueueArn ?? '' }];
  await eventBridge.send(new PutTargetsCommand({ EventBusName: rule.EventBusName, Rule: rule.Name, Targets }));
  return QueueUrl;
};
