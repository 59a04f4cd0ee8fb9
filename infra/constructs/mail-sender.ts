import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';

/** Who mails come from: the domain of that address as an identity of SES, signed with DKIM. */
export class MailSender extends Construct {
  readonly identityArn: string;

  constructor(scope: Construct, id: string, address: string) {
    super(scope, id);
    const identity = Identity.domain(address.replace(/^.*@/, ''));
    this.identityArn = new EmailIdentity(this, 'Identity', { identity }).emailIdentityArn;
  }
}
