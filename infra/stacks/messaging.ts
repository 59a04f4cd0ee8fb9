import { type App, Duration, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { nameIn, type Stage } from '../stages.ts';

/** The bus of domain events with its archive, and the topic of alarms. */
export class MessagingStack extends Stack {
  readonly bus: EventBus;
  readonly alarmTopic: Topic;

  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'messaging'), { env: { region: stage.region, account: stage.account } });

    this.bus = new EventBus(this, 'Bus', { eventBusName: nameIn(stage, 'events') });
    this.bus.archive('Archive', {
      archiveName: nameIn(stage, 'events'),
      eventPattern: { account: [this.account] },
      retention: Duration.days(stage.eventArchiveDays),
    });

    this.alarmTopic = new Topic(this, 'Alarms', { enforceSSL: true });
    if (stage.alarmMail !== undefined) this.alarmTopic.addSubscription(new EmailSubscription(stage.alarmMail));
  }
}
