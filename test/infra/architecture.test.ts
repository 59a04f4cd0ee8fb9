import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { architecturePath, architectureText, workflowEntries } from '#infra/architecture.ts';

test('docs/architecture.md has the events and workflows as they are (npm run generate writes it)', async () => {
  const committed = readFileSync(architecturePath, 'utf8');
  expect(committed).toBe(await architectureText(committed));
});

test('a workflow is told with what starts it and what it calls', () => {
  const workflows = new Map(workflowEntries().map((entry) => [entry.name, entry]));
  expect(workflows.get('run-campaign')).toMatchObject({
    events: ['campaign.launched', 'campaign.resumed', 'campaign.plan_applied'],
    rates: [],
    tasks: ['campaigns.catchUp', 'campaigns.planWindow', 'campaigns.finish'],
  });
  expect(workflows.get('tally-usage')).toMatchObject({ events: [], rates: ['rate(1 minute)'] });
});
