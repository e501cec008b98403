import type { MachineFilter } from '../../domain/filters.ts';
import { checkedId } from '../../domain/id-forms.ts';
import type { Machine } from '../../domain/machine.ts';
import { InputError } from '../../errors.ts';
import {
  deviceValueWords,
  exposureLevelWords,
  healthStatusWords,
  riskScoreWords,
} from '../../unification/words/machines.ts';
import { anyOf, compareGuid, compareText, isGuid, startsWith } from '../../upstream/http/odata.ts';
import {
  amongIds,
  amongTexts,
  amongWords,
  checkFilter,
  type FilterRows,
  numberForms,
  type PushedForms,
  sameText,
  since,
  until,
} from './rows.ts';
import { isTrue } from './value-rows.ts';

const lastSeen = ({ lastSeen: time }: Machine) => time;
const nameOf = ({ computerDnsName }: Machine) => computerDnsName;

/** Letters of a name that are asked for in both cases: eight comparisons. */
const casedLetters = 3;

/** What of a name is asked for in every case: its start up to the last of these letters, or the signs that it begins with. */
const startForm = new RegExp(`^(?:[\\d._-]*[a-z]){1,${casedLetters}}[\\d._-]*|^[\\d._-]+`, 'i');

/** A text in every case of its letters. */
const everyCase = (text: string): readonly string[] =>
  [...text].reduce<readonly string[]>(
    (starts, sign) =>
      [...new Set([sign.toLowerCase(), sign.toUpperCase()])].flatMap((one) => starts.map((start) => start + one)),
    [''],
  );

/**
 * The start of a name up to its third letter, in every case: OData compares with case, names are told without, and Microsoft keeps
 * both. `startswith` is the documented form (get-machines.md). Null: it begins with a sign that is not in every case one other.
 */
const nameStarts = (name: string): PushedForms | null => {
  const [start = ''] = startForm.exec(name) ?? [];
  if (start === '') return null;
  const { text } = anyOf(everyCase(start).map((each) => startsWith('computerDnsName', each)));
  return [start.length === name.length ? { text } : { text, isLoose: true }];
};

/** As Entra and Intune show it, and as .NET prints it: `{80FE...}`. */
const bareGuid = (id: string): string => id.replace(/^\{(.*)\}$/, '$1').toLowerCase();

const formed = (isFormed: boolean, id: string, form: string, field: string): void => {
  if (!isFormed) throw new InputError(`"${id.slice(0, 80)}" is not an id of this kind: ${form}`, { field });
};

/** get-machines.md. What text may be in any case is not pushed; ids of machines and tags have reads of their own. */
export const machineRows = {
  machineId: amongIds(
    ({ machineId }: Machine) => machineId,
    {},
    (id, field) => checkedId('machine', id, field),
  ),
  computerDnsName: sameText(nameOf, { mde: nameStarts }),
  computerDnsNameStartsWith: {
    meets: (start) => (machine) => nameOf(machine)?.toLowerCase().startsWith(start.toLowerCase()) ?? false,
    push: { mde: nameStarts },
  },
  osPlatform: amongTexts(({ osPlatform }: Machine) => [osPlatform]),
  healthStatus: amongWords(({ healthStatus }: Machine) => healthStatus, { mde: ['healthStatus', healthStatusWords] }),
  riskScore: amongWords(({ riskScore }: Machine) => riskScore, { mde: ['riskScore', riskScoreWords] }),
  exposureLevel: amongWords(({ exposureLevel }: Machine) => exposureLevel, {
    mde: ['exposureLevel', exposureLevelWords],
  }),
  deviceValue: amongWords(({ deviceValue }: Machine) => deviceValue, { mde: ['deviceValue', deviceValueWords] }),
  // machine.md prints one of its words in lower case: not pushed.
  onboardingStatus: amongWords(({ onboardingStatus }: Machine) => onboardingStatus, {}),
  lastIpAddress: sameText(({ lastIpAddress }: Machine) => lastIpAddress, {
    // An address of version 6 has several spellings.
    mde: (address) => (/^[\d.]+$/.test(address) ? [compareText('lastIpAddress', 'eq', address)] : null),
  }),
  aadDeviceId: {
    meets: (id) => (machine) => machine.aadDeviceId?.toLowerCase() === bareGuid(id),
    push: {
      mde: (id) => {
        const guid = bareGuid(id);
        if (!isGuid(guid)) return null;
        return [
          compareGuid('aadDeviceId', guid),
          anyOf([guid, guid.toUpperCase()].map((text) => compareText('aadDeviceId', 'eq', text))),
        ];
      },
    },
    check: (id, field) => formed(isGuid(bareGuid(id)), id, 'a GUID', field),
  },
  rbacGroupId: sameText(
    ({ rbacGroupId }: Machine) => rbacGroupId,
    { mde: (id) => numberForms('rbacGroupId', id) },
    (id, field) => formed(/^\d{1,15}$/.test(id), id, 'digits', field),
  ),
  machineTags: amongTexts(({ machineTags }: Machine) => machineTags),
  // Microsoft's search by the beginning of a tag compares with case: of tags in two cases it would lose some.
  machineTagStartsWith: {
    meets:
      (start) =>
      ({ machineTags }) =>
        machineTags.some((tag) => tag.toLowerCase().startsWith(start.toLowerCase())),
    push: {},
  },
  isExcluded: isTrue(({ isExcluded }: Machine) => isExcluded),
  lastSeenAfter: since(lastSeen, { mde: 'lastSeen' }),
  lastSeenBefore: until(lastSeen, { mde: 'lastSeen' }),
} satisfies FilterRows<MachineFilter, Machine>;

/** Throws `BAD_USER_INPUT` for a filter that nothing can meet, or with a malformed id. */
export const checkMachineFilter = (filter: MachineFilter): void =>
  checkFilter<MachineFilter, Machine>(filter, machineRows);
