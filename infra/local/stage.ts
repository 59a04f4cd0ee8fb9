import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { LocalAddresses, XPace } from '../stages.ts';
import { type CdkApp, deploy, type Outputs, REGION, ROOT_CREDENTIALS } from './deploy.ts';
import { type EmulatorOptions, PROJECT } from './emulator.ts';
import { startFrontDoor } from './front-door.ts';
import { keepEmulator } from './kept-emulator.ts';
import { startOutsideWorld } from './outside-world/server.ts';
import { freePort, holdPort } from './ports.ts';
import { endsInTime, waitUntil } from './processes.ts';
import { startXSandbox } from './x-sandbox/server.ts';
import { DEFAULT_SETTINGS } from './x-sandbox/settings.ts';

/** What users of a local stage need to know; stored in .local/stage.json. */
export const StageFacts = z.object({
  /** Base URL of the API and the static pages, without a trailing slash. */
  apiUrl: z.url(),
  xSandboxUrl: z.url(),
  /** External servers, for webhooks and feeds. */
  outsideWorldUrl: z.url(),
  userPoolId: z.string(),
  clientId: z.string(),
  /** JSON of all sent mails, including those with codes. */
  mailUrl: z.url(),
  awsEndpointUrl: z.url(),
});
export type StageFacts = z.infer<typeof StageFacts>;

const Ports = z.object({
  emulator: z.int(),
  xSandbox: z.int(),
  /** Missing in a folder of an earlier version. */
  outsideWorld: z.int().default(0),
  frontDoor: z.int(),
});
export type Ports = z.input<typeof Ports>;

export interface BringUpOptions extends Pick<
  EmulatorOptions,
  'auth' | 'callsFile' | 'endpointForFunctions' | 'saveSeconds'
> {
  /** Folder of everything the stage stores; each stage needs its own. */
  folder: string;
  /** Preferred ports of a first start, free ones by default. Later starts prefer the previous ports. */
  ports?: Ports;
  /** Starts from scratch: deletes the folder first. */
  fresh?: boolean;
  /** How long to wait for X; the stage's own by default. */
  xPace?: XPace;
  /** The platform by default. */
  app?: CdkApp;
  /** Owns what is started; the caller disposes it, also when the start fails. */
  owner?: AsyncDisposableStack;
  say?: (line: string) => void;
}

export interface RunningStage {
  readonly facts: StageFacts;
  readonly outputs: Outputs;
  /** Resolves with the reason when the stage cannot continue because its emulator cannot be restarted. */
  readonly lost: Promise<Error>;
  /** Stops everything; the folder keeps the data. */
  stop(): Promise<void>;
}

/**
 * Starts a complete stage on this machine: emulator, X sandbox, outside world, all stacks, front door. For `npm start`
 * and for tests that need a deployed platform. On failure it stops what was started, unless that has another owner.
 */
export async function bringUp(options: BringUpOptions): Promise<RunningStage> {
  const { owner = new AsyncDisposableStack() } = options;
  try {
    return await bringUpOn(owner, options);
  } catch (error) {
    if (options.owner === undefined) await owner.disposeAsync();
    throw error;
  }
}

async function bringUpOn(owner: AsyncDisposableStack, options: BringUpOptions): Promise<RunningStage> {
  const { folder, say = () => undefined } = options;
  claimFolder(owner, folder, options.fresh ?? false);
  const preferred = Ports.parse(knownPorts(folder) ?? options.ports ?? { emulator: 0, xSandbox: 0, frontDoor: 0 });

  const emulator = await keepEmulator({ ...options, stateFolder: folder, port: preferred.emulator }, say);
  owner.defer(() => endsInTime('The AWS emulator', emulator.stop()));
  say(`AWS emulator: ${emulator.endpoint}${options.auth ? ' (IAM enforced)' : ''}`);

  const xSandbox = await startXSandbox({
    port: await freePort(preferred.xSandbox),
    statePath: join(folder, 'x-sandbox.json'),
    // The front door of a local stage uses plain HTTP.
    plainWebhooks: true,
  });
  owner.defer(() => endsInTime('The X sandbox', xSandbox.close()));
  say(`X sandbox: ${xSandbox.url}`);

  const outsideWorld = await startOutsideWorld({ port: await freePort(preferred.outsideWorld) });
  owner.defer(() => outsideWorld.close());

  // Held before it is used: the stacks need its address, and the front door needs the stacks.
  const held = await holdPort(preferred.frontDoor);
  owner.defer(() => endsInTime('The port', held.release()));
  const local: LocalAddresses = {
    awsEndpointUrl: emulator.endpoint,
    xSandboxUrl: xSandbox.url,
    outsideWorldUrl: outsideWorld.url,
    publicUrl: `http://127.0.0.1:${held.port}`,
    xPace: options.xPace,
  };
  say('Deploying the stacks ...');
  const outputs = await deploy({
    endpoint: emulator.endpoint,
    folder,
    ...(options.app !== undefined && { app: options.app }),
    context: { stage: 'local', local: JSON.stringify(local) },
    onProgress: (line) => {
      say(`  ${line}`);
    },
  });
  await putXCredentials(emulator.endpoint, output(outputs, 'XSecretArn'));

  await held.release();
  const frontDoor = await startFrontDoor({
    port: held.port,
    // The output has the port of the emulator at deployment, which may have changed since.
    apiUrl: output(outputs, 'ApiUrl').replace(/:\d+(?=\/|$)/, `:${emulator.port}`),
    pagesFolder: join(PROJECT, 'infra', 'pages'),
  });
  owner.defer(() => endsInTime('The front door', frontDoor.close()));
  await waitUntil('The first answer of the API', async () =>
    (await fetch(`${frontDoor.url}/v1/health`)).ok ? true : undefined,
  );
  say(`API: ${frontDoor.url}`);

  const ports: Ports = {
    emulator: emulator.port,
    xSandbox: xSandbox.port,
    outsideWorld: outsideWorld.port,
    frontDoor: frontDoor.port,
  };
  writeFileSync(join(folder, 'ports.json'), JSON.stringify(ports));
  return {
    facts: {
      apiUrl: frontDoor.url,
      xSandboxUrl: xSandbox.url,
      outsideWorldUrl: outsideWorld.url,
      userPoolId: output(outputs, 'UserPoolId'),
      clientId: output(outputs, 'UserPoolClientId'),
      mailUrl: `${emulator.endpoint}/_ministack/ses/messages`,
      awsEndpointUrl: emulator.endpoint,
    },
    outputs,
    lost: emulator.lost,
    stop: () => owner.disposeAsync(),
  };
}

/** Claims the folder: two stages in one folder would overwrite each other's state. */
function claimFolder(owner: AsyncDisposableStack, folder: string, fresh: boolean): void {
  const claim = join(folder, 'running.pid');
  if (existsSync(claim)) {
    const pid = Number(readFileSync(claim, 'utf8'));
    if (isRunning(pid)) {
      throw new Error(
        `A local stage is already running in ${folder} (process ${pid}). Stop it first, or delete ${claim}.`,
      );
    }
  }
  if (fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(claim, String(process.pid));
  owner.defer(() => {
    rmSync(claim, { force: true });
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Returns the ports of the last start. Addresses are part of the state, so a second start prefers the same ones. */
function knownPorts(folder: string): Ports | undefined {
  const file = join(folder, 'ports.json');
  return existsSync(file) ? Ports.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/** Returns the output of that name, from whichever stack has it. */
function output(outputs: Outputs, name: string): string {
  const value = Object.values(outputs).find((stack) => name in stack)?.[name];
  if (value === undefined) throw new Error(`No stack has the output ${name}.`);
  return value;
}

/** Stores the X app's credentials in its secret, as an operator does once on AWS. The vault's key in it is kept. */
async function putXCredentials(endpoint: string, SecretId: string): Promise<void> {
  const secrets = new SecretsManagerClient({ endpoint, region: REGION, credentials: ROOT_CREDENTIALS });
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const before = z.record(z.string(), z.unknown()).parse(JSON.parse(SecretString ?? ''));
  const { clientId, clientSecret, consumerSecret, appBearer } = DEFAULT_SETTINGS;
  const after = { ...before, clientId, clientSecret, consumerSecret, appBearer };
  if (isDeepStrictEqual(after, before)) return;
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(after) }));
}
