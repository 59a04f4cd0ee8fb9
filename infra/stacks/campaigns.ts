import type { App } from 'aws-cdk-lib';
import { listensTo, operations } from '#functions/campaigns/contract.ts';
import { ContextStack, type StageContext } from '../constructs/context-stack.ts';

export class CampaignsStack extends ContextStack {
  constructor(app: App, ground: StageContext) {
    super(app, ground, {
      context: 'campaigns',
      operations,
      listensTo,
      sharesPeople: true,
      table: { indexes: [], deletes: true },
    });
  }
}
