import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { buildFunctions } from './build/functions.ts';
import { provision } from './provision.ts';
import { stages } from './stages.ts';

/**
 * Synthesizes one stage's stacks: `cdk deploy --all -c stage=dev`. `npm start` passes the addresses of the local stage.
 */
const app = new App();
const seconds = z.number().min(0);
const XPace = z.object({
  callSeconds: seconds,
  functionSeconds: seconds.int(),
  pauseSeconds: seconds,
  jitterSeconds: seconds,
  appPauseSeconds: seconds,
});
const Context = z.object({
  stage: z.enum(['local', 'dev', 'staging', 'prod'], 'Name the stage: -c stage=dev (or local, staging, prod)'),
  local: z.preprocess(
    (given): unknown => (typeof given === 'string' ? JSON.parse(given) : given),
    z
      .object({
        awsEndpointUrl: z.url(),
        xSandboxUrl: z.url(),
        outsideWorldUrl: z.url(),
        publicUrl: z.url(),
        xPace: XPace.optional(),
      })
      .optional(),
  ),
});
const asked = (name: string): unknown => app.node.tryGetContext(name);
const context = Context.parse({ stage: asked('stage'), local: asked('local') });

await buildFunctions();
provision(app, stages(context.local)[context.stage]);
