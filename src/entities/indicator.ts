import { severities } from '../domain/enums.ts';
import { notEmpty } from '../domain/filter-faults.ts';
import { applicationOfSet, setNameForm } from '../domain/indicator-sets.ts';
import { isOnOneOf, spellingsOf } from '../domain/indicator-values.ts';
import { compareTimes } from '../domain/time.ts';
import { InputError } from '../errors.ts';
import type { IndicatorFilter } from '../generated/inputs.ts';
import {
  amongWords,
  containsText,
  type FilterRow,
  type FilterRows,
  type PushedForms,
  sameText,
  since,
  until,
} from '../routing/filters/rows.ts';
import { isTrue } from '../routing/filters/value-rows.ts';
import { indicatorWords } from '../unification/words/indicators.ts';
import { severityWords } from '../unification/words/triage.ts';
import { anyOf, compareFlag, compareText } from '../upstream/http/odata.ts';
import { byPermissionAlone, entity } from './entity.ts';
import type { Indicator } from './indicator-fields.ts';
import { indicatorReads } from './indicator-reads.ts';
import { checkedBy } from './mde-entity.ts';
import { rankOf } from './orders.ts';

/** ti-indicator.md: digits, as text. */
export const indicatorId = { field: 'indicatorId', form: /^(?!\.+$)[\w.-]{1,100}$/, says: 'digits' } as const;
const idOf = ({ indicatorId: id }: Indicator): string => id;

const created = ({ creationTime }: Indicator) => creationTime;
const expires = ({ expirationTime }: Indicator) => expirationTime;

/** A filter's values are read as one goes through the rows: more would keep others waiting. */
const maxValues = 10_000;

const value: FilterRow<readonly string[], Indicator> = {
  meets: isOnOneOf,
  push: {
    // Of several values an answer with some rows would not prove that the others have none in another spelling.
    mde: ([only, ...others]) => {
      const spellings = only === undefined || others.length > 0 ? null : spellingsOf(only);
      return spellings === null ? null : [anyOf(spellings.map((each) => compareText('indicatorValue', 'eq', each)))];
    },
  },
  check: (values, field) => {
    notEmpty(values, field);
    if (values.length > maxValues)
      throw new InputError(`${field} has ${values.length} values; ${maxValues} are looked for at once`, { field });
  },
};

/** get-ti-indicators-collection.md. What is text in any case is not pushed: a filter that compares with case brings some of it. */
const rows = {
  indicatorType: amongWords(({ indicatorType }: Indicator) => indicatorType, {
    mde: ['indicatorType', indicatorWords.type],
  }),
  indicatorValue: value,
  action: amongWords(({ action }: Indicator) => action, { mde: ['action', indicatorWords.action] }),
  severity: amongWords(({ severity }: Indicator) => severity, { mde: ['severity', severityWords] }),
  application: sameText(({ application }: Indicator) => application),
  // Sets are told apart by case too.
  set: {
    meets:
      (name: string) =>
      ({ set }: Indicator) =>
        set === name,
    push: { mde: (name: string): PushedForms => [compareText('application', 'eq', applicationOfSet(name))] },
    check: (name: string, field: string) => {
      if (!setNameForm.test(name)) throw new InputError(`${field} is no name of a set`, { field });
    },
  },
  titleContains: containsText(({ title }: Indicator) => title),
  createdBy: sameText(({ createdBy }: Indicator) => createdBy),
  generateAlert: {
    ...isTrue(({ generateAlert }: Indicator) => generateAlert),
    push: { mde: (flag: boolean): PushedForms => [compareFlag('generateAlert', flag)] },
  },
  rbacGroupName: {
    meets:
      (name: string) =>
      ({ rbacGroupNames }: Indicator) =>
        rbacGroupNames.some((each) => each.toLowerCase() === name.toLowerCase()),
    push: {},
  },
  createdAfter: since(created, { mde: 'creationTimeDateTimeUtc' }),
  createdBefore: until(created, { mde: 'creationTimeDateTimeUtc' }),
  expiresAfter: since(expires, { mde: 'expirationTime' }),
  expiresBefore: until(expires, { mde: 'expirationTime' }),
} satisfies FilterRows<IndicatorFilter, Indicator>;

const bySeverity = rankOf(severities);

/** The row of the table of entities. */
export const indicators = entity({
  type: 'Indicator',
  id: indicatorId,
  idOf,
  permission: 'indicator:read',
  visible: byPermissionAlone,
  reads: indicatorReads<IndicatorFilter>(rows),
  timeOf: null,
  orders: {
    CREATION_TIME: (a: Indicator, b: Indicator) => compareTimes(a.creationTime, b.creationTime),
    LAST_UPDATE_TIME: (a: Indicator, b: Indicator) => compareTimes(a.lastUpdateTime, b.lastUpdateTime),
    EXPIRATION_TIME: (a: Indicator, b: Indicator) => compareTimes(a.expirationTime, b.expirationTime),
    SEVERITY: (a: Indicator, b: Indicator) => bySeverity(a.severity, b.severity),
  },
  check: checkedBy<IndicatorFilter, Indicator>(rows),
});
