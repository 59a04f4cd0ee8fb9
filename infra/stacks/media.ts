import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { HttpMethods } from 'aws-cdk-lib/aws-s3';
import { pendingPrefix, uploadSeconds } from '#functions/posts/contract.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { nameIn, type Stage } from '../stages.ts';

/** The files that posts carry: people upload them by signed links, posts checks them, accounts brings them to X. */
export class MediaStack extends Stack {
  readonly bucket: PrivateBucket;

  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'media'), { env: { region: stage.region, account: stage.account } });

    this.bucket = new PrivateBucket(this, 'Files', {
      removalPolicy: stage.removalPolicy,
      lifecycleRules: [
        // What was uploaded and never completed; what was completed lies elsewhere by then. A day ends at midnight, so that
        // it goes no sooner than its announcement ends (AWS S3: lifecycle configuration elements).
        { prefix: pendingPrefix, expiration: Duration.seconds(uploadSeconds) },
      ],
      // A browser sends the file to a link that it got signed: the signature decides, not the origin.
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
