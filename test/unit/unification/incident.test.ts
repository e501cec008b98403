import { describe, expect, test } from 'vitest';
import { incidentFromGraph, incidentFromM365d } from '../../../src/unification/incident.ts';
import { isGraphIncident } from '../../../src/upstream/graph/wire.ts';
import { isM365dIncident } from '../../../src/upstream/m365d/wire.ts';
import { contoso, fixture, portalless } from './fixture.ts';

describe('an incident of Graph', () => {
  const wire = fixture('graph-incident', isGraphIncident);

  test('has every documented property under its unified name', () => {
    const { alerts: _, ...incident } = incidentFromGraph(contoso, wire);
    const { alerts: __, ...raw } = wire;
    expect(incident).toEqual({
      unreadableAlerts: 0,
      tenant: 'contoso',
      tenantId: '11111111-2222-4333-8444-555555555555',
      detectionSource: null,
      severityName: 'High',
      statusName: 'awaitingAction',
      classificationName: 'TruePositive',
      determinationName: 'multiStagedAttack',
      raw,
      source: 'GRAPH',
      incidentId: '4711',
      redirectIncidentId: null,
      title: 'Ransomware on the finance share',
      description: 'Files renamed at speed',
      summary: 'One machine, one account',
      severity: 'HIGH',
      status: 'AWAITING_ACTION',
      classification: 'TRUE_POSITIVE',
      determination: 'MULTI_STAGED_ATTACK',
      assignedTo: 'lena@contoso.com',
      createdAt: '2026-03-02T08:00:00.1234567Z',
      updatedAt: '2026-03-02T09:30:00Z',
      modifiedBy: 'API-App:triage',
      tags: ['finance'],
      systemTags: ['Defender Experts'],
      priorityScore: 87,
      resolvingComment: null,
      url: 'https://security.microsoft.com/incidents/4711?tid=11111111-2222-4333-8444-555555555555',
      comments: [
        { text: 'Looking at it', author: 'lena@contoso.com', createdAt: '2026-03-02T08:10:00Z' },
        { text: 'Older keys', author: 'omar@contoso.com', createdAt: '2026-03-02T08:12:00Z' },
      ],
    });
  });

  test('has its alerts newest first, to the seventh digit of a second', () => {
    expect(incidentFromGraph(contoso, wire).alerts?.map(({ alertId }) => alertId)).toEqual(['da1_2', 'da1_1']);
  });

  test('has null for alerts that were not read, and tags under either name', () => {
    const { alerts: _, customTags: __, ...rest } = wire;
    const incident = incidentFromGraph(contoso, { ...rest, tags: ['older name'] });
    expect(incident.alerts).toBeNull();
    expect(incident.tags).toEqual(['older name']);
  });

  test.each(['{"id":""}', 'null', '5', '[]'])('leaves out %s, which is no alert, and counts it', (odd) => {
    const incident = incidentFromGraph(contoso, { id: '1', alerts: JSON.parse(`[${odd},{"id":"da1_9"}]`) });
    expect(incident.alerts?.map(({ alertId }) => alertId)).toEqual(['da1_9']);
    expect(incident.unreadableAlerts).toBe(1);
  });

  test('has an alert that is sent twice once', () => {
    const incident = incidentFromGraph(contoso, { id: '1', alerts: [{ id: 'a' }, { id: 'b' }, { id: 'a' }] });
    expect(incident.alerts?.map(({ alertId }) => alertId)).toEqual(['a', 'b']);
    expect(incident.unreadableAlerts).toBe(0);
  });
});

describe('an incident of Microsoft 365 Defender', () => {
  const wire = fixture('m365d-incident', isM365dIncident);

  test.each(['null', '{}', '5'])('does not say that it has no alerts when it brings %s for them', (odd) => {
    expect(incidentFromM365d(contoso, { incidentId: 1, alerts: JSON.parse(odd) }).alerts).toBeNull();
    expect(incidentFromM365d(contoso, { incidentId: 1 }).alerts).toBeNull();
  });

  test('reads numbers as ids and every spelling of its words', () => {
    expect(incidentFromM365d(contoso, wire)).toMatchObject({
      source: 'M365D',
      incidentId: '4711',
      redirectIncidentId: '4712',
      status: 'REDIRECTED',
      severity: 'UNKNOWN',
      classification: 'INFORMATIONAL_EXPECTED_ACTIVITY',
      determination: 'UNKNOWN',
      tags: ['finance'],
      comments: [{ text: 'Looking at it', author: 'lena@contoso.com', createdAt: '2026-03-02T08:10:00Z' }],
    });
  });

  test('R8: says how it was detected, and keeps what else was sent', () => {
    const incident = incidentFromM365d(contoso, { ...wire, detectionSource: 'CustomerTI', newProperty: 'x' });
    expect(incident).toMatchObject({ detectionSource: 'customTi', raw: { incidentId: 4711, newProperty: 'x' } });
    expect(incident.raw).not.toHaveProperty('alerts');
  });

  test('has its page in the portal of its cloud, and none where the cloud has no portal', () => {
    const page = 'https://security.microsoft.com/incidents/4711?tid=11111111-2222-4333-8444-555555555555';
    expect(incidentFromM365d(contoso, wire).url).toBe(page);
    expect(incidentFromM365d(portalless, wire).url).toBeNull();
    expect(incidentFromM365d(contoso, { ...wire, incidentUri: 'https://sent.example/' }).url).toBe(
      'https://sent.example/',
    );
  });

  test('has its alerts newest first', () => {
    expect(incidentFromM365d(contoso, wire).alerts?.map(({ alertId }) => alertId)).toEqual(['ca1', 'da1_1']);
  });
});
