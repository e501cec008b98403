import { inTime, type LibraryQueries, lines, newestFirst } from './library-query.ts';

const browsers = '("msedge.exe", "chrome.exe", "firefox.exe", "iexplore.exe", "browser_broker.exe")';

/** Files that a browser fetched, for a join by machine. */
const downloads = `DeviceFileEvents ${inTime}
    | where InitiatingProcessFileName in~ ${browsers} and isnotempty(FileOriginUrl)
    | project DownloadedAt = Timestamp, DeviceId, FileName, FolderPath, SHA1, FileOriginUrl, FileOriginReferrerUrl`;

const afterClick = lines(
  `| join kind=inner (${downloads}) on DeviceId`,
  '| where DownloadedAt between (ClickedAt .. 5m)',
);

/** Links that a program other than a browser opened. */
const clickedIn = (...programs: readonly string[]): string =>
  lines(
    'DeviceEvents',
    inTime,
    `| where ActionType == "BrowserLaunchedToOpenUrl" and isnotempty(RemoteUrl)`,
    `| where InitiatingProcessFileName in~ (${programs.map((program) => `"${program}"`).join(', ')})`,
    '| project ClickedAt = Timestamp, DeviceId, DeviceName, RemoteUrl, Account = InitiatingProcessAccountName',
  );

const warned = (experience: string): string =>
  `DeviceEvents ${inTime}
    | where ActionType == "SmartScreenUserOverride" ${experience}
    | project WarnedAt = Timestamp, DeviceId, WarnedOf = FileName`;

/** How things come in: links, mail, downloads. */
export const delivery = {
  wordLinkThenDownload: {
    about:
      'A document that came by mail was saved, a link in Word opened, and a browser downloaded a file within five minutes.',
    tables: ['DeviceEvents', 'DeviceFileEvents'],
    parameters: {},
    alsoKnownAs: ['doc_with_link'],
    kql: lines(
      clickedIn('winword.exe'),
      `| join kind=inner (DeviceFileEvents ${inTime}
    | where InitiatingProcessFileName =~ "outlook.exe" and FileName has_any ("doc", "docx", "docm")
    | project SavedAt = Timestamp, DeviceId, Document = FileName) on DeviceId`,
      '| where ClickedAt between (SavedAt .. 1d)',
      afterClick,
      '| project ClickedAt, DeviceId, DeviceName, Account, Document, RemoteUrl, DownloadedAt, FileName, SHA1, FileOriginUrl',
      '| order by ClickedAt desc',
    ),
  },
  downloadFromDropbox: {
    about: 'Files that came from Dropbox, reached from another site.',
    tables: ['DeviceFileEvents'],
    parameters: {},
    alsoKnownAs: ['dropbox_link'],
    kql: lines(
      'DeviceFileEvents',
      inTime,
      '| where FileOriginUrl has "dl.dropboxusercontent.com" or FileOriginUrl has "dropbox.com"',
      '| where isnotempty(FileOriginReferrerUrl) and not(FileOriginReferrerUrl has "dropbox.com")',
      '| project Timestamp, DeviceId, DeviceName, FileName, FolderPath, SHA1, FileOriginUrl, FileOriginReferrerUrl',
      newestFirst,
    ),
  },
  mailLinkWarningOverridden: {
    about: 'A link in mail opened, a file downloaded, and the warning of SmartScreen about an application overridden.',
    tables: ['DeviceEvents', 'DeviceFileEvents'],
    parameters: {},
    alsoKnownAs: ['email_smartscreen'],
    kql: lines(
      clickedIn('outlook.exe', 'olk.exe'),
      afterClick,
      `| join kind=inner (${warned('')}) on DeviceId`,
      '| where WarnedAt between (DownloadedAt .. 1h) and WarnedOf =~ FileName',
      '| project ClickedAt, DeviceId, DeviceName, Account, RemoteUrl, DownloadedAt, FileName, SHA1, WarnedAt',
      '| order by ClickedAt desc',
    ),
  },
  mailLinkThenAlert: {
    about: 'A link in mail opened, and an alert on the same machine within a quarter of an hour.',
    tables: ['DeviceEvents', 'AlertInfo', 'AlertEvidence'],
    parameters: {},
    alsoKnownAs: ['email_link'],
    kql: lines(
      clickedIn('outlook.exe', 'olk.exe'),
      `| join kind=inner (AlertEvidence ${inTime}
    | where isnotempty(DeviceId)
    | distinct AlertId, DeviceId) on DeviceId`,
      `| join kind=inner (AlertInfo ${inTime}
    | project AlertedAt = Timestamp, AlertId, Title, Severity) on AlertId`,
      '| where AlertedAt between (ClickedAt .. 15m)',
      '| project ClickedAt, DeviceId, DeviceName, Account, RemoteUrl, AlertedAt, AlertId, Title, Severity',
      '| order by ClickedAt desc',
    ),
  },
  sitesOfDetectedFiles: {
    about: 'Other downloads from hosts that also served a file which Defender Antivirus detected.',
    tables: ['DeviceEvents', 'DeviceFileEvents'],
    parameters: {},
    alsoKnownAs: ['av_sites'],
    kql: lines(
      'DeviceEvents',
      inTime,
      '| where ActionType == "AntivirusDetection" and isnotempty(FileOriginUrl)',
      '| extend Host = tostring(split(FileOriginUrl, "/")[2])',
      '| where isnotempty(Host)',
      '| summarize Detections = count(), DetectedFiles = make_set(SHA1, 20) by Host',
      `| join kind=inner (DeviceFileEvents ${inTime}
    | where isnotempty(FileOriginUrl)
    | extend Host = tostring(split(FileOriginUrl, "/")[2])
    | project Timestamp, DeviceId, DeviceName, FileName, SHA1, FileOriginUrl, Host) on Host`,
      '| project Timestamp, DeviceId, DeviceName, FileName, SHA1, FileOriginUrl, Host, Detections, DetectedFiles',
      newestFirst,
    ),
  },
  warningOfSiteOverridden: {
    about:
      'A warning of SmartScreen about a site that the user overrode, and what a browser downloaded within ten minutes.',
    tables: ['DeviceEvents', 'DeviceFileEvents'],
    parameters: {},
    alsoKnownAs: ['smartscreen_ignored'],
    kql: lines(
      'DeviceEvents',
      inTime,
      '| where ActionType == "SmartScreenUserOverride" and isnotempty(RemoteUrl)',
      '| project WarnedAt = Timestamp, DeviceId, DeviceName, RemoteUrl, Account = InitiatingProcessAccountName',
      `| join kind=inner (${downloads}) on DeviceId`,
      '| where DownloadedAt between (WarnedAt .. 10m)',
      '| project WarnedAt, DeviceId, DeviceName, Account, RemoteUrl, DownloadedAt, FileName, SHA1, FileOriginUrl',
      '| order by WarnedAt desc',
    ),
  },
} satisfies LibraryQueries;
