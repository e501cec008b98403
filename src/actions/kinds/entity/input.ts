import type { AlertStatus, Classification, Determination, IncidentStatus } from '../../../domain/enums.ts';
import { InputError } from '../../../errors.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import { checkLength, fault, givenComment } from '../../check-input.ts';
import type { TriageInput, UpdateAlertsInput, UpdateIncidentsInput } from '../../inputs.ts';

/** Statuses that a person can set; the others are the service's. security-incident-update.md, security-alert-update.md */
const settableIncidentStatuses: readonly IncidentStatus[] = ['ACTIVE', 'IN_PROGRESS', 'RESOLVED'];
const settableAlertStatuses: readonly AlertStatus[] = ['NEW', 'IN_PROGRESS', 'RESOLVED'];

/** Determinations that go with a classification; taking one back always does. update-alert.md, security-incident-update.md */
const determinationsOf = {
  TRUE_POSITIVE: [
    'MULTI_STAGED_ATTACK',
    'MALICIOUS_USER_ACTIVITY',
    'COMPROMISED_ACCOUNT',
    'MALWARE',
    'PHISHING',
    'UNWANTED_SOFTWARE',
    'OTHER',
    'UNKNOWN',
  ],
  INFORMATIONAL_EXPECTED_ACTIVITY: ['SECURITY_TESTING', 'LINE_OF_BUSINESS', 'CONFIRMED_ACTIVITY', 'OTHER', 'UNKNOWN'],
  FALSE_POSITIVE: ['NOT_MALICIOUS', 'INSUFFICIENT_DATA', 'OTHER', 'UNKNOWN'],
  UNKNOWN: ['UNKNOWN'],
} as const satisfies Record<Classification, readonly Determination[]>;

const checkStatus = <Status extends string>(status: Status, settable: readonly Status[]): Status => {
  if (settable.includes(status)) return status;
  throw fault('status', `cannot be set to ${status}; it can be ${settable.join(', ')}`);
};

const checkPair = ({ classification, determination }: TriageInput): void => {
  if (determination == null) return;
  if (classification == null) {
    throw new InputError('determination needs classification: Microsoft takes the two together', {
      field: 'classification',
    });
  }
  const fitting: readonly Determination[] = determinationsOf[classification];
  if (fitting.includes(determination)) return;
  throw fault('determination', `${determination} does not go with ${classification}; these do: ${fitting.join(', ')}`);
};

const checkOwner = (assignedTo: string | null): string | null => {
  if (assignedTo?.trim() === '') throw fault('assignedTo', 'is blank: null takes the owner off');
  return assignedTo?.trim() ?? null;
};

/** No page prints how many tags an incident may have; these are more than people read. */
const maxTags = 100;
const maxTagCharacters = 256;

const checkTags = (field: string, tags: readonly string[]): readonly string[] => {
  if (tags.length > maxTags) throw fault(field, `has ${tags.length} entries; ${maxTags} are allowed`);
  const trimmed = tags.map((tag) => checkLength(field, tag.trim(), maxTagCharacters));
  if (trimmed.includes('')) throw fault(field, 'has a blank one');
  return [...new Set(trimmed)];
};

const tagFields = ['tags', 'addTags', 'removeTags'] as const;

/** The whole list, or what is added to it and removed from it. An empty addition is none. */
const tagChange = (input: UpdateIncidentsInput): Pick<IncidentChange, (typeof tagFields)[number]> => {
  const asked = tagFields.flatMap((field) => {
    const tags = input[field];
    return isGiven(tags) && (field === 'tags' || tags.length > 0) ? [[field, checkTags(field, tags)] as const] : [];
  });
  const change: Pick<IncidentChange, (typeof tagFields)[number]> = Object.fromEntries(asked);
  const { tags, addTags, removeTags = [] } = change;
  if (tags !== undefined && asked.length > 1) {
    throw fault('tags', 'replaces the whole list: give it, or addTags and removeTags');
  }
  const both = addTags?.find((tag) => removeTags.includes(tag));
  if (both === undefined) return change;
  throw new InputError(`The tag "${both}" cannot be added and removed at once`, { field: 'addTags' });
};

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

/** What incidents and alerts have in common. An owner that is not given stays; one of null is taken off. */
const commonChange = (input: TriageInput): Omit<AlertChange, 'status'> => {
  checkPair(input);
  const { classification, determination, assignedTo } = input;
  return {
    ...(isGiven(classification) && { classification }),
    ...(isGiven(determination) && { determination }),
    ...(assignedTo === undefined ? {} : { assignedTo: checkOwner(assignedTo) }),
    ...givenComment(input),
  };
};

const checkNotEmpty = <Change extends object>(change: Change, fields: string): Change => {
  if (Object.keys(change).length > 0) return change;
  throw new InputError(`There is nothing to change: give at least one of ${fields}`, { field: 'status' });
};

/** The change that the input asks for. Throws when there is none, or when Microsoft would not take it. */
export const incidentChangeOf = (input: UpdateIncidentsInput): IncidentChange =>
  checkNotEmpty(
    {
      ...commonChange(input),
      ...(isGiven(input.status) ? { status: checkStatus(input.status, settableIncidentStatuses) } : {}),
      ...tagChange(input),
    },
    'status, classification, determination, assignedTo, tags, addTags, removeTags, comment',
  );

/** As `incidentChangeOf`. */
export const alertChangeOf = (input: UpdateAlertsInput): AlertChange =>
  checkNotEmpty(
    {
      ...commonChange(input),
      ...(isGiven(input.status) ? { status: checkStatus(input.status, settableAlertStatuses) } : {}),
    },
    'status, classification, determination, assignedTo, comment',
  );
