import type { Story } from './story.ts';

/** What mail, identity and cloud detections bring every day. */
export const routineCloud: readonly Story[] = [
  {
    displayName: 'Email reported by {user0} as malware or phish',
    description: 'A user pressed the report button.',
    machines: [],
    furtherUsers: 1,
    verdict: { classification: 'truePositive', determination: 'phishing' },
    notes: [
      'Submitted to Microsoft; the campaign is deleted from all mailboxes.',
      '{user0} did not open the link.',
      'Paketdienst-Phishing, Absender gesperrt – Müller',
    ],
    alerts: [
      {
        title: 'Email reported by user as malware or phish',
        description: 'A delivered message was reported by its recipient.',
        recommendedActions: 'Submit the message for analysis.',
        category: 'InitialAccess',
        severity: 'low',
        source: 'office365',
        mitreTechniques: ['T1566'],
        investigationState: 'partiallyInvestigated',
        evidence: [
          {
            type: 'mailMessage',
            subject: 'Paket wartet auf Sie – Größe 2×',
            sender: 'track@parcel-now.example',
            user: 0,
            deliveryAction: 'DeliveredAsSpam',
          },
          { type: 'mailbox', user: 0, verdict: 'unknown' },
          { type: 'user', user: 0, verdict: 'unknown' },
        ],
      },
      {
        title: 'Messages of the same campaign found',
        description: 'Further messages resemble the one that was reported.',
        recommendedActions: 'Approve their deletion.',
        category: 'InitialAccess',
        severity: 'informational',
        source: 'office365',
        mitreTechniques: ['T1566'],
        investigationState: 'pendingApproval',
        evidence: [
          {
            type: 'mailCluster',
            clusterBy: 'BodyFingerprintBin1;P2SenderDomain',
            query: '(SenderDomain:"parcel-now.example")',
            emailCount: 17,
          },
          { type: 'url', url: 'https://parcel-now.example/t?id=1&x=2' },
        ],
      },
    ],
  },
  {
    displayName: 'Impossible travel activity of {user0}',
    description: 'Sign-ins from two countries within one hour.',
    machines: [],
    furtherUsers: 1,
    verdict: { classification: 'falsePositive', determination: 'notMalicious' },
    notes: [
      'VPN exit in Singapore, as {user0} says.',
      'Użytkownik potwierdził: to on, podróż służbowa.',
      'Address added to the known ones.',
    ],
    alerts: [
      {
        title: 'Impossible travel activity',
        description: 'The user was active from two distant places within a short time.',
        recommendedActions: 'Check whether one address belongs to a VPN.',
        category: 'InitialAccess',
        severity: 'medium',
        source: 'cloudApps',
        mitreTechniques: ['T1078'],
        evidence: [
          { type: 'user', user: 0 },
          { type: 'ip', ipAddress: '203.0.113.10', countryLetterCode: 'DE' },
          { type: 'ip', ipAddress: '2001:db8:44::17', countryLetterCode: 'SG' },
          { type: 'cloudApplication', appId: 11161, displayName: 'Microsoft 365' },
        ],
      },
    ],
  },
  {
    displayName: 'Suspected brute-force attack on {user0}',
    description: 'Many failed sign-ins against one account.',
    machines: ['domainController', 'workstation'],
    verdict: { classification: 'informationalExpectedActivity', determination: 'securityTesting' },
    notes: [
      'The yearly test of passwords: agreed with IT.',
      'Source is {machine1}; the old password sat in a service.',
      'Group membership was approved: CHG-2211.',
    ],
    alerts: [
      {
        title: 'Suspected brute-force attack (Kerberos, NTLM)',
        description: 'Several hundred failed sign-ins came from one device.',
        recommendedActions: 'Block the source and reset the password if one attempt worked.',
        category: 'CredentialAccess',
        severity: 'medium',
        source: 'identity',
        mitreTechniques: ['T1110'],
        evidence: [
          { type: 'user', user: 0, roles: ['attacked'] },
          { type: 'device', machine: 0, roles: ['destination'] },
          { type: 'device', machine: 1, roles: ['source'] },
          { type: 'ip', ipAddress: '{address1}', countryLetterCode: null, roles: ['source'] },
        ],
      },
      {
        title: 'Suspicious addition to a sensitive group',
        description: 'An account was added to a group that holds privileges.',
        recommendedActions: 'Ask who approved the change.',
        category: 'PrivilegeEscalation',
        severity: 'medium',
        source: 'identity',
        mitreTechniques: ['T1098'],
        evidence: [
          { type: 'user', user: 0, roles: ['added'] },
          { type: 'securityGroup', displayName: 'Backup Operators' },
        ],
      },
    ],
  },
  {
    displayName: 'Unusual consent to the application Perfect Data Sync',
    description: 'An application with broad mail permissions was consented to.',
    machines: [],
    furtherUsers: 1,
    verdict: { classification: 'informationalExpectedActivity', determination: 'lineOfBusinessApplication' },
    notes: [
      'Bought by sales; IT approved it afterwards.',
      'Consent is now limited to administrators.',
      '{user0} only wanted the calendar.',
    ],
    alerts: [
      {
        title: 'Unusual addition of an OAuth application',
        description: 'A user consented to an application that reads all mail.',
        recommendedActions: 'Disable the application when nobody knows it.',
        category: 'Persistence',
        severity: 'low',
        source: 'cloudApps',
        mitreTechniques: ['T1528'],
        evidence: [
          { type: 'oauthApplication', displayName: 'Perfect Data Sync', publisher: 'Unverified publisher' },
          { type: 'user', user: 0 },
        ],
      },
    ],
  },
  {
    displayName: 'Suspicious access to a key vault by {user0}',
    description: 'Secrets were listed from an unusual address.',
    machines: [],
    furtherUsers: 1,
    verdict: { classification: 'falsePositive', determination: 'other' },
    notes: [
      'New deployment of payroll, told by its owner.',
      'Geheimnisse vorsorglich erneuert – Müller',
      '{user0} worked from a hotel.',
    ],
    alerts: [
      {
        title: 'Unusual listing of secrets in a key vault',
        description: 'An identity that never read the vault listed its secrets.',
        recommendedActions: 'Rotate the secrets when the access was not planned.',
        category: 'CredentialAccess',
        severity: 'medium',
        source: 'cloud',
        mitreTechniques: ['T1555.006'],
        evidence: [
          { type: 'azureResource', resourceName: 'kv-payroll', resourceType: 'Microsoft.KeyVault/vaults' },
          { type: 'user', user: 0 },
          { type: 'unheardOf', note: 'A kind of evidence that was added after the client was written' },
        ],
      },
    ],
  },
];
