import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lastSave, PROJECT, timeOf } from './emulator.ts';
import { Marketer } from './marketer.ts';
import { stopOnSignal } from './processes.ts';
import { bringUp, type StageFacts } from './stage.ts';
import { playStory, type Storyteller } from './story.ts';

// `npm start`: brings up the local stage, plays the story through its public API, and stays up until Ctrl-C.

const { values: flags } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    'no-story': { type: 'boolean', default: false },
    folder: { type: 'string', default: join(PROJECT, '.local') },
  },
});
const begun = performance.now();
const say = (line: string): void => {
  console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
};

const owner = new AsyncDisposableStack();
const saved = (): string => timeOf(lastSave(flags.folder));
let ending: Promise<void> | undefined;
/** Saves and stops everything, once; whoever asks again waits for the same end. */
const end = (): Promise<void> => (ending ??= owner.disposeAsync());
stopOnSignal(
  async () => {
    say('Stopping: saving the data ...');
    const patience = setInterval(() => {
      say(`  still saving; a second Ctrl-C gives up what has changed since ${saved()}`);
    }, 5000);
    await end();
    clearInterval(patience);
    say('Stopped. The data is kept: `npm start` goes on with it, `npm start -- --fresh` begins anew.');
  },
  () => {
    say(`Killed. What has changed since ${saved()} is lost.`);
  },
);

/** Says why the stage cannot go on, and ends it. What can be saved is saved. */
async function fail(error: unknown): Promise<void> {
  if (ending !== undefined) return; // what stops already fails at whatever it was doing
  console.error(error instanceof Error ? error.message : error);
  console.error('`npm start` tries again; if it stays so, begin anew: npm start -- --fresh');
  await end().catch((unsaved: unknown) => {
    console.error(unsaved instanceof Error ? unsaved.message : unsaved);
  });
  process.exit(1);
}

// The X sandbox and the front door run in this process: what they do not catch ends the stage.
process.on('uncaughtException', (error) => {
  console.error(error);
  void fail(new Error('The local stage cannot go on after this error.'));
});

try {
  const { facts, lost } = await bringUp({
    folder: flags.folder,
    ports: { emulator: 4566, xSandbox: 4570, frontDoor: 4580 },
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

/** What a person can do with the stage now, ready to be pasted into a shell. */
function whatToTry(facts: StageFacts, user: Storyteller): string {
  const { apiUrl, xSandboxUrl, mailUrl, awsEndpointUrl } = facts;
  return `
  API:          ${apiUrl} (its description: ${apiUrl}/v1/openapi.json)
  X timelines:  ${xSandboxUrl}
  Mails, codes: ${mailUrl}
  AWS endpoint: ${awsEndpointUrl} (keys test / test, region us-east-1)

  A user:       ${user.email} with the password ${user.password}
  Its token:    export TOKEN=${user.accessToken}

  Who am I:     curl ${apiUrl}/v1/me -H "Authorization: Bearer $TOKEN"
  All posts:    curl ${apiUrl}/v1/posts -H "Authorization: Bearer $TOKEN"

  The token holds for 15 minutes. npm run story plays the story again, npm run dev redeploys functions as you change
  them, Ctrl-C stops.
`;
}
