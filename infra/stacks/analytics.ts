import type { App } from 'aws-cdk-lib';
import { listensTo, operations } from '#functions/analytics/contract.ts';
import { ContextStack, type StageContext } from '../constructs/context-stack.ts';

export class AnalyticsStack extends ContextStack {
  constructor(app: App, ground: StageContext) {
    super(app, ground, {
      context: 'analytics',
      operations,
      listensTo,
      sharesPeople: true,
      table: { indexes: [{ name: 'byDue', keysOnly: true }], deletes: true },
    });
  }
}
