import { type App, ArnFormat, CfnOutput, Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { listensTo, operations } from '#functions/accounts/contract.ts';
import { metricNamespace } from '#shared/observability.ts';
import { accept } from '../constructs/accept.ts';
import { alarm, alarmPeriod } from '../constructs/alarm.ts';
import { ContextStack, type Ground } from '../constructs/context-stack.ts';
import { nameIn } from '../stages.ts';
import type { MediaStack } from './media.ts';

interface AccountsProps {
  media: MediaStack;
  /** Base of the addresses that people open: X sends them back to a page there. */
  publicUrl: string;
}

export class AccountsStack extends ContextStack {
  constructor(app: App, ground: Ground, { media, publicUrl }: AccountsProps) {
    const { stage } = ground;
    super(app, ground, {
      context: 'accounts',
      operations,
      listensTo,
      sharesPeople: true,
      table: {
        indexes: [
          { name: 'byKey', keysOnly: true },
          { name: 'byProbe', keysOnly: true },
          { name: 'byMonth', keysOnly: true },
        ],
        deletes: true,
      },
      timeout: Duration.seconds(stage.xPace.functionSeconds),
      environment: {
        MEDIA_BUCKET: media.bucket.bucketName,
        X_API_URL: stage.x.apiUrl,
        X_AUTHORIZE_URL: stage.x.authorizeUrl,
        X_REDIRECT_URI: `${publicUrl}/x/callback`,
        X_CALL_SECONDS: String(stage.xPace.callSeconds),
        X_FUNCTION_SECONDS: String(stage.xPace.functionSeconds),
        X_PAUSE_SECONDS: String(stage.xPace.pauseSeconds),
        X_JITTER_SECONDS: String(stage.xPace.jitterSeconds),
        X_APP_PAUSE_SECONDS: String(stage.xPace.appPauseSeconds),
        X_APP_POSTS_PER_DAY: String(stage.appPostsPerDay),
        PROBE_EVERY_SECONDS: String(stage.probeEvery.toSeconds()),
      },
    });
    // The X app's credentials are put in by hand once; the key of the token vault is made here and never leaves.
    const secret = new Secret(this, 'XApp', {
      secretName: nameIn(stage, 'x-app'),
      description: "The X app's clientId and clientSecret, and the key that X tokens are encrypted under",
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ clientId: '', clientSecret: '' }),
        generateStringKey: 'vaultKey',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: stage.removalPolicy,
    });
    accept(secret, 'SMG4', undefined, "X's credentials change at X; the vault's key is rotated by re-encryption.");
    this.handler.addEnvironment('X_SECRET_ARN', secret.secretArn);
    // By its name and the six characters that Secrets Manager adds to it (AWS: IAM policies for Secrets Manager).
    const resourceName = `${nameIn(stage, 'x-app')}-??????`;
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    this.allow(
      ['secretsmanager:GetSecretValue'],
      [this.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat })],
    );
    this.grantMedia(media, 's3:GetObject');
    alarm(this, 'XCircuitAlarm', {
      metric: new Metric({
        namespace: metricNamespace,
        metricName: 'XCircuitBroken',
        dimensionsMap: { service: 'accounts' },
        statistic: 'Sum',
        period: alarmPeriod,
      }),
      threshold: 1,
      errorImpact: 'X lets the app do nothing: no workspace publishes until its credits, cap or enrolment are mended.',
      runbook: 'x-lets-the-app-do-nothing',
      topic: ground.alarmTopic,
    });
    new CfnOutput(this, 'XSecretArn', { value: secret.secretArn });
  }
}
