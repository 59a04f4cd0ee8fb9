import { ArnFormat, type App } from 'aws-cdk-lib';
import { settleSecondsOf } from '../../functions/accounts/contract.ts';
import { listensTo, operations } from '../../functions/posts/contract.ts';
import { ContextStack, type Ground } from '../constructs/context-stack.ts';
import { nameIn } from '../stages.ts';
import type { MediaStack } from './media.ts';

export class PostsStack extends ContextStack {
  constructor(app: App, ground: Ground, media: MediaStack) {
    super(app, ground, {
      context: 'posts',
      operations,
      listensTo,
      table: {
        indexes: [
          { name: 'byTime', keysOnly: true },
          { name: 'byCampaign', keysOnly: true },
          { name: 'byDue', keysOnly: true },
          { name: 'byHeld', keysOnly: true },
        ],
        deletes: true,
      },
      environment: {
        MEDIA_BUCKET: media.bucket.bucketName,
        FAULT_PAUSE_SECONDS: String(settleSecondsOf(ground.stage.xPace)),
      },
    });
    // Whether the execution that has claimed a post still works.
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const resourceName = `${nameIn(ground.stage, 'publish-post')}:*`;
    const executions = this.formatArn({ service: 'states', resource: 'execution', resourceName, arnFormat });
    this.allow(['states:DescribeExecution'], [executions]);
    this.acceptGrant(`Resource::${executions}`, 'Executions are named by Step Functions.');
    // Signed links carry the rights of whoever signs them.
    this.grantMedia(media, 's3:PutObject', 's3:GetObject');
  }
}
