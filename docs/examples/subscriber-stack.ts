import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

interface SubscriberProps extends StackProps {
  /** Stage of the platform whose events are wanted, such as `prod`. */
  stageName: string;
  workspaceId: string;
}

/**
 * A stack of your own, in the account and region of a stage of the platform: it has the published posts of one workspace put
 * into a queue. Schemas of all public events are in the registry `xmp-<stage>-events` (EventBridge, Schemas), and in
 * events/schemas.
 */
export class SubscriberStack extends Stack {
  constructor(scope: Construct, id: string, { stageName, workspaceId, ...props }: SubscriberProps) {
    super(scope, id, props);
    const bus = EventBus.fromEventBusName(this, 'Bus', `xmp-${stageName}-events`);
    const queue = new Queue(this, 'PublishedPosts', { enforceSSL: true });
    const failed = new Queue(this, 'NotDelivered', { enforceSSL: true });
    const rule = new Rule(this, 'OnPublished', {
      eventBus: bus,
      eventPattern: {
        source: ['posts'],
        detailType: ['post.published'],
        // A later version of an event may mean something else.
        detail: { schemaVersion: [1], workspaceId: [workspaceId], data: { xPostIds: Match.exists() } },
      },
    });
    rule.addTarget(new SqsQueue(queue, { deadLetterQueue: failed, retryAttempts: 10 }));
  }
}
