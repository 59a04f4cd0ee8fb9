import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { deployBundle } from '#infra/local/dev.ts';
import { clientOptions, createFunction, inFolder, onEmulator } from './emulator-lab.ts';

test('deployBundle makes a running function answer with the new code, including its chunks', async () => {
  await onEmulator({ auth: true }, (emulator) =>
    inFolder(async (bundle) => {
      await createFunction(emulator, 'greeter', `exports.handler = async () => 'old';`);
      const lambda = new LambdaClient(clientOptions(emulator));
      const greeting = async () =>
        (await lambda.send(new InvokeCommand({ FunctionName: 'greeter' }))).Payload?.transformToString();
      expect(await greeting()).toBe('"old"');

      writeFileSync(
        join(bundle, 'index.mjs'),
        `export const handler = async () => (await import('./chunk.mjs')).text;`,
      );
      writeFileSync(join(bundle, 'chunk.mjs'), `export const text = 'new';`);
      await deployBundle(emulator.endpoint, 'greeter', bundle);
      expect(await greeting()).toBe('"new"');
    }),
  );
});

test('deployBundle rejects for a function that does not exist', async () => {
  await onEmulator({}, (emulator) =>
    inFolder(async (bundle) => {
      writeFileSync(join(bundle, 'index.mjs'), '');
      await expect(deployBundle(emulator.endpoint, 'nobody', bundle)).rejects.toThrow('not found');
    }),
  );
});
