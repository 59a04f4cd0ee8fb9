import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { PROJECT } from './emulator.ts';
import { startProcess } from './processes.ts';

/** The environment that the emulator simulates. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
/** The emulator's root user. */
export const ROOT_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';
const DEPLOYED_PARAMETER = '/local-stage/deployed';

const Outputs = z.record(z.string(), z.record(z.string(), z.string()));
/** Outputs of each stack, by stack name. */
export type Outputs = z.infer<typeof Outputs>;

/** A CDK app: the command that synthesizes it, and the project files and folders it depends on. */
export interface CdkApp {
  command: string;
  sources: readonly string[];
}

const PLATFORM: CdkApp = {
  command: 'node infra/app.ts',
  sources: [
    ...['app.ts', 'provision.ts', 'stages.ts', 'build', 'constructs', 'stacks', 'workflows'].map((of) => `infra/${of}`),
    ...['functions', 'shared', 'events', 'cdk.json', 'package-lock.json'],
  ],
};

export interface DeployOptions {
  /** Address of the emulator. */
  endpoint: string;
  /** The stage's own folder for assembly, outputs and log, so that stages do not collide. */
  folder: string;
  /** CDK context, as passed by `-c key=value`. */
  context: Readonly<Record<string, string>>;
  app?: CdkApp;
  onProgress?: (line: string) => void;
}

/**
 * Deploys all stacks to the emulator with the plain CDK CLI, and returns their outputs. Skipped when neither sources
 * nor context have changed. Fails with one sentence that names the reason and the log.
 */
export async function deploy(options: DeployOptions): Promise<Outputs> {
  const { endpoint, folder, onProgress = () => undefined } = options;
  const assembly = join(folder, 'cdk.out');
  const outputsFile = join(folder, 'outputs.json');
  writeFileSync(join(folder, 'cdk.log'), '');

  // Stored in the emulator, so that it is lost together with the emulator's state.
  const ssm = new SSMClient({ endpoint, region: REGION, credentials: ROOT_CREDENTIALS });
  const digest = digestOf(options);
  if ((await parameter(ssm, DEPLOYED_PARAMETER)) === digest && existsSync(outputsFile)) {
    onProgress('no changes since the last deployment');
    return readOutputs(outputsFile);
  }

  const [version] = await Promise.all([parameter(ssm, BOOTSTRAP_PARAMETER), synthesize(options, assembly)]);
  if (version === undefined) {
    onProgress('preparing the environment (cdk bootstrap)');
    // Run in the stage's folder: beside cdk.json, the CLI would synthesize the app again.
    await runCdk(options, folder, ['bootstrap', `aws://${ACCOUNT}/${REGION}`]);
  }
  const args = ['--app', assembly, '--all', '--require-approval', 'never', '--concurrency', '4'];
  await runCdk(options, folder, ['deploy', ...args, '--outputs-file', outputsFile], (line) => {
    const progress = stackProgress(line);
    if (progress !== undefined) onProgress(progress);
  });
  await ssm.send(new PutParameterCommand({ Name: DEPLOYED_PARAMETER, Value: digest, Type: 'String', Overwrite: true }));
  return readOutputs(outputsFile);
}

function readOutputs(file: string): Outputs {
  return Outputs.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Synthesizes the app, including the Lambda bundles, into its own folder. */
async function synthesize(options: DeployOptions, assembly: string): Promise<void> {
  const { app = PLATFORM, context } = options;
  const contextArgs = Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  await runCdk(options, PROJECT, ['synth', '--quiet', '--app', app.command, '--output', assembly, ...contextArgs]);
}

/** Returns a digest of everything that determines the deployment: sources and context. */
function digestOf({ app = PLATFORM, context }: DeployOptions): string {
  const hash = createHash('sha256').update(JSON.stringify([app.command, context]));
  for (const source of app.sources) {
    const path = resolve(PROJECT, source);
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
      : [path];
    for (const file of files) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

async function parameter(ssm: SSMClient, name: string): Promise<string | undefined> {
  try {
    return (await ssm.send(new GetParameterCommand({ Name: name }))).Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}

/** Runs the CDK CLI against the emulator, without outside calls: no telemetry, notices or version check. */
async function runCdk(
  { endpoint, folder }: DeployOptions,
  cwd: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  const logFile = join(folder, 'cdk.log');
  const lines: string[] = [];
  const bin = join(PROJECT, 'node_modules', '.bin');
  const own = startProcess({
    command: join(bin, 'cdk'),
    args: [...args, '--no-notices', '--no-version-reporting'],
    cwd,
    env: {
      PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
      HOME: folder,
      CI: 'true', // everything to standard output, without cursor movements
      NO_COLOR: '1',
      CDK_DISABLE_VERSION_CHECK: '1',
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
      AWS_REGION: REGION,
    },
    logFile,
    onLine: (line) => {
      lines.push(line);
      onLine(line);
    },
  });
  const how = await own.ended;
  if (how !== 0) throw new Error(`cdk ${args[0] ?? ''} failed: ${failureReason(lines)} (log: ${logFile})`);
}

/** Translates a line of `cdk deploy` about a stack; undefined for other lines. */
export function stackProgress(line: string): string | undefined {
  const started = /^(\S+): deploying\.\.\. \[(\d+)\/(\d+)\]/.exec(line);
  if (started) return `${started[1] ?? ''}: deploying (${started[2] ?? ''} of ${started[3] ?? ''})`;
  const done = /^ ?✅ {2}(\S+)( \(no changes\))?$/.exec(line.trimEnd());
  if (done) return `${done[1] ?? ''}: ${done[2] === undefined ? 'deployed' : 'unchanged'}`;
  return undefined;
}

/**
 * Returns the line of the CDK CLI's output that says why it failed: the first failed resource, else the first finding
 * of cdk-nag, else the error thrown by the app or CLI, else the last line.
 */
export function failureReason(lines: readonly string[]): string {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '');
  return (
    said.find((line) => /\b(CREATE|UPDATE|DELETE)_FAILED\b/.test(line)) ??
    said.find((line) => line.startsWith('ERROR ')) ??
    said.find((line) => /^(‣ )?\w*Error: /.test(line)) ??
    said.at(-1) ??
    'no output'
  );
}
