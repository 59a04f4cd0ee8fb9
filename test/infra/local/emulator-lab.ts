import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import type { Emulator, EmulatorOptions } from '#infra/local/emulator.ts';
import { PYTHON, startEmulator } from '#infra/local/emulator.ts';

/** A temporary folder for the duration of `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'local-stage-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** An emulator of its own for the duration of `use`. */
export function onEmulator<T>(
  options: Partial<EmulatorOptions>,
  use: (emulator: Emulator, folder: string) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    const emulator = await startEmulator({ stateFolder: folder, auth: false, ...options });
    try {
      return await use(emulator, folder);
    } finally {
      emulator.kill();
    }
  });
}

/** Options for AWS clients to call an emulator as its root user. */
export function clientOptions({ endpoint }: Emulator) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
  };
}

/** A zip archive of one CommonJS file, as Lambda accepts it. */
function zipOf(source: string): Buffer {
  const script =
    'import sys, zipfile\nwith zipfile.ZipFile(sys.stdout.buffer, "w") as z: z.writestr("index.js", sys.stdin.read())';
  return spawnSync(PYTHON, ['-c', script], { input: source }).stdout;
}

/** Creates a Node function from the source of a CommonJS module, with a role that has this policy. Returns its ARN. */
export async function createFunction(
  emulator: Emulator,
  name: string,
  source: string,
  given: { allow?: string[]; on?: string; environment?: Record<string, string> } = {},
): Promise<string> {
  const { allow = ['*'], on = '*', environment = {} } = given;
  const iam = new IAMClient(clientOptions(emulator));
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const role = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify({ Statement: [trust] }) }),
  );
  const grant = { Effect: 'Allow', Action: allow, Resource: on };
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: 'grants',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [grant] }),
    }),
  );
  const lambda = new LambdaClient(clientOptions(emulator));
  const made = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role.Role?.Arn,
      Timeout: 20,
      Code: { ZipFile: zipOf(source) },
      Environment: { Variables: environment },
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20 }, { FunctionName: name });
  return made.FunctionArn ?? '';
}
