import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { PYTHON } from '#infra/local/emulator.ts';
import { Marketer, newXUser } from '#infra/local/marketer.ts';
import { openApiText } from '#infra/openapi.ts';
import { inMs } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';
import { root } from '../support/synthesized.ts';

/**
 * What people do with the description of the API: they have a client made of it, and write a small program. Each signs in,
 * writes a post, gives it a time and reads it back, by nothing but what the generator has made.
 */
const folder = mkdtempSync(join(tmpdir(), 'xmp-clients-'));
const description = join(folder, 'openapi.json');
const run = promisify(execFile);
const maya = new Marketer(stage);
let environment: Record<string, string> = {};

beforeAll(async () => {
  writeFileSync(description, openApiText());
  await maya.join();
  environment = {
    BASE_URL: stage.apiUrl,
    EMAIL: maya.email,
    PASSWORD: maya.password,
    ACCOUNT_ID: await maya.connect(await newXUser(stage)),
    PUBLISH_AT: inMs(86_400_000),
  };
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const Made = z.object({ id: z.string(), status: z.literal('scheduled'), scheduledAt: z.string() });

/** What a program has printed, which must be the post as Maya reads it. */
const expectPost = async (stdout: string, text: string): Promise<void> => {
  const { id, scheduledAt } = Made.parse(JSON.parse(stdout));
  const post = await maya.do(z.looseObject({}), 'GET', `/v1/posts/${id}`);
  expect(post).toMatchObject({ status: 'scheduled', scheduledAt: environment['PUBLISH_AT'], parts: [{ text }] });
  expect(new Date(scheduledAt).toISOString()).toBe(environment['PUBLISH_AT']);
};

const typeScript = `
import { client } from './client/client.gen';
import { createPost, getPost, schedulePost, signIn } from './client';

const given = (name: string): string => process.env[name] ?? '';
client.setConfig({ baseUrl: given('BASE_URL'), throwOnError: true });

const signedIn = await signIn({ body: { email: given('EMAIL'), password: given('PASSWORD') }, throwOnError: true });
if (!('accessToken' in signedIn.data)) throw new Error('A second factor is asked for');
client.setConfig({ auth: signedIn.data.accessToken });

const body = { accountId: given('ACCOUNT_ID'), parts: [{ text: 'By a client in TypeScript' }] };
const { data: draft } = await createPost({ body, throwOnError: true });
const path = { postId: draft.id };
const publishAt = given('PUBLISH_AT');
await schedulePost({ path, headers: { 'If-Match': '*' }, body: { publishAt, missedPolicy: { kind: 'skip' } }, throwOnError: true });
const { data: post } = await getPost({ path, throwOnError: true });
const status: 'scheduled' | string = post.status;
console.log(JSON.stringify({ id: post.id, status, scheduledAt: post.scheduledAt }));
`;

test('a client in TypeScript, made by openapi-ts, fits its types and makes a post', async () => {
  await createClient({
    input: description,
    output: join(folder, 'client'),
    logs: { level: 'silent' },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
  });
  const program = join(folder, 'program.ts');
  writeFileSync(program, typeScript);
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2024', '--module', 'esnext'];
  const types = ['--moduleResolution', 'bundler', '--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const { stdout: complaints } = await run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...[...options, ...types, '--ignoreConfig', program],
  ]).catch((error: unknown) => z.object({ stdout: z.string() }).parse(error));
  expect(complaints).toBe('');
  const bundle = join(folder, 'program.mjs');
  await build({ entryPoints: [program], outfile: bundle, bundle: true, platform: 'node', format: 'esm' });
  const { stdout } = await run(process.execPath, [bundle], { env: environment });
  await expectPost(stdout, 'By a client in TypeScript');
});

const python = `
import json
import os
from datetime import datetime

from client import AuthenticatedClient, Client
from client.api.posts import create_post, get_post
from client.api.scheduling import schedule_post
from client.api.sign_in import sign_in
from client.models import (
    CreatePostRequest, MissedPolicySkip, Part, PostView, ScheduledPost, ScheduleRequestPublishAt, SignedIn, SignInRequest,
)

base_url = os.environ["BASE_URL"]
signed_in = sign_in.sync(
    client=Client(base_url=base_url),
    body=SignInRequest(email=os.environ["EMAIL"], password=os.environ["PASSWORD"]),
)
assert isinstance(signed_in, SignedIn), signed_in
client = AuthenticatedClient(base_url=base_url, token=signed_in.access_token)

body = CreatePostRequest(account_id=os.environ["ACCOUNT_ID"], parts=[Part(text="By a client in Python")])
draft = create_post.sync(client=client, body=body)
assert isinstance(draft, PostView), draft
publish_at = datetime.fromisoformat(os.environ["PUBLISH_AT"].replace("Z", "+00:00"))
when = ScheduleRequestPublishAt(publish_at=publish_at, missed_policy=MissedPolicySkip(kind="skip"))
scheduled = schedule_post.sync(post_id=draft.id, client=client, body=when, if_match="*")
assert isinstance(scheduled, ScheduledPost), scheduled
post = get_post.sync(post_id=draft.id, client=client)
assert isinstance(post, PostView), post
print(json.dumps({"id": post.id, "status": post.status.value, "scheduledAt": post.scheduled_at.isoformat()}))
`;

/** The generator knows few types of content: the metrics of operators are text like any other to it. */
const generatorSettings = {
  content_type_overrides: { 'application/openmetrics-text; version=1.0.0; charset=utf-8': 'text/plain' },
  post_hooks: [],
};

test('a client in Python, made by openapi-python-client without a warning, makes a post', async () => {
  const settings = join(folder, 'settings.json');
  writeFileSync(settings, JSON.stringify(generatorSettings));
  const python3 = join(folder, 'python');
  mkdirSync(python3);
  const generated = ['--path', description, '--output-path', join(python3, 'client'), '--meta', 'none'];
  const generate = ['-m', 'openapi_python_client', 'generate', ...generated, '--config', settings, '--fail-on-warning'];
  const { stdout: said } = await run(PYTHON, generate);
  expect(said).not.toMatch(/warning|error/i);
  const program = join(python3, 'program.py');
  writeFileSync(program, python);
  const { stdout } = await run(PYTHON, [program], { env: { ...environment, PYTHONDONTWRITEBYTECODE: '1' } });
  await expectPost(stdout, 'By a client in Python');
});
