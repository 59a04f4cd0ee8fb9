import { type App, ArnFormat, Duration } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { settleSecondsOf } from '#functions/accounts/contract.ts';
import { listensTo, operations } from '#functions/posts/contract.ts';
import { accept } from '../constructs/accept.ts';
import { ContextStack, type Ground } from '../constructs/context-stack.ts';
import { nameIn } from '../stages.ts';
import type { MediaStack } from './media.ts';

export class PostsStack extends ContextStack {
  constructor(app: App, ground: Ground, media: MediaStack) {
    super(app, ground, {
      context: 'posts',
      operations,
      listensTo,
      sharesPeople: true,
      // An import writes up to 1,000 posts within one request; API Gateway gives it 30 s.
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
        MEDIA_BUCKET: media.bucket.bucketName,
        MEDIA_BYTES: String(ground.stage.mediaRoom.bytes),
        MEDIA_UPLOADS: String(ground.stage.mediaRoom.uploads),
        FAULT_PAUSE_SECONDS: String(settleSecondsOf(ground.stage.xPace)),
      },
    });
    // Receipts are signed with a key made of this secret, which is made here and never leaves.
    const secret = new Secret(this, 'Receipts', {
      secretName: nameIn(ground.stage, 'receipts'),
      description: 'What the key is made of that receipts are signed with',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: ground.stage.removalPolicy,
    });
    accept(secret, 'SMG4', undefined, 'Receipts that were given out verify as long as the key is the same.');
    this.handler.addEnvironment('RECEIPT_SECRET_ARN', secret.secretArn);
    this.allow(
      ['secretsmanager:GetSecretValue'],
      [
        // By its name and the six characters that Secrets Manager adds to it (AWS: IAM policies for Secrets Manager).
        this.formatArn({
          service: 'secretsmanager',
          resource: 'secret',
          resourceName: `${nameIn(ground.stage, 'receipts')}-??????`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
    );
    // Whether the execution that has claimed a post still works.
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const resourceName = `${nameIn(ground.stage, 'publish-post')}:*`;
    const executions = this.formatArn({ service: 'states', resource: 'execution', resourceName, arnFormat });
    this.allow(['states:DescribeExecution'], [executions]);
    this.acceptGrant(`Resource::${executions}`, 'Executions are named by Step Functions.');
    // Signed links carry the rights of whoever signs them. What is completed is copied to where no link leads.
    this.grantMedia(media, 's3:PutObject', 's3:GetObject', 's3:DeleteObject');
    // Which files a deleted workspace has left.
    this.allow(['s3:ListBucket'], [media.bucket.bucketArn]);
  }
}
