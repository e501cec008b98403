import type { Oddity } from './kinds.ts';

/** How changes are taken, answered and shown. */
export const actionOddities = {
  secondAction: {
    kind: 'choice',
    of: ['refused', 'pendingReturned'],
    mild: 'refused',
    hard: 'refused',
    about:
      'MDE: a second action of a kind on a machine while the first runs: a 400; the first action, with the comment that it began with, as if it were the answer.',
  },
  alreadyInEffect: {
    kind: 'choice',
    of: ['accepted', 'refused', 'stuck'],
    mild: 'accepted',
    hard: 'accepted',
    about:
      'MDE: isolating or restricting a machine that is so already: one more action that succeeds; a 400; one more action that stays `Pending`.',
  },
  actionsAnswered: {
    kind: 'choice',
    of: ['documented', 'emptyOk', 'created', 'unavailable', 'reset'],
    mild: 'documented',
    hard: 'documented',
    about:
      'How a call that changes something is answered once it is done: as its page prints; 200 without a body; 201 with the body; 503 with `Retry-After: 5`; not, the connection is cut.',
  },
  failedCommand: {
    kind: 'choice',
    of: ['endsSession', 'overlooked'],
    mild: 'endsSession',
    hard: 'endsSession',
    about:
      'MDE: a live response session of which a command fails is `Failed`; it is `Succeeded` all the same, and the command alone says so.',
  },
  scriptReports: {
    kind: 'choice',
    of: ['plain', 'packed', 'utf16'],
    mild: 'plain',
    hard: 'packed',
    about:
      'MDE: how the report of a live response script lies in storage: as JSON; packed with gzip, as files are; as UTF-16 with a byte order mark.',
  },
  actionsListedAfter: {
    kind: 'limit',
    mild: null,
    hard: null,
    about:
      'MDE: the list of machine actions shows an action only so many seconds after it began; the single read knows it at once.',
  },
  oldReads: {
    kind: 'names',
    mild: [],
    hard: [],
    about:
      'Operations that read, answered as they were at first for as long as they are named here: changes do not show in them.',
  },
  listedComments: {
    kind: 'choice',
    of: ['whole', 'cut', 'absent'],
    mild: 'whole',
    hard: 'whole',
    about:
      'MDE: `requestorComment` in the list of machine actions: as it was sent; its first 64 characters; null. The single read has it whole.',
  },
  commentsNotFound: {
    kind: 'switch',
    mild: false,
    hard: false,
    about: 'Graph: adding a comment is answered 404, though the incident or alert can be read and changed.',
  },
  packageMegabytes: {
    kind: 'limit',
    mild: null,
    hard: null,
    about: 'MDE: an investigation package holds a file of so many megabytes beside the small ones.',
  },
  investigationAlerts: {
    kind: 'switch',
    mild: false,
    hard: true,
    about:
      'MDE: an investigation that somebody asked for has an alert of its own (`Automated investigation started manually`) as its trigger.',
  },
  libraryNameTaken: {
    kind: 'choice',
    of: ['refused', 'conflict'],
    mild: 'refused',
    hard: 'refused',
    about:
      'MDE: an upload under a name that the library has, without `OverrideIfExists`: the 400 of its page; a 409 `Conflict`.',
  },
  alertFlagUnshown: {
    kind: 'switch',
    mild: false,
    hard: false,
    about: 'MDE: indicators are answered without `generateAlert`, as in the printed examples.',
  },
} as const satisfies Readonly<Record<string, Oddity>>;
