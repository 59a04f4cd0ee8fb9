import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { StageContext } from './constructs/context-stack.ts';
import { AccountsStack } from './stacks/accounts.ts';
import { AnalyticsStack } from './stacks/analytics.ts';
import { ApiStack } from './stacks/api.ts';
import { ApiStageStack } from './stacks/api-stage.ts';
import { CampaignsStack } from './stacks/campaigns.ts';
import { EdgeStack } from './stacks/edge.ts';
import { EventSchemasStack } from './stacks/event-schemas.ts';
import { FirewallStack } from './stacks/firewall.ts';
import { IdentityStack } from './stacks/identity.ts';
import { MediaStack } from './stacks/media.ts';
import { MessagingStack } from './stacks/messaging.ts';
import { PersonExportsStack } from './stacks/person-exports.ts';
import { PlatformStack } from './stacks/platform.ts';
import { PostsStack } from './stacks/posts.ts';
import { UsersStack } from './stacks/users.ts';
import { WorkflowsStack } from './stacks/workflows.ts';
import type { Stage } from './stages.ts';

/**
 * Creates one stage's stacks, from the ground up; resources are created only in the stacks. The functions must have
 * been built.
 */
export const provision = (app: App, stage: Stage): void => {
  const messaging = new MessagingStack(app, stage);
  if (stage.registersEventSchemas) new EventSchemasStack(app, stage);
  const identity = new IdentityStack(app, stage);
  const { bucket: media } = new MediaStack(app, stage);
  const api = new ApiStack(app, stage, identity);
  const publicUrl =
    stage.edge.kind === 'external'
      ? stage.edge.publicUrl
      : new EdgeStack(app, stage, api, new FirewallStack(app, stage, stage.edge.rates).webAclArn).publicUrl;

  const ground: StageContext = {
    stage,
    api: api.api,
    authorizer: api.authorizer,
    bus: messaging.bus,
    alarmTopic: messaging.alarmTopic,
    personExports: new PersonExportsStack(app, stage).bucket,
    environment: {
      RATE_LIMITS: JSON.stringify(stage.limits),
      ...(api.originSecret && { ORIGIN_SECRET: api.originSecret.secretValue.unsafeUnwrap() }),
    },
  };
  const users = new UsersStack(app, ground, identity, publicUrl);
  const accounts = new AccountsStack(app, ground, { media, publicUrl });
  const posts = new PostsStack(app, ground, { media, linksUrl: stage.linksUrl ?? publicUrl });
  const campaigns = new CampaignsStack(app, ground);
  const analytics = new AnalyticsStack(app, ground);
  const platform = new PlatformStack(app, ground, api, publicUrl);
  new ApiStageStack(app, stage, api.api, [users, accounts, posts, campaigns, analytics, platform]);
  new WorkflowsStack(app, ground, {
    users: users.handler,
    accounts: accounts.handler,
    posts: posts.handler,
    campaigns: campaigns.handler,
    analytics: analytics.handler,
    platform: platform.handler,
  });

  Tags.of(app).add('stage', stage.name);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
};
