import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { REGION, ROOT_CREDENTIALS } from '#infra/local/deploy.ts';
import { holdPort } from '#infra/local/ports.ts';
import { waitUntil } from '#infra/local/processes.ts';
import { bringUp } from '#infra/local/stage.ts';
import { inFolder } from './emulator-lab.ts';

const app = { command: 'node test/infra/local/tiny-app/app.ts', sources: ['test/infra/local/tiny-app'] };

async function xApp(endpoint: string, SecretId: string | undefined): Promise<Record<string, string>> {
  const secrets = new SecretsManagerClient({ endpoint, region: REGION, credentials: ROOT_CREDENTIALS });
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  return z.record(z.string(), z.string()).parse(JSON.parse(SecretString ?? ''));
}

/** Kills the emulator of a stage as a machine out of memory does. */
function killEmulator(folder: string): void {
  const [file = ''] = globSync('tmp/ministack-*.pid', { cwd: folder });
  process.kill(Number(readFileSync(join(folder, file), 'utf8')), 'SIGKILL');
}

test('a stage restarts at the same addresses without a deployment, and survives one crash and busy ports', async () => {
  await inFolder(async (parent) => {
    const folder = join(parent, 'stage');
    const first = await bringUp({ folder, app, auth: true });
    const { facts } = first;
    expect(await (await fetch(`${facts.apiUrl}/v1/health`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(facts.mailUrl)).json()).toEqual({ messages: {} });
    expect(facts.userPoolId).toMatch(/^us-east-1_/);
    expect((await fetch(facts.xSandboxUrl)).status).toBeLessThan(500);
    const secret = first.outputs['things']?.['XSecretArn'];
    const credentials = await xApp(facts.awsEndpointUrl, secret);
    expect(credentials).toMatchObject({ clientId: 'x-sandbox-app', clientSecret: 'x-sandbox-secret' });
    expect(credentials['vaultKey']).toHaveLength(32);

    await expect(bringUp({ folder, app, auth: true })).rejects.toThrow(
      `A local stage is already running in ${folder} (process ${process.pid}).`,
    );
    await first.stop();
    await expect(fetch(`${facts.apiUrl}/v1/health`)).rejects.toThrow();
    await expect(fetch(facts.awsEndpointUrl)).rejects.toThrow();

    const said: string[] = [];
    const second = await bringUp({ folder, app, auth: true, say: (line) => said.push(line) });
    expect(second.facts).toEqual(facts);
    expect(said).toContain('  no changes since the last deployment');
    expect(await xApp(facts.awsEndpointUrl, secret)).toEqual(credentials);

    // A crashed emulator comes back with its data; when it crashes again at once, it is given up, and nothing hangs.
    killEmulator(folder);
    await waitUntil('The return of the emulator', () => said.at(-1) === 'The AWS emulator is up again.' || undefined);
    expect(said.at(-2)).toMatch(
      /^The AWS emulator exited unexpectedly \(SIGKILL, log: .*: restarting it with the data as of/,
    );
    expect(await (await fetch(`${facts.apiUrl}/v1/health`)).json()).toEqual({ status: 'ok' });
    expect(await xApp(facts.awsEndpointUrl, secret)).toEqual(credentials);
    killEmulator(folder);
    expect((await second.lost).message).toMatch(/exited unexpectedly .* again\. Data as of \d\d:\d\d:\d\d is kept\.$/);
    await second.stop();

    // Its ports may be in use by now: it finds others and still has its data.
    const ports = [facts.awsEndpointUrl, facts.apiUrl].map((url) => Number(new URL(url).port));
    const others = await Promise.all(ports.map((port) => holdPort(port)));
    expect(others.map(({ port }) => port)).toEqual(ports);
    const third = await bringUp({ folder, app, auth: true });
    expect(ports).not.toContain(Number(new URL(third.facts.apiUrl).port));
    expect(await (await fetch(`${third.facts.apiUrl}/v1/health`)).json()).toEqual({ status: 'ok' });
    expect(await xApp(third.facts.awsEndpointUrl, secret)).toEqual(credentials);
    await third.stop();
    await Promise.all(others.map((other) => other.release()));
  });
});

test('a stage stops what it has started when a later step fails', async () => {
  await inFolder(async (parent) => {
    const folder = join(parent, 'stage');
    const said: string[] = [];
    const failing = bringUp({
      folder,
      app: { command: `node -e 'throw new Error("no stacks today")'`, sources: [] },
      auth: true,
      say: (line) => said.push(line),
    });
    await expect(failing).rejects.toThrow('cdk synth failed: Error: no stacks today');
    const [emulator] = said;
    const endpoint = /http:\S+/.exec(emulator ?? '')?.[0] ?? '';
    await expect(fetch(`${endpoint}/_ministack/ready`)).rejects.toThrow('fetch failed');
    expect(existsSync(join(folder, 'running.pid'))).toBe(false);
  });
});

test('a fresh start deletes the contents of the folder, even when a dead process had it', async () => {
  await inFolder(async (parent) => {
    const folder = join(parent, 'stage');
    mkdirSync(folder);
    writeFileSync(join(folder, 'left-over'), '');
    writeFileSync(join(folder, 'running.pid'), '999999999');
    const failing = bringUp({
      folder,
      app: { command: 'node -e "process.exit(1)"', sources: [] },
      auth: true,
      fresh: true,
    });
    await expect(failing).rejects.toThrow('cdk synth failed');
    expect(existsSync(join(folder, 'left-over'))).toBe(false);
  });
});
