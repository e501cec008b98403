import { actionOddities } from './action-table.ts';
import type { Oddity } from './kinds.ts';

/**
 * What Microsoft's services do that their pages do not promise, or only some tenants see. `hard` has all that can be on
 * together without making an answer impossible; of several that exclude each other it has one that loses nothing.
 */
export const oddities = {
  skipAbove500: {
    kind: 'choice',
    of: ['refused', 'emptyPage', 'served'],
    mild: 'refused',
    hard: 'refused',
    about: 'What a `$skip` above 500 on the lists of Graph security is answered with; its error page documents a 400.',
  },
  nextLink: {
    kind: 'choice',
    of: ['moves', 'missing', 'stuck', 'otherHost'],
    mild: 'moves',
    hard: 'otherHost',
    about:
      'Links to the next page: as they should be; left out after a full page; always the same link to the same page; on another host name of the service.',
  },
  emptyPages: {
    kind: 'switch',
    mild: false,
    hard: true,
    about: 'Graph: an empty page with a link comes before each further page.',
  },
  topOfAll: {
    kind: 'switch',
    mild: false,
    hard: true,
    about:
      'Graph: `$top` is the most of all pages together, as OData has it: a link asks for what is left of it, and there is none when nothing is left.',
  },
  listCount: {
    kind: 'choice',
    of: ['whole', 'ofPage', 'unfiltered', 'missing', 'refused'],
    mild: 'whole',
    hard: 'ofPage',
    about:
      'What `$count=true` on a list of Graph security counts: the rows that meet the filter; those of the page alone; all rows, whatever the filter; nothing; a 400.',
  },
  expandFailsAbove: {
    kind: 'limit',
    mild: null,
    hard: 10,
    about: '`$expand=alerts` on a list of incidents answers 500 when `$top` (or the page size without it) is above.',
  },
  expandFailsForAlerts: {
    kind: 'limit',
    mild: null,
    hard: null,
    about:
      '`$expand=alerts` answers 500 whenever an incident of the answer has more alerts than this, single reads too.',
  },
  alertsNextLink: {
    kind: 'limit',
    mild: null,
    hard: 3,
    about: 'Expanded alerts of a Graph incident are cut after so many, with `alerts@odata.nextLink` beside them.',
  },
  machineAlertsLink: {
    kind: 'limit',
    mild: null,
    hard: 2,
    about: '`/api/machines/{id}/alerts` answers so many a page, with `@odata.nextLink`.',
  },
  guidsUnquoted: {
    kind: 'switch',
    mild: false,
    hard: true,
    about:
      'MDE: `aadDeviceId` and the ids of machine actions and baseline profiles are Edm.Guid; compared with quoted text they are a 400.',
  },
  inList: {
    kind: 'choice',
    of: ['answered', 'emptyForDoubleQuotes', 'empty', 'refused'],
    mild: 'answered',
    hard: 'emptyForDoubleQuotes',
    about: 'MDE: what `id in (...)` finds: the rows; nothing when it is written with double quotes; nothing; a 400.',
  },
  doubleQuotesRefused: {
    kind: 'switch',
    mild: false,
    hard: false,
    about: 'MDE: texts in double quotes are a syntax error (400).',
  },
  filterRefused: {
    kind: 'names',
    mild: [],
    hard: [],
    about: 'Properties that a `$filter` may not name although they are documented (400), in all three APIs.',
  },
  idsRefused: {
    kind: 'names',
    mild: [],
    hard: [],
    about: 'Values that no `$filter` may hold (400), as an id in a form that the service does not take.',
  },
  exportedRows: {
    kind: 'limit',
    mild: null,
    hard: null,
    about: 'Exports have so many rows, those of the estate again and again.',
  },
  requestIdsInBody: {
    kind: 'switch',
    mild: false,
    hard: true,
    about: 'Graph: the ids of a request are in the body of an error alone, not in headers.',
  },
  throttleSays: {
    kind: 'choice',
    of: ['seconds', 'words', 'date', 'nothing'],
    mild: 'seconds',
    hard: 'words',
    about:
      'How a 429 says its wait: `Retry-After` in seconds; in the message alone; `Retry-After` as an HTTP date; not.',
  },
  forbidden: {
    kind: 'choice',
    of: ['never', 'Forbidden', 'DisabledFeature', 'DisallowedOperation'],
    mild: 'never',
    hard: 'never',
    about:
      'MDE: every action on a machine is answered 403 with this code and its sentence, whatever the token carries.',
  },
  ...actionOddities,
  zonelessTimes: {
    kind: 'switch',
    mild: false,
    hard: true,
    about: 'Times are sent without a zone: `2026-01-01T10:00:00.1234567`. They are UTC all the same.',
  },
  newerWords: {
    kind: 'switch',
    mild: false,
    hard: true,
    about:
      'Some alerts and machines carry words that no page lists yet, e.g. `microsoftDefenderForAgents`. Stays once on.',
  },
  bigInts: {
    kind: 'switch',
    mild: false,
    hard: true,
    about: 'Hunting: `ReportId` and numbers inside bags are above 2^53, and differ only in digits that a double loses.',
  },
  dynamicText: {
    kind: 'switch',
    mild: false,
    hard: true,
    about:
      'Hunting of MDE and Microsoft 365 Defender: lists and bags of dynamic columns are sent as the text of their JSON.',
  },
  batchPartsMissing: {
    kind: 'switch',
    mild: false,
    hard: true,
    about: 'Every fifth part of a `$batch` is missing in the answer; the same question asked again is answered.',
  },
  repeatsAtBorder: {
    kind: 'switch',
    mild: false,
    hard: true,
    about: 'MDE: a page with `$skip` begins with the last row of the page before, as when a row came in at the top.',
  },
  shortPages: {
    kind: 'limit',
    mild: null,
    hard: 25,
    about: 'MDE: pages hold at most so many rows whatever `$top` asks for, though more rows exist.',
  },
  varyingPages: {
    kind: 'switch',
    mild: false,
    hard: false,
    about: 'MDE: pages hold between half and all of the rows that `$top` asks for, though more rows exist.',
  },
  rowsGo: {
    kind: 'limit',
    mild: null,
    hard: null,
    about:
      'MDE: the first row of a list is gone before each answer but the first, until so many are; the others move up.',
  },
  urlLimit: {
    kind: 'choice',
    of: ['defender', 'all', 'none'],
    mild: 'defender',
    hard: 'all',
    about:
      'Which hosts answer a URL of more than 2,048 bytes with a 404 page in HTML: those of MDE and M365D, all, none.',
  },
  htmlNotFound: {
    kind: 'names',
    mild: [],
    hard: [],
    about: 'Operations (by id) that are answered with a 404 page in HTML, as a wrong host or a proxy does.',
  },
  entraPassing: {
    kind: 'switch',
    mild: false,
    hard: true,
    about: 'The first token request of a tenant is answered 503 (AADSTS90033); later ones succeed.',
  },
  truncatedJson: {
    kind: 'switch',
    mild: false,
    hard: true,
    about: 'The first list of a tenant is answered with half of its JSON, and a Content-Length that fits the half.',
  },
} as const satisfies Readonly<Record<string, Oddity>>;

/** Name of an oddity. */
export type OddityName = keyof typeof oddities;
