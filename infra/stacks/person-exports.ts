import { type App, Duration, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { accept } from '../constructs/accept.ts';
import { nameIn, type Stage } from '../stages.ts';

/** Archives of all that is kept of a person, and the parts that the contexts write of them. Nothing stays for long. */
export class PersonExportsStack extends Stack {
  readonly bucket: Bucket;

  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'person-exports'), { env: { region: stage.region, account: stage.account } });
    this.bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: stage.removalPolicy,
      lifecycleRules: [
        { prefix: 'parts/', expiration: Duration.days(1) },
        { expiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    accept(
      this.bucket,
      'S1',
      undefined,
      'Each access is by a signed link or a function whose call CloudTrail can tell.',
    );
  }

  /** How cdk-nag names objects of the bucket where another stack is granted them: by the name of the export. */
  findingOf(objects: string): string {
    return `Resource::${this.stackName}:ExportsOutputFnGetAttFiles8E6940B8ArnD8EE6C03/${objects}`;
  }
}
