import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { pendingPrefix, uploadSeconds } from '#functions/posts/contract.ts';
import { accept } from '../constructs/accept.ts';
import { nameIn, type Stage } from '../stages.ts';

/** The files that posts carry: people upload them by signed links, posts checks them, accounts brings them to X. */
export class MediaStack extends Stack {
  readonly bucket: Bucket;
  /** How cdk-nag names "every object of the bucket" where another stack is granted it: the export's name and `/*`. */
  readonly objectsFinding: string;

  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'media'), { env: { region: stage.region, account: stage.account } });

    this.bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: stage.removalPolicy,
      lifecycleRules: [
        // What was uploaded and never completed; what was completed lies elsewhere by then. A day ends at midnight, so that
        // it goes no sooner than its announcement ends (AWS S3: lifecycle configuration elements).
        { prefix: pendingPrefix, expiration: Duration.seconds(uploadSeconds) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
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
    accept(
      this.bucket,
      'S1',
      undefined,
      'Each access is by a signed link or a function whose call CloudTrail can tell.',
    );
    this.objectsFinding = `Resource::${this.stackName}:ExportsOutputFnGetAttFiles8E6940B8ArnD8EE6C03/*`;
    new CfnOutput(this, 'MediaBucket', { value: this.bucket.bucketName });
  }
}
