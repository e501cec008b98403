import { expect, test } from 'vitest';
import { isDone, isSoAlready, isUnclear, shownOf } from '../../../src/actions/kinds/entity/shown.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import type { IncidentChange } from '../../../src/routing/triage.ts';

const sentAt = Date.UTC(2026, 2, 1, 8);

const incident = (changes: Partial<Incident> = {}): Incident => ({
  tenant: 'contoso',
  tenantId: null,
  source: 'GRAPH',
  incidentId: '42',
  redirectIncidentId: null,
  title: null,
  description: null,
  summary: null,
  severity: 'HIGH',
  severityName: 'high',
  status: 'ACTIVE',
  statusName: 'active',
  classification: 'UNKNOWN',
  classificationName: null,
  determination: 'UNKNOWN',
  determinationName: null,
  assignedTo: null,
  detectionSource: null,
  createdAt: null,
  updatedAt: null,
  modifiedBy: null,
  tags: [],
  systemTags: [],
  priorityScore: null,
  resolvingComment: null,
  url: null,
  comments: [],
  alerts: null,
  unreadableAlerts: 0,
  raw: {},
  ...changes,
});

const said = (text: string, createdAt: string | null = '2026-03-01T08:00:01Z') => ({ text, author: 'app', createdAt });

test.each<[string, IncidentChange, Partial<Incident>, 'ALL' | 'SOME' | 'NONE']>([
  ['a field that is as asked', { status: 'RESOLVED' }, { status: 'RESOLVED' }, 'ALL'],
  ['a field that is not', { status: 'RESOLVED' }, {}, 'NONE'],
  ['an owner taken off', { assignedTo: null }, { assignedTo: null }, 'ALL'],
  ['tags in another order', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }, 'ALL'],
  ['other tags', { tags: ['a', 'b'] }, { tags: ['a', 'c'] }, 'NONE'],
  ['a comment made since', { comment: 'Benign' }, { comments: [said('Benign')] }, 'ALL'],
  [
    'the same comment of last week',
    { comment: 'Benign' },
    { comments: [said('Benign', '2026-02-22T08:00:00Z')] },
    'NONE',
  ],
  [
    'a comment as HTML keeps it',
    { comment: 'R&D\nis "clean"' },
    { comments: [said('R&amp;D\r\nis &quot;clean&quot;')] },
    'ALL',
  ],
  [
    'a comment that was cut',
    { comment: 'Beaconing to 203.0.113.7 over TLS since Monday, see case 4711' },
    { comments: [said('Beaconing to 203.0.113.7 over TLS since Mon…')] },
    'ALL',
  ],
  ['a word that another comment begins with', { comment: 'Benign, case 4711' }, { comments: [said('Benign')] }, 'NONE'],
  ['a comment without a time', { comment: 'Benign' }, { comments: [said('Benign', null)] }, 'ALL'],
  ['the field without its comment', { status: 'RESOLVED', comment: 'Benign' }, { status: 'RESOLVED' }, 'SOME'],
])('%s: shown is %s', (_name, change, changes, expected) => {
  expect(shownOf(change, incident(changes), sentAt)).toBe(expected);
});

test.each<[string, IncidentChange, Partial<Incident>, boolean]>([
  ['its comment is not there', { status: 'RESOLVED', comment: 'x' }, { status: 'RESOLVED' }, false],
  ['its comment is there', { status: 'RESOLVED', comment: 'x' }, { status: 'RESOLVED', comments: [said('x')] }, true],
  ['somebody set the status since', { status: 'RESOLVED', comment: 'x' }, { comments: [said('x')] }, true],
  ['it had no comment, and its fields are as asked', { status: 'RESOLVED' }, { status: 'RESOLVED' }, true],
  ['it had no comment, and its fields differ', { status: 'RESOLVED' }, {}, false],
])('whether an interrupted run did the whole change: %s', (_name, change, changes, expected) => {
  expect(isDone(change, incident(changes), sentAt)).toBe(expected);
});

test.each<[string, Partial<Incident>, boolean, boolean]>([
  ['just made', { comments: [said('Benign')] }, true, true],
  ['of minutes ago', { comments: [said('Benign', '2026-03-01T07:55:00Z')] }, false, true],
  ['of half an hour ago', { comments: [said('Benign', '2026-03-01T07:30:00Z')] }, false, true],
  [
    'of minutes ago, with all else as asked',
    { status: 'RESOLVED', comments: [said('Benign', '2026-03-01T07:55:00Z')] },
    true,
    true,
  ],
  ['not there', { raw: { comments: [] } }, false, false],
  ['not shown at all', {}, false, true],
])('X1: a comment %s', (_name, changes, done, unclear) => {
  const change = { status: 'RESOLVED', comment: 'Benign' } as const;
  expect(isDone(change, incident(changes), sentAt)).toBe(done);
  expect(isUnclear(change, incident(changes), sentAt)).toBe(unclear);
});

test.each<[string, IncidentChange, Partial<Incident>, boolean]>([
  ['no owner', { assignedTo: null }, { raw: { assignedTo: null } }, true],
  ['an owner that is not told', { assignedTo: null }, { raw: {} }, false],
  ['no tags', { tags: [] }, { raw: { customTags: [] } }, true],
  ['no tags, through Microsoft 365 Defender', { removeTags: ['a'] }, { raw: { tags: [] } }, true],
  ['tags that are not told', { tags: [] }, { raw: {} }, false],
  ['tags that are not told, of which one is to go', { removeTags: ['a'] }, { raw: {} }, false],
  ['a tag that is told', { addTags: ['a'] }, { tags: ['a'], raw: { customTags: ['a'] } }, true],
])('X2: so already: %s', (_what, change, changes, so) => {
  expect(isSoAlready(change, incident(changes))).toBe(so);
});
