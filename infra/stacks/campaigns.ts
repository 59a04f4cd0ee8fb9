import type { App } from 'aws-cdk-lib';
import { settleSecondsOf } from '#functions/accounts/contract.ts';
import { listensTo, operations } from '#functions/campaigns/contract.ts';
import { ContextStack, type StageContext } from '../constructs/context-stack.ts';

export class CampaignsStack extends ContextStack {
  constructor(app: App, ground: StageContext) {
    super(app, ground, {
      context: 'campaigns',
      operations,
      listensTo,
      sharesPeople: true,
      table: {
        indexes: ['byAccount', 'byAutomation', 'byDue'].map((name) => ({ name, keysOnly: true as const })),
        deletes: true,
        checks: true,
        writesMany: true,
      },
      environment: { SETTLE_SECONDS: String(settleSecondsOf(ground.stage.xPace)) },
    });
  }
}
