import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { architecturePath, architectureText, workflowEntries } from '#infra/architecture.ts';

test('docs/architecture.md is up to date with events and workflows (npm run generate writes it)', async () => {
  const committed = readFileSync(architecturePath, 'utf8');
  expect(committed).toBe(await architectureText(committed));
});

test('a workflow entry names what starts the workflow and the tasks that it calls', () => {
  const workflows = new Map(workflowEntries().map((entry) => [entry.name, entry]));
  expect(workflows.get('run-campaign')).toMatchObject({
    events: ['campaign.launched', 'campaign.resumed', 'campaign.plan_applied'],
    rates: [],
    tasks: ['campaigns.catchUp', 'campaigns.planWindow', 'campaigns.finish'],
  });
  expect(workflows.get('tally-usage')).toMatchObject({ events: [], rates: ['rate(1 minute)'] });
});
