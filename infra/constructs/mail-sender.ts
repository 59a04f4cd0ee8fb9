import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';

/** The sender of mails: the domain of its address as an SES identity, signed with DKIM. */
export class MailSender extends Construct {
  readonly identityArn: string;

  constructor(scope: Construct, id: string, address: string) {
    super(scope, id);
    const identity = Identity.domain(address.replace(/^.*@/, ''));
    this.identityArn = new EmailIdentity(this, 'Identity', { identity }).emailIdentityArn;
  }
}
