import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { deploy, failureReason, stackProgress } from '#infra/local/deploy.ts';
import type { Emulator } from '#infra/local/emulator.ts';
import { startEmulator } from '#infra/local/emulator.ts';
import { waitUntil } from '#infra/local/processes.ts';
import { clientOptions, inFolder, onEmulator } from './emulator-lab.ts';

const TINY_APP = { command: 'node test/infra/local/tiny-app/app.ts', sources: ['test/infra/local/tiny-app'] };

/** Deploys the tiny app. Returns the outputs and the reported progress. */
async function deployTinyApp(emulator: Emulator, folder: string, context: Record<string, string>, app = TINY_APP) {
  const progress: string[] = [];
  const outputs = await deploy({
    endpoint: emulator.endpoint,
    folder,
    context,
    app,
    onProgress: (line) => progress.push(line),
  });
  return { outputs, progress };
}

/** The message that the function sends when an item is written, ignoring those of earlier items. */
async function greetingFor(emulator: Emulator, outputs: Record<string, Record<string, string>>, id: string) {
  const { TableName, InboxUrl } = outputs['things'] ?? {};
  await new DynamoDBClient(clientOptions(emulator)).send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
  const receive = new ReceiveMessageCommand({ QueueUrl: InboxUrl });
  return waitUntil('The message', async () => {
    const { Messages } = await new SQSClient(clientOptions(emulator)).send(receive);
    return Messages?.find(({ Body }) => Body?.endsWith(id))?.Body;
  });
}

describe('deploy', () => {
  test('deploys with IAM enforced, skips unchanged stacks and deploys changed ones', async () => {
    await inFolder(async (folder) => {
      let emulator = await startEmulator({ stateFolder: folder, auth: true });
      const first = await deployTinyApp(emulator, folder, { greeting: 'hello' });
      expect(first.progress).toContain('preparing the environment (cdk bootstrap)');
      expect(first.progress).toContain('messaging: deployed');
      expect(first.progress).toContain('things: deployed');
      expect(first.outputs['messaging']?.['BusName']).toMatch(/^messaging/);
      expect(await greetingFor(emulator, first.outputs, 'ann')).toBe('hello ann');

      await emulator.stop();
      emulator = await startEmulator({ stateFolder: folder, auth: true, port: emulator.port });
      const again = await deployTinyApp(emulator, folder, { greeting: 'hello' });
      expect(again).toEqual({
        outputs: first.outputs,
        progress: ['no changes since the last deployment'],
      });

      const changed = await deployTinyApp(emulator, folder, { greeting: 'good morning' });
      expect(changed.progress).toEqual(
        expect.arrayContaining(['messaging: unchanged', 'things: deploying (2 of 2)', 'things: deployed']),
      );
      expect(await greetingFor(emulator, changed.outputs, 'bob')).toBe('good morning bob');

      // A changed source is synthesized, even when the stacks turn out the same.
      const source = join(folder, 'source');
      const app = { ...TINY_APP, sources: [source] };
      for (const text of ['one', 'two']) {
        writeFileSync(source, text);
        const { progress } = await deployTinyApp(emulator, folder, { greeting: 'good morning' }, app);
        expect(progress).toEqual(expect.arrayContaining(['messaging: unchanged', 'things: unchanged']));
      }

      // A kill loses the state: records of an earlier deployment in the folder must not count.
      emulator.kill();
      emulator = await startEmulator({ stateFolder: join(folder, 'fresh'), auth: true, port: emulator.port });
      const afresh = await deployTinyApp(emulator, folder, { greeting: 'good morning' });
      expect(afresh.progress).toContain('things: deployed');
      emulator.kill();
    });
  });

  test('fails with one sentence on what CloudFormation rejects, and the path of the log', async () => {
    await onEmulator({ auth: true }, async (emulator, folder) => {
      const deployment = deployTinyApp(emulator, folder, { broken: 'true' });
      const log = join(folder, 'cdk.log');
      await expect(deployment).rejects.toThrow(
        `cdk deploy failed: Template format error: Unrecognized resource types: [AWS::Chatbot::CustomAction] (log: ${log})`,
      );
      expect(readFileSync(log, 'utf8')).toContain('Unrecognized resource types');
    });
  });

  test('fails with the error that the app throws', async () => {
    await onEmulator({ auth: true }, async (emulator, folder) => {
      mkdirSync(join(folder, 'own'));
      const app = { command: `node -e 'throw new RangeError("no such stage")'`, sources: ['cdk.json'] };
      await expect(
        deploy({ endpoint: emulator.endpoint, folder: join(folder, 'own'), context: {}, app }),
      ).rejects.toThrow('cdk synth failed: RangeError: no such stage (log: ');
    });
  });
});

describe('the output of the CDK CLI:', () => {
  test.each([
    ['things: deploying... [2/7]', 'things: deploying (2 of 7)'],
    [' ✅  things', 'things: deployed'],
    ['✅  things (no changes)', 'things: unchanged'],
    ['things: creating CloudFormation changeset...', undefined],
    ['things | 1/7 | 9:37:33 PM | CREATE_COMPLETE | AWS::SQS::Queue | Inbox', undefined],
  ])('%j becomes %j', (line, progress) => {
    expect(stackProgress(line)).toBe(progress);
  });

  test('the first failed resource is the reason, not its consequences', () => {
    const failed = 'things | 1/7 | 9:37:33 PM | CREATE_FAILED | AWS::SQS::Queue | Inbox The name is taken';
    expect(failureReason(['things: deploying... [1/1]', failed, '‣ Error: Deployment failed', ''])).toBe(failed);
    expect(failureReason(['ERROR The bucket is public. (AwsSolutions)', 'Synthesis finished with errors'])).toBe(
      'ERROR The bucket is public. (AwsSolutions)',
    );
    expect(failureReason(['', ''])).toBe('no output');
  });
});
