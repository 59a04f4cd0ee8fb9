import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient, UpdateFunctionCodeCommand, waitUntilFunctionUpdatedV2 } from '@aws-sdk/client-lambda';
import { buildFunctions, builtFolder, type ContextFolder, contexts } from '../build/functions.ts';
import { functionName } from '../constructs/context-function.ts';
import { stages } from '../stages.ts';
import { REGION, ROOT_CREDENTIALS } from './deploy.ts';
import { PROJECT, PYTHON } from './emulator.ts';
import { StageFacts } from './stage.ts';

// `npm run dev`: rebuilds and redeploys functions whose source changes while the local stage runs. Changes to stacks
// (routes, permissions, variables) require `npm start`.

const SOURCES = ['functions', 'shared', 'events'];

/** Watches until Ctrl-C. */
async function main(): Promise<void> {
  const factsFile = join(PROJECT, '.local', 'stage.json');
  if (!existsSync(factsFile)) throw new Error('The local stage is not running. Start it with `npm start` first.');
  const { awsEndpointUrl: endpoint } = StageFacts.parse(JSON.parse(readFileSync(factsFile, 'utf8')));

  const deployed = new Map<ContextFolder, string>();
  await redeployChanged(endpoint, deployed);
  console.log(`Watching ${SOURCES.join(', ')} ...`);

  let due: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  for (const folder of SOURCES) {
    watch(join(PROJECT, folder), { recursive: true }, () => {
      clearTimeout(due); // editors save in several steps
      due = setTimeout(() => {
        last = last.then(() => redeployChanged(endpoint, deployed)).catch(report);
      }, 100);
    });
  }
}

/** Builds all functions and deploys those whose bundle differs from the one in `deployed`. */
async function redeployChanged(endpoint: string, deployed: Map<ContextFolder, string>): Promise<void> {
  const begun = performance.now();
  await buildFunctions();
  const changed = contexts.filter((context) => deployed.get(context) !== digestOf(builtFolder(context)));
  await Promise.all(
    changed.map(async (context) => {
      await deployBundle(endpoint, functionName(stages().local, context), builtFolder(context));
      deployed.set(context, digestOf(builtFolder(context)));
    }),
  );
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(changed.length === 0 ? 'No function changed.' : `Deployed ${changed.join(', ')} in ${seconds} s.`);
}

/** Deploys the code in a folder to a function; resolves once new calls use it. */
export async function deployBundle(endpoint: string, name: string, folder: string): Promise<void> {
  const lambda = new LambdaClient({ endpoint, region: REGION, credentials: ROOT_CREDENTIALS });
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zipOf(folder) }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30, minDelay: 0.1 }, { FunctionName: name });
}

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of globSync('*', { cwd: folder }).sort()) {
    hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex');
}

/** Zips a folder's files with Python, because Node cannot. */
function zipOf(folder: string): Buffer {
  const temporary = mkdtempSync(join(tmpdir(), 'function-'));
  try {
    const archive = join(temporary, 'function.zip');
    const files = globSync('*', { cwd: folder });
    const { status, stderr } = spawnSync(PYTHON, ['-m', 'zipfile', '-c', archive, ...files], { cwd: folder });
    if (status !== 0) throw new Error(`The bundle could not be packed: ${stderr.toString()}`);
    return readFileSync(archive);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

function report(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    report(error);
    process.exitCode = 1;
  });
}
