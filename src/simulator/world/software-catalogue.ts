/** A weakness of one release; the numbers are invented. */
export interface Weakness {
  readonly cveId: string;
  readonly severity: 'Low' | 'Medium' | 'High' | 'Critical';
  /** Name of the update that fixes it. */
  readonly update: string;
  /** Number of its article in Microsoft's knowledge base, without `KB`; other vendors have none. */
  readonly kb: string | null;
}

/** One version of a product. */
export interface Release {
  readonly version: string;
  readonly endOfSupport: string | null;
  readonly weaknesses: readonly Weakness[];
}

/** Software as the inventory prints it: lower case, underscores for spaces. */
export interface Product {
  readonly vendor: string;
  readonly name: string;
  readonly category: 'Application' | 'OS';
  readonly releases: readonly [Release, ...Release[]];
}

const weakness = (
  cveId: string,
  severity: Weakness['severity'],
  update: string,
  kb: string | null = null,
): Weakness => ({ cveId, severity, update, kb });

const release = (
  version: string,
  weaknesses: readonly Weakness[] = [],
  endOfSupport: string | null = null,
): Release => ({ version, endOfSupport, weaknesses });

const november = 'November 2026 Security Updates';
const october = 'October 2026 Security Updates';
/** One fault of a part that two browsers share. */
const sharedEngine = (update: string): Weakness => weakness('CVE-2026-90150', 'High', update);

/** What Windows machines have. The first is on all of them. */
export const windowsProducts: readonly Product[] = [
  {
    vendor: 'microsoft',
    name: 'edge',
    category: 'Application',
    releases: [
      release('131.0.2903.51'),
      release('129.0.2792.65', [sharedEngine('Edge 131'), weakness('CVE-2026-90151', 'Low', 'Edge 131')]),
    ],
  },
  {
    vendor: 'microsoft',
    name: 'office',
    category: 'Application',
    releases: [release('16.0.17928.20216', [weakness('CVE-2026-90101', 'High', november, '5002798')])],
  },
  {
    vendor: 'northwind',
    name: 'remote_tools',
    category: 'Application',
    releases: [
      release(
        '4.2.0.0',
        [
          weakness('CVE-2026-90117', 'Critical', 'Remote Tools 5.1'),
          weakness('CVE-2025-90044', 'Medium', 'Remote Tools 4.3'),
        ],
        '2025-12-31T00:00:00Z',
      ),
    ],
  },
  {
    vendor: 'microsoft',
    name: 'windows',
    category: 'OS',
    releases: [
      release('10.0.22631.4391', [
        weakness('CVE-2026-90160', 'Critical', november, '5046633'),
        weakness('CVE-2026-90161', 'High', november, '5046633'),
        weakness('CVE-2026-90162', 'Medium', october, '5044285'),
      ]),
      release('10.0.22631.4460', [weakness('CVE-2026-90163', 'Medium', november, '5046633')]),
    ],
  },
  {
    vendor: 'google',
    name: 'chrome',
    category: 'Application',
    releases: [
      release('130.0.6723.92', [sharedEngine('Chrome 131'), weakness('CVE-2026-90152', 'High', 'Chrome 131')]),
      release('131.0.6778.70'),
    ],
  },
  {
    vendor: 'notepad++',
    name: 'notepad++',
    category: 'Application',
    releases: [release('8.6.2', [weakness('CVE-2024-90171', 'Medium', 'notepad++ 8.6.9')])],
  },
  {
    vendor: '7-zip',
    name: '7-zip',
    category: 'Application',
    releases: [release('23.1.0.0', [weakness('CVE-2025-90180', 'High', '7-Zip 24.07')]), release('24.7.0.0', [])],
  },
];

/** What Linux and macOS machines have. The first is on all of them. */
export const unixProducts: readonly Product[] = [
  {
    vendor: 'contoso',
    name: 'web_server',
    category: 'Application',
    releases: [release('2.4.58', [weakness('CVE-2026-90123', 'High', 'web_server 2.4.62')])],
  },
  { vendor: 'contoso', name: 'log_shipper', category: 'Application', releases: [release('1.9.3')] },
  {
    vendor: 'openssl',
    name: 'openssl',
    category: 'Application',
    releases: [
      release('3.0.13', [
        weakness('CVE-2026-90190', 'Critical', 'openssl 3.0.15'),
        weakness('CVE-2024-90191', 'Low', 'openssl 3.0.15'),
      ]),
      release('1.1.1', [weakness('CVE-2026-90190', 'Critical', 'openssl 3.0.15')], '2023-09-11T00:00:00Z'),
    ],
  },
];
