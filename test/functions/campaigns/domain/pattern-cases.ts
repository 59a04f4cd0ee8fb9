/** The event of event-ruler's README. */
export const event = {
  version: '0',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  time: '2017-10-02T16:24:49Z',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000'],
  detail: {
    ...{ 'c-count': 5, 'd-count': 3, 'x-limit': 301.8, 'source-ip': '10.0.0.33', state: 'running' },
    ...{
      nothing: null,
      group: { inner: 1 },
      empty: [],
      parts: [
        { id: 1, kind: 'a' },
        { id: 2, kind: 'b' },
      ],
    },
  },
};

const detail = (name: string, ...tests: unknown[]) => ({ detail: { [name]: tests } });

/** Patterns over it, and whether they match: from the README of event-ruler, and its notes on arrays and absence. */
export const patternCases: readonly (readonly [object, boolean])[] = [
  [
    {
      'detail-type': [event['detail-type']],
      resources: event.resources,
      detail: { state: ['initializing', 'running'] },
    },
    true,
  ],
  [detail('state', 'stopped'), false],
  [{ time: [{ prefix: '2017-10-02' }] }, true],
  [{ source: [{ suffix: 'ec2' }] }, true],
  [{ source: [{ suffix: 'EC2' }] }, false],
  [{ source: [{ suffix: { 'equals-ignore-case': 'EC2' } }] }, true],
  [{ source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, true],
  [{ source: [{ 'equals-ignore-case': 'AWS.EC2' }] }, true],
  [{ source: [{ wildcard: 'a*.e*2' }] }, true],
  [{ source: [{ wildcard: 'aws.*ec2*' }] }, true],
  [{ source: [{ wildcard: 'aws*ws.ec2' }] }, false],
  [{ source: [{ wildcard: 'aws\\*ec2' }] }, false],
  [detail('state', { 'anything-but': 'initializing' }), true],
  [detail('state', { 'anything-but': ['running', 'overloaded'] }), false],
  [detail('x-limit', { 'anything-but': [100, 200, 300] }), true],
  [detail('x-limit', { 'anything-but': 301.8 }), false],
  [detail('state', { 'anything-but': { prefix: 'init' } }), true],
  [detail('state', { 'anything-but': { suffix: ['ing', 'ed'] } }), false],
  [detail('state', { 'anything-but': { wildcard: 'r*n*g' } }), false],
  [detail('state', { 'anything-but': { 'equals-ignore-case': 'RUNNING' } }), false],
  [detail('missing', { 'anything-but': 'running' }), false],
  [detail('c-count', { numeric: ['>', 0, '<=', 5] }), true],
  [detail('c-count', { numeric: ['>', 0, '<', 5] }), false],
  [detail('x-limit', { numeric: ['=', 3.018e2] }), true],
  [detail('state', { numeric: ['>', 0] }), false],
  [detail('source-ip', { cidr: '10.0.0.0/24' }), true],
  [detail('source-ip', { cidr: '10.0.1.0/24' }), false],
  [detail('source-ip', { cidr: '::/0' }), false],
  [detail('c-count', { exists: true }), true],
  [detail('c-count', { exists: false }), false],
  [detail('missing', { exists: false }), true],
  [detail('nothing', { exists: true }), true],
  [detail('nothing', null), true],
  // `exists` holds only for leaves, not for a group of fields.
  [detail('group', { exists: true }), false],
  [detail('group', { exists: false }), true],
  [detail('empty', { exists: false }), true],
  [{ missing: { deep: [{ exists: false }] } }, true],
  [{ detail: { state: ['stopped', { prefix: 'run' }] } }, true],
  [{ source: ['aws.ec2'], $or: [{ version: ['1'] }, { detail: { 'c-count': [5] } }] }, true],
  [{ $or: [{ version: ['1'] }, { source: ['aws.s3'] }] }, false],
  [
    { detail: { $or: [{ 'c-count': [1] }, { 'd-count': [3], $or: [{ state: ['a'] }, { state: ['running'] }] }] } },
    true,
  ],
  // Fields below an array are those of one element (README: JSON array matching).
  [{ detail: { parts: { id: [1], kind: ['a'] } } }, true],
  [{ detail: { parts: { id: [1], kind: ['b'] } } }, false],
  [detail('c-count', '5'), false],
];
