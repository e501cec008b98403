import { describe, expect, test } from 'vitest';
import { alertFromGraph, alertFromM365d, alertFromMde } from '../../../src/unification/alert.ts';
import { isM365dIncident } from '../../../src/upstream/m365d/wire.ts';
import { isMdeAlert } from '../../../src/upstream/mde/wire.ts';
import { contoso, fixture, portalless } from './fixture.ts';

const machineId = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';

describe('an alert of Graph', () => {
  test('is whole with nothing but its id', () => {
    expect(alertFromGraph(portalless, { id: 'da1_1' })).toMatchObject({
      alertId: 'da1_1',
      severity: 'UNKNOWN',
      status: 'UNKNOWN',
      serviceSource: 'UNKNOWN',
      investigationState: 'UNKNOWN',
      mitreTechniques: [],
      comments: [],
      evidence: [],
      machineId: null,
      url: null,
    });
  });

  test('R8: keeps the word of a product that is new, its tenant, the page of its incident, and all as sent', () => {
    const wire = {
      id: 'a',
      serviceSource: 'microsoftDefenderForAgents',
      tenantId: '11111111-2222-4333-8444-555555555555',
      incidentWebUrl: 'https://sent.example/incidents/4',
      newProperty: { deep: [1] },
    };
    expect(alertFromGraph(contoso, wire)).toMatchObject({
      serviceSource: 'UNKNOWN',
      serviceSourceName: 'microsoftDefenderForAgents',
      severityName: null,
      tenantId: '11111111-2222-4333-8444-555555555555',
      incidentUrl: 'https://sent.example/incidents/4',
      raw: wire,
    });
    expect(alertFromGraph(contoso, { id: 'a', incidentId: '4' }).incidentUrl).toBe(
      'https://security.microsoft.com/incidents/4?tid=11111111-2222-4333-8444-555555555555',
    );
  });

  test('takes the first of its categories when it has no category', () => {
    expect(alertFromGraph(contoso, { id: 'a', categories: ['Impact', 'Execution'] }).category).toBe('Impact');
  });

  test('names the machine of a device before that of a file', () => {
    const evidence = [
      { '@odata.type': '#microsoft.graph.security.fileEvidence', mdeDeviceId: 'of-the-file' },
      { '@odata.type': '#microsoft.graph.security.deviceEvidence', mdeDeviceId: machineId },
    ];
    expect(alertFromGraph(contoso, { id: 'a', evidence }).machineId).toBe(machineId);
    expect(alertFromGraph(contoso, { id: 'a', evidence: evidence.slice(0, 1) }).machineId).toBe('of-the-file');
  });
});

describe('an alert of Microsoft 365 Defender', () => {
  const [endpoint, cloudApps] = fixture('m365d-incident', isM365dIncident).alerts ?? [];
  if (endpoint === undefined || cloudApps === undefined) throw new Error('m365d-incident.json has two alerts');

  test('has the unified names, and its devices before its entities', () => {
    const alert = alertFromM365d(contoso, endpoint);
    expect(alert).toMatchObject({
      alertId: 'da1_1',
      incidentId: '4711',
      status: 'IN_PROGRESS',
      severity: 'HIGH',
      serviceSource: 'MICROSOFT_DEFENDER_FOR_ENDPOINT',
      detectionSource: 'antivirus',
      investigationId: '77',
      investigationState: 'UNSUPPORTED_OS',
      assignedTo: 'Automation',
      actorName: 'Plaid Rain',
      threatFamilyName: 'Lockit',
      createdAt: '2026-03-02T08:00:00Z',
      updatedAt: '2026-03-02T08:30:00Z',
      resolvedAt: null,
      firstActivityAt: '2026-03-02T07:50:00Z',
      lastActivityAt: '2026-03-02T07:55:00Z',
      machineId,
      url: 'https://security.microsoft.com/alerts/da1_1?tid=11111111-2222-4333-8444-555555555555',
    });
    expect(alert.evidence?.map(({ kind }) => kind)).toEqual([
      'DeviceEvidence',
      'ProcessEvidence',
      'RegistryKeyEvidence',
      'RegistryValueEvidence',
      'SecurityGroupEvidence',
      'OtherEvidence',
    ]);
  });

  test('of another product has that product and its kinds of evidence', () => {
    const alert = alertFromM365d(contoso, cloudApps);
    expect(alert).toMatchObject({
      serviceSource: 'MICROSOFT_DEFENDER_FOR_CLOUD_APPS',
      detectionSource: 'cloudAppSecurity',
      machineId: null,
    });
    expect(alert.evidence).toMatchObject([
      {
        kind: 'MailboxEvidence',
        primaryAddress: 'lena@contoso.com',
        userAccount: { userPrincipalName: 'lena@contoso.com' },
      },
      { kind: 'AnalyzedMessageEvidence', senderAddress: 'boss@contoso.example', recipientAddress: 'lena@contoso.com' },
      { kind: 'MailClusterEvidence', clusterBy: 'Subject;SenderIp' },
      { kind: 'IpEvidence', ipAddress: '203.0.113.9' },
      { kind: 'UrlEvidence', url: 'https://evil.example/x' },
      { kind: 'UserEvidence', userAccount: { accountName: 'lena', userSid: 'S-1-5-21-1-2-3-1001' } },
    ]);
  });
});

describe('an alert of Defender for Endpoint', () => {
  const wire = fixture('mde-alert', isMdeAlert);

  test('has the unified names', () => {
    expect(alertFromMde(contoso, wire)).toMatchObject({
      source: 'MDE',
      incidentId: '4711',
      investigationId: '77',
      severity: 'UNKNOWN',
      status: 'IN_PROGRESS',
      classification: 'TRUE_POSITIVE',
      determination: 'COMPROMISED_ACCOUNT',
      serviceSource: 'MICROSOFT_DEFENDER_FOR_ENDPOINT',
      detectionSource: 'microsoftDefenderForEndpoint',
      createdAt: '2026-03-02T08:00:00.7220239Z',
      updatedAt: '2026-03-02T08:30:00.2Z',
      mitreTechniques: ['T1059', 'T1486'],
      threatName: 'Lockit.A',
      machineId,
      comments: [{ text: 'seen', author: 'lena@contoso.com', createdAt: '2026-03-02T08:10:00Z' }],
    });
  });

  test('R8: has who was logged on, its domains, its tenant and its words as sent', () => {
    expect(alertFromMde(contoso, wire)).toMatchObject({
      loggedOnUsers: [{ accountName: 'lena', domainName: 'CONTOSO' }],
      domains: ['evil.example'],
      tenantId: '11111111-2222-4333-8444-555555555555',
      severityName: 'UnSpecified',
      serviceSourceName: null,
      raw: wire,
    });
    expect(alertFromMde(contoso, { id: 'a', domains: [{ host: 'evil.example' }] }).domains).toEqual(['evil.example']);
  });

  test('has its machine first among its evidence, and its files and processes on that machine', () => {
    expect(alertFromMde(contoso, wire).evidence).toMatchObject([
      {
        kind: 'DeviceEvidence',
        machineId,
        deviceDnsName: 'fin-07.contoso.com',
        rbacGroupName: 'Finance',
        healthStatus: null,
      },
      { kind: 'UserEvidence', createdAt: '2026-03-02T08:00:01Z', userAccount: { accountName: 'lena' } },
      {
        kind: 'ProcessEvidence',
        machineId,
        parentImageFile: { fileName: 'explorer.exe' },
        detectionStatus: 'detected',
      },
      { kind: 'FileEvidence', machineId, fileDetails: { fileName: 'note.txt' }, detectionStatus: null },
      { kind: 'OtherEvidence', type: 'Hologram', raw: { shape: 'cube' } },
    ]);
  });

  test('brings the user it is about when its evidence does not name them', () => {
    const evidence = alertFromMde(contoso, {
      ...wire,
      relatedUser: { userName: 'omar', domainName: 'CONTOSO' },
    }).evidence;
    expect(evidence?.at(-1)).toMatchObject({
      kind: 'UserEvidence',
      userAccount: { accountName: 'omar', domainName: 'CONTOSO' },
    });
  });

  test('of a list without evidence does not look as if there were none', () => {
    const alert = alertFromMde(contoso, { ...wire, evidence: [] }, 'unread');
    expect(alert).toMatchObject({ evidence: null, machineId });
  });
});
