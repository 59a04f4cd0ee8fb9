import type { App } from 'aws-cdk-lib';
import { listensTo, operations } from '../../functions/posts/contract.ts';
import { ContextStack, type Ground } from '../constructs/context-stack.ts';
import type { MediaStack } from './media.ts';

export class PostsStack extends ContextStack {
  constructor(app: App, ground: Ground, media: MediaStack) {
    super(app, ground, {
      context: 'posts',
      operations,
      listensTo,
      table: {
        indexes: [
          { name: 'byTime', keysOnly: true },
          { name: 'byCampaign', keysOnly: true },
        ],
        deletes: true,
      },
      environment: { MEDIA_BUCKET: media.bucket.bucketName },
    });
    // Signed links carry the rights of whoever signs them.
    this.grantMedia(media, 's3:PutObject', 's3:GetObject');
  }
}
