import { type App, ArnFormat, Duration } from 'aws-cdk-lib';
import { settleSecondsOf } from '#functions/accounts/contract.ts';
import { listensTo, operations } from '#functions/posts/contract.ts';
import { ContextStack, type StageContext } from '../constructs/context-stack.ts';
import type { PrivateBucket } from '../constructs/private-bucket.ts';
import { StageSecret } from '../constructs/stage-secret.ts';
import { nameIn } from '../stages.ts';

interface PostsProps {
  media: PrivateBucket;
  /** Base URL of short links, without a trailing slash. */
  linksUrl: string;
}

export class PostsStack extends ContextStack {
  constructor(app: App, ground: StageContext, { media, linksUrl }: PostsProps) {
    super(app, ground, {
      context: 'posts',
      operations,
      listensTo,
      sharesPeople: true,
      // An import writes up to 1,000 posts in a single request; API Gateway allows it 30 s.
      timeout: Duration.seconds(29),
      table: {
        indexes: [
          { name: 'byTime', keysOnly: true },
          { name: 'byCampaign', keysOnly: true },
          { name: 'byDue', keysOnly: true },
          { name: 'byHeld', keysOnly: true },
          { name: 'byReminder', keysOnly: true },
        ],
        deletes: true,
        checks: true,
        writesMany: true,
      },
      environment: {
        LINKS_URL: linksUrl,
        MEDIA_BUCKET: media.bucketName,
        MEDIA_BYTES: String(ground.stage.mediaRoom.bytes),
        MEDIA_UPLOADS: String(ground.stage.mediaRoom.uploads),
        FAULT_PAUSE_SECONDS: String(settleSecondsOf(ground.stage.xPace)),
      },
    });
    // Source of the keys that sign receipts and generate the codes of short links. It is generated here and never
    // leaves.
    const secret = new StageSecret(this, 'Receipts', {
      stage: ground.stage,
      name: 'receipts',
      description: 'What the keys are made of that sign receipts and make the codes of short links',
      whyNotRotated: 'Receipts that were given out verify as long as the key is the same.',
    });
    secret.grantTo(this.handler, 'RECEIPT_SECRET_ARN');
    // To check whether the execution that claimed a post is still running.
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const resourceName = `${nameIn(ground.stage, 'publish-post')}:*`;
    const executions = this.formatArn({ service: 'states', resource: 'execution', resourceName, arnFormat });
    this.allowOnPattern(['states:DescribeExecution'], executions, 'Executions are named by Step Functions.');
    // Signed links have the permissions of their signer. Completed files are copied to a key that no link gives access
    // to.
    this.allowObjects(['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], media);
    // To find the files of a deleted workspace.
    this.allow(['s3:ListBucket'], [media.bucketArn]);
  }
}
