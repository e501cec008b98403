import { describe, expect, test } from 'vitest';
import type { UpdateAlertsInput, UpdateIncidentsInput } from '../../../src/actions/inputs.ts';
import { alertChangeOf, incidentChangeOf } from '../../../src/actions/kinds/entity/input.ts';
import {
  type AlertStatus,
  alertStatuses,
  type Classification,
  classifications,
  type Determination,
  determinations,
  type IncidentStatus,
  incidentStatuses,
} from '../../../src/domain/enums.ts';

const incidents = (fields: Omit<UpdateIncidentsInput, 'tenant' | 'incidentIds'>) =>
  incidentChangeOf({ tenant: 'contoso', incidentIds: ['1'], ...fields });
const alerts = (fields: Omit<UpdateAlertsInput, 'tenant' | 'alertIds'>) =>
  alertChangeOf({ tenant: 'contoso', alertIds: ['da1_1'], ...fields });

describe('what can be changed', () => {
  test.each<[string, Omit<UpdateIncidentsInput, 'tenant' | 'incidentIds'>, object]>([
    ['a status', { status: 'RESOLVED' }, { status: 'RESOLVED' }],
    ['an owner', { assignedTo: ' ana@contoso.example ' }, { assignedTo: 'ana@contoso.example' }],
    ['no owner any more', { assignedTo: null }, { assignedTo: null }],
    ['tags, each once', { tags: ['a', ' b', 'a'] }, { tags: ['a', 'b'] }],
    ['no tags any more', { tags: [] }, { tags: [] }],
    ['a comment alone', { comment: ' seen ' }, { comment: 'seen' }],
    ['what is null but the owner stays', { status: null, tags: null, comment: 'x' }, { comment: 'x' }],
    [
      'a classification without determination',
      { classification: 'FALSE_POSITIVE' },
      { classification: 'FALSE_POSITIVE' },
    ],
  ])('%s', (_name, input, change) => {
    expect(incidents(input)).toEqual(change);
  });

  test.each<[string, Omit<UpdateIncidentsInput, 'tenant' | 'incidentIds'>, string]>([
    ['nothing', {}, 'nothing to change'],
    ['nothing but nulls', { status: null, comment: null }, 'nothing to change'],
    ['a blank owner', { assignedTo: ' ' }, 'assignedTo is blank'],
    ['a blank tag', { tags: ['a', ''] }, 'blank'],
    ['a blank comment', { comment: ' ' }, 'comment is blank'],
    ['a long comment', { comment: 'x'.repeat(4001) }, 'longer than 4000'],
    ['a determination alone', { determination: 'MALWARE' }, 'needs classification'],
  ])('%s is an input error', (_name, input, message) => {
    expect(() => incidents(input)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    );
  });
});

describe('statuses', () => {
  const settable = { incident: ['ACTIVE', 'IN_PROGRESS', 'RESOLVED'], alert: ['NEW', 'IN_PROGRESS', 'RESOLVED'] };

  test.each<IncidentStatus>(incidentStatuses)('an incident can be %s only if a person can make it so', (status) => {
    const change = () => incidents({ status });
    if (settable.incident.includes(status)) expect(change()).toEqual({ status });
    else expect(change).toThrow(`status cannot be set to ${status}`);
  });

  test.each<AlertStatus>(alertStatuses)('an alert can be %s only if a person can make it so', (status) => {
    const change = () => alerts({ status });
    if (settable.alert.includes(status)) expect(change()).toEqual({ status });
    else expect(change).toThrow(`status cannot be set to ${status}`);
  });
});

describe('classification and determination', () => {
  const pairs = {
    TRUE_POSITIVE: 7,
    INFORMATIONAL_EXPECTED_ACTIVITY: 4,
    FALSE_POSITIVE: 3,
    UNKNOWN: 0,
  } as const satisfies Record<Classification, number>;

  test.each<Classification>(classifications)('%s takes its own determinations, and unknown', (classification) => {
    const taken = determinations.filter((determination) => {
      try {
        return alerts({ classification, determination }).determination === determination;
      } catch {
        return false;
      }
    });
    expect(taken).toHaveLength(pairs[classification] + 1);
    expect(taken).toContain('UNKNOWN');
  });

  test.each<Determination>(['APT', 'SECURITY_PERSONNEL'])('%s was withdrawn', (determination) => {
    expect(() => alerts({ classification: 'TRUE_POSITIVE', determination })).toThrow('does not go with');
  });
});
