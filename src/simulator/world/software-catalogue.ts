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
  /** Only on machines of this build. */
  readonly osBuild?: number;
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

/** A build of Windows with its updates: `10.0.22631.4391`. */
const ofWindows = (osBuild: number, revision: number, weaknesses: readonly Weakness[]): Release => ({
  ...release(`10.0.${osBuild}.${revision}`, weaknesses),
  osBuild,
});

const november = 'November 2026 Security Updates';
const october = 'October 2026 Security Updates';
/** One fault of a part that two browsers share. */
const sharedEngine = (update: string): Weakness => weakness('CVE-2026-90150', 'High', update);

const chrome: Product = {
  vendor: 'google',
  name: 'chrome',
  category: 'Application',
  releases: [
    release('130.0.6723.92', [sharedEngine('Chrome 131'), weakness('CVE-2026-90152', 'High', 'Chrome 131')]),
    release('131.0.6778.70'),
  ],
};

const openssl: Product = {
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
};

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
      ofWindows(22631, 4391, [
        weakness('CVE-2026-90160', 'Critical', november, '5046633'),
        weakness('CVE-2026-90161', 'High', november, '5046633'),
        weakness('CVE-2026-90162', 'Medium', october, '5044285'),
      ]),
      ofWindows(22631, 4460, [weakness('CVE-2026-90163', 'Medium', november, '5046633')]),
      ofWindows(22621, 4391, [
        weakness('CVE-2026-90160', 'Critical', november, '5046633'),
        weakness('CVE-2026-90162', 'Medium', october, '5044285'),
      ]),
      ofWindows(22621, 4460, [weakness('CVE-2026-90163', 'Medium', november, '5046633')]),
      ofWindows(19045, 5131, [
        weakness('CVE-2026-90160', 'Critical', november, '5046613'),
        weakness('CVE-2026-90161', 'High', november, '5046613'),
      ]),
      ofWindows(19045, 5198, []),
      ofWindows(26100, 2314, [weakness('CVE-2026-90163', 'Medium', november, '5046617')]),
      ofWindows(20348, 2762, [weakness('CVE-2026-90161', 'High', november, '5046616')]),
      ofWindows(20348, 2849, []),
      ofWindows(17763, 6414, [
        weakness('CVE-2026-90161', 'High', november, '5046615'),
        weakness('CVE-2026-90162', 'Medium', october, '5044277'),
      ]),
      ofWindows(14393, 7428, [weakness('CVE-2026-90160', 'Critical', november, '5046612')]),
    ],
  },
  chrome,
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

/** What Linux machines have. The first is on all of them. */
export const linuxProducts: readonly Product[] = [
  {
    vendor: 'contoso',
    name: 'web_server',
    category: 'Application',
    releases: [release('2.4.58', [weakness('CVE-2026-90123', 'High', 'web_server 2.4.62')])],
  },
  { vendor: 'contoso', name: 'log_shipper', category: 'Application', releases: [release('1.9.3')] },
  openssl,
];

/** What Macs have. The first is on all of them. */
export const macProducts: readonly Product[] = [
  {
    vendor: 'apple',
    name: 'macos',
    category: 'OS',
    releases: [release('14.6', [weakness('CVE-2026-90201', 'High', 'macOS 14.7')])],
  },
  chrome,
  openssl,
];

/** What phones have. */
export const phoneProducts = {
  iOS: [
    {
      vendor: 'apple',
      name: 'ios',
      category: 'OS',
      releases: [release('18.1', [weakness('CVE-2026-90211', 'High', 'iOS 18.1.1')]), release('18.1.1', [])],
    },
  ],
  Android: [
    {
      vendor: 'google',
      name: 'android',
      category: 'OS',
      releases: [release('15.0', [weakness('CVE-2026-90221', 'Medium', 'November 2026 patch level')])],
    },
  ],
} as const satisfies Readonly<Record<string, readonly Product[]>>;
