import type { Alert } from '../../domain/alert.ts';
import { fileHashesOf } from '../../domain/alert-files.ts';
import { namesMachine } from '../../domain/alert-machines.ts';
import { addressesOf, domainsOf } from '../../domain/alert-network.ts';
import { namesUser } from '../../domain/alert-users.ts';
import { notEmpty } from '../../domain/filter-faults.ts';
import { checkedId, type IdForm, spelledId } from '../../domain/id-forms.ts';
import type { Incident } from '../../domain/incident.ts';
import { observableIds } from '../../domain/observable-ids.ts';
import { InputError } from '../../errors.ts';
import type { FilterRow } from './rows.ts';

/**
 * Conditions on what an alert names, which no list filters by. They are asked of alerts, and of incidents through their alerts.
 */

/** On a machine, by Defender's id, DNS name or host name. */
export const onMachine: FilterRow<string, Alert> = {
  meets: (id) => (alert) => namesMachine(alert, id),
  push: {},
  check: (id, field) => void checkedId('machine', id, field),
};

/** It names a user: a principal name, an account name, or `domain\\account`. */
export const ofUser: FilterRow<string, Alert> = {
  meets: (user) => (alert) => namesUser(alert, user),
  push: {},
  check: (user, field) => {
    if (!/^[^\p{Cc}]*\S[^\p{Cc}]*$/u.test(user) || user.length > 256 || !user.isWellFormed())
      throw new InputError(
        `${field}: a user is named by up to 256 characters, e.g. jdoe@contoso.com or contoso\\jdoe`,
        {
          field,
        },
      );
  },
};

/** It names a file with this hash. */
export const withFile: FilterRow<string, Alert> = {
  meets: (hash) => (alert) => fileHashesOf(alert).has(hash.toLowerCase()),
  push: {},
  check: (hash, field) => {
    if (!/^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(hash))
      throw new InputError(`${field}: "${hash.slice(0, 80)}" is no SHA-1, SHA-256 or MD5 in hex`, { field });
  },
};

/** What is written in several ways, by the one that is kept. */
const spelled = (form: IdForm, isNamed: (alert: Alert, spelling: string) => boolean): FilterRow<string, Alert> => ({
  meets: (given) => {
    const spelling = spelledId(form, given) ?? given;
    return (alert) => isNamed(alert, spelling);
  },
  push: {},
  check: (given, field) => void checkedId(form, given, field),
});

/** It names this address. */
export const withAddress = spelled(observableIds.ipAddress, (alert, address) => addressesOf(alert).has(address));

/** It names this domain, or one below it. */
export const withDomain = spelled(observableIds.domain, (alert, domain) =>
  [...domainsOf(alert)].some((found) => found === domain || found.endsWith(`.${domain}`)),
);

/** Conditions that only its evidence answers. */
export const ofEvidence = ['user', 'fileHash', 'ipAddress', 'domain'] as const;

/** Whether a filter has a condition that only evidence answers. */
export const asksForEvidence = (
  filter: Readonly<Partial<Record<(typeof ofEvidence)[number], string | null | undefined>>>,
): boolean => ofEvidence.some((name) => filter[name] != null);

/** A technique of MITRE ATT&CK, and those below it: `T1059` is met by `T1059.001`. */
export const withTechnique: FilterRow<readonly string[], Alert> = {
  meets: (ids) => {
    const wanted = new Set(ids.map((id) => id.toUpperCase()));
    return ({ mitreTechniques }) =>
      mitreTechniques.some((found) => {
        const technique = found.toUpperCase();
        return wanted.has(technique) || wanted.has(technique.split('.')[0] ?? '');
      });
  },
  push: {},
  check: (ids, field) => {
    notEmpty(ids, field);
    const other = ids.find((id) => !/^T\d{4}(\.\d{3})?$/i.test(id));
    if (other !== undefined)
      throw new InputError(`${field}: "${other.slice(0, 40)}" is no technique, e.g. T1059 or T1059.001`, { field });
  },
};

/** An incident meets it when one of its alerts does; they have to be read with it. */
export const byAlerts = <V>({ meets, check }: FilterRow<V, Alert>): FilterRow<V, Incident> => ({
  meets: (value) => {
    const met = meets(value);
    return ({ alerts }) => alerts?.some(met) ?? false;
  },
  push: {},
  ...(check === undefined ? {} : { check }),
});
