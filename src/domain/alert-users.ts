import type { Alert } from './alert.ts';
import { type JsonRecord, recordsIn } from './records.ts';

/** Who is logged on to a machine is no user of the alert. */
const notTheirs: ReadonlySet<string> = new Set(['loggedOnUsers']);

/** Properties that hold a user principal name or a mail address of somebody that the alert is about. */
const addressProperties = [
  'userPrincipalName',
  'upn',
  'primaryAddress',
  'mailboxPrimaryAddress',
  'mailboxAddress',
  'recipientEmailAddress',
  'recipientAddress',
  'recipient',
] as const;

const textOf = (record: JsonRecord, property: string): string | null => {
  const value = record[property];
  return typeof value === 'string' && value !== '' ? value.toLowerCase() : null;
};

/**
 * Every name of the users that an alert names, in lower case: the accounts of users, processes, log-on sessions and mailboxes,
 * and the recipients of mail, at any depth of its evidence. Of an account with name and domain: `jdoe`, `contoso\jdoe` and,
 * where the domain is a DNS name, `jdoe@contoso.com`; of a principal name `jdoe@contoso.com` the part before the sign as well.
 */
export const userNamesOf = ({ evidence }: Pick<Alert, 'evidence'>): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const record of recordsIn(evidence, notTheirs)) {
    const name = textOf(record, 'accountName');
    const domain = textOf(record, 'domainName');
    const addresses = addressProperties.flatMap((property) => textOf(record, property) ?? []);
    for (const address of addresses) {
      names.add(address);
      names.add(address.split('@')[0] ?? address);
    }
    if (name === null) continue;
    names.add(name);
    if (domain === null) continue;
    names.add(`${domain}\\${name}`);
    names.add(`${domain.split('.')[0]}\\${name}`);
    if (domain.includes('.')) names.add(`${name}@${domain}`);
  }
  return names;
};

/** Whether an alert names the user: a principal name, an account name, or `domain\account`; case does not count. */
export const namesUser = (alert: Pick<Alert, 'evidence'>, user: string): boolean =>
  userNamesOf(alert).has(user.toLowerCase());
