import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './arguments.ts';
import { lastSave, PROJECT, timeOf } from './emulator.ts';
import { Marketer } from './marketer.ts';
import { stopOnSignal } from './processes.ts';
import { bringUp, type StageFacts } from './stage.ts';
import { playStory, type Storyteller } from './story.ts';

// `npm start`: starts the local stage, runs the demo through its public API, and stays up until Ctrl-C.

const { values: flags } = readArguments(
  {
    options: {
      fresh: { type: 'boolean', default: false },
      'no-story': { type: 'boolean', default: false },
      folder: { type: 'string', default: join(PROJECT, '.local') },
    },
  },
  'npm start [-- [--fresh] [--no-story] [--folder <path>]]',
);
const begun = performance.now();
const say = (line: string): void => {
  console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
};

const owner = new AsyncDisposableStack();
const saved = (): string => timeOf(lastSave(flags.folder));
let ending: Promise<void> | undefined;
/** Saves and stops everything, once; repeated calls wait for it. */
const end = (): Promise<void> => (ending ??= owner.disposeAsync());
stopOnSignal(
  async () => {
    say('Stopping: saving the data ...');
    const patience = setInterval(() => {
      say(`  still saving; press Ctrl-C again to stop now and lose changes since ${saved()}`);
    }, 5000);
    await end();
    clearInterval(patience);
    say('Stopped. Data is kept: `npm start` continues with it, `npm start -- --fresh` starts from scratch.');
  },
  () => {
    say(`Killed. Changes since ${saved()} are lost.`);
  },
);

/** Reports why the stage cannot continue, saves what it can, and exits. */
async function fail(error: unknown): Promise<void> {
  if (ending !== undefined) return; // anything may fail while stopping
  console.error(error instanceof Error ? error.message : error);
  console.error('Run `npm start` to try again. If the error persists, start from scratch: `npm start -- --fresh`');
  await end().catch((unsaved: unknown) => {
    console.error(unsaved instanceof Error ? unsaved.message : unsaved);
  });
  process.exit(1);
}

// The X sandbox, outside world and front door run in this process; an uncaught error in them ends the stage.
process.on('uncaughtException', (error) => {
  console.error(error);
  void fail(new Error('The local stage cannot continue after this error.'));
});

try {
  const { facts, lost } = await bringUp({
    folder: flags.folder,
    ports: { emulator: 4566, xSandbox: 4570, outsideWorld: 4590, frontDoor: 4580 },
    auth: true,
    fresh: flags.fresh,
    owner,
    say,
  });
  const factsFile = join(flags.folder, 'stage.json');
  writeFileSync(factsFile, `${JSON.stringify(facts, undefined, 2)}\n`);
  owner.defer(() => {
    rmSync(factsFile, { force: true });
  });
  void lost.then(fail);
  const user = flags['no-story'] ? await new Marketer(facts).join() : await playStory({ ...facts, say });
  say('The local stage is up.');
  console.log(whatToTry(facts, user));
} catch (error) {
  await fail(error);
}

/** Returns addresses and commands to try, ready to paste into a shell. */
function whatToTry(facts: StageFacts, user: Storyteller): string {
  const { apiUrl, xSandboxUrl, outsideWorldUrl, mailUrl, awsEndpointUrl } = facts;
  return `
  API:          ${apiUrl} (OpenAPI document: ${apiUrl}/v1/openapi.json)
  X timelines:  ${xSandboxUrl}
  Webhooks to:  ${outsideWorldUrl}/anything (what arrived: ${outsideWorldUrl}/_world/requests)
  Mailbox:      ${mailUrl}
  AWS endpoint: ${awsEndpointUrl} (keys test / test, region us-east-1)

  User:         ${user.email}, password ${user.password}
  Token:        export TOKEN=${user.accessToken}

  Who am I:     curl ${apiUrl}/v1/me -H "Authorization: Bearer $TOKEN"
  All posts:    curl ${apiUrl}/v1/posts -H "Authorization: Bearer $TOKEN"

  The token is valid for 15 minutes. npm run story runs the demo again, npm run dev redeploys functions when their
  source changes, Ctrl-C stops the stage.
`;
}
