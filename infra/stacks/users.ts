import { Annotations, type App } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { listensTo, operations } from '#functions/users/contract.ts';
import { metricNamespace } from '#shared/observability.ts';
import { alarm, alarmPeriod } from '../constructs/alarm.ts';
import { AuditBucket } from '../constructs/audit-bucket.ts';
import { ContextStack, type StageContext } from '../constructs/context-stack.ts';
import { MailSender } from '../constructs/mail-sender.ts';
import { StageSecret } from '../constructs/stage-secret.ts';
import type { IdentityStack } from './identity.ts';

export class UsersStack extends ContextStack {
  constructor(app: App, ground: StageContext, identity: IdentityStack, publicUrl: string) {
    const { userPool, client, machineClient, enrolmentClient } = identity;
    super(app, ground, {
      context: 'users',
      operations,
      listensTo,
      sharesPeople: true,
      table: {
        indexes: [
          'byPerson',
          'byEntity',
          'byEventType',
          'byAuditTime',
          'byActor',
          { name: 'byTrail', keysOnly: true },
          { name: 'byDue', keysOnly: true },
          { name: 'byAddress', keysOnly: true },
        ],
        // For erased workspaces, and audit events past their retention with a signed checkpoint.
        deletes: true,
        checks: true,
      },
      environment: {
        USER_POOL_ID: userPool.userPoolId,
        USER_POOL_CLIENT_ID: client.userPoolClientId,
        MACHINE_CLIENT_ID: machineClient.userPoolClientId,
        ENROLMENT_CLIENT_ID: enrolmentClient.userPoolClientId,
        DELETION_GRACE_DAYS: String(ground.stage.workspaceGrace.toDays()),
        ADDRESSES_PER_NETWORK: String(ground.stage.addressesPerNetwork),
        PUBLIC_URL: publicUrl,
      },
    });
    const actions = [
      'AdminInitiateAuth',
      'AdminRespondToAuthChallenge',
      'AdminGetUser',
      // For people who verified their address by a mailed code or link, and for machines.
      'AdminCreateUser',
      'AdminDeleteUser',
      'AdminSetUserPassword',
      'AdminSetUserMFAPreference',
      'AdminUpdateUserAttributes',
      'AdminUserGlobalSignOut',
      // To read the secrets of the app clients.
      'DescribeUserPoolClient',
    ];
    this.allow(
      actions.map((action) => `cognito-idp:${action}`),
      [userPool.userPoolArn],
    );
    this.sendMails(ground);
    this.signCheckpoints(ground);
    const files = new AuditBucket(this, 'AuditFiles', ground.stage);
    this.handler.addEnvironment('AUDIT_BUCKET', files.bucketName);
    // Signed links have the permissions of their signer.
    this.allowObjects(['s3:PutObject', 's3:GetObject'], files);
    // The archives, and the parts of all contexts that they are assembled from.
    this.allowObjects(['s3:PutObject'], ground.personExports, 'archives/*');
    this.allowObjects(['s3:GetObject'], ground.personExports);
    alarm(this, 'SecurityAlarm', {
      metric: counted('HighSecurityAlerts'),
      threshold: 1,
      errorImpact: 'A workspace may be under attack: someone may have access who should not.',
      runbook: 'a-security-alert',
      topic: ground.alarmTopic,
    });
  }

  private sendMails({ stage: { mailSender }, alarmTopic }: StageContext): void {
    if (mailSender === undefined) {
      Annotations.of(this).addWarningV2(
        'xmp:no-mail-sender',
        'No mailSender is set for this stage: no codes are sent, so nobody can sign up or reset a password.',
      );
    } else {
      this.handler.addEnvironment('MAIL_SENDER', mailSender);
      this.allow(['ses:SendEmail'], [new MailSender(this, 'MailSender', mailSender).identityArn]);
    }
    alarm(this, 'FailedMailsAlarm', {
      metric: counted('MailsFailed'),
      threshold: 1,
      errorImpact: 'An email was not sent: an invitation, a code or a warning did not reach its recipient.',
      runbook: 'an-email-was-not-sent',
      topic: alarmTopic,
    });
  }

  /**
   * Creates the secret from which keys are derived: one signs checkpoints of the audit trail, the others are for
   * sessions.
   */
  private signCheckpoints({ stage }: StageContext): void {
    const secret = new StageSecret(this, 'AuditKey', {
      stage,
      name: 'audit',
      description: 'What the keys are made of that sign checkpoints of the audit trail, and that keep sessions',
      whyNotRotated: 'Checkpoints verify and sessions go on as long as it is the same.',
    });
    secret.grantTo(this.handler, 'AUDIT_SECRET_ARN');
  }
}

/** Returns a metric of the function, as a sum. */
const counted = (metricName: string): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { service: 'users' },
    statistic: 'Sum',
    period: alarmPeriod,
  });
