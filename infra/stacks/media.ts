import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { HttpMethods } from 'aws-cdk-lib/aws-s3';
import { pendingPrefix, uploadSeconds } from '#functions/posts/contract.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { nameIn, type Stage } from '../stages.ts';

/** Media files of posts: people upload them by signed links, posts checks them, and accounts uploads them to X. */
export class MediaStack extends Stack {
  readonly bucket: PrivateBucket;

  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'media'), { env: { region: stage.region, account: stage.account } });

    this.bucket = new PrivateBucket(this, 'Files', {
      removalPolicy: stage.removalPolicy,
      lifecycleRules: [
        // Only uploads that were not completed; completed ones have been moved. S3 rounds up to the next midnight, so
        // that a file never expires before its announcement (AWS S3: lifecycle configuration elements).
        { prefix: pendingPrefix, expiration: Duration.seconds(uploadSeconds) },
      ],
      // Browsers upload to signed links; the signature grants access, whatever the origin.
      cors: [
        {
          allowedMethods: [HttpMethods.PUT],
          allowedOrigins: ['*'],
          allowedHeaders: ['content-type', 'if-none-match'],
          maxAge: 3600,
        },
      ],
    });
    new CfnOutput(this, 'MediaBucket', { value: this.bucket.bucketName });
  }
}
