// Who calls, as the gateway says it.
const query = `query Greeting {
  viewer {
    name
    kind
    roles
    permissions
    grants { role permissions tenants { name } machineGroups machineTags }
    tenants { name cloud }
  }
}`;

/** The answer's errors as one text. */
const sentences = ({ errors = [] }) => errors.map(({ message }) => message).join(' ');

/** Throws where the credential holds what no header can carry, such as letters beyond Latin. */
export const checkCredential = (credential) => {
  try {
    new Headers({ authorization: `Bearer ${credential}` });
  } catch {
    throw new Error('This is no key or token: it holds letters that neither has. Copy it once more.');
  }
};

/** The caller of this tab. Throws an error with a sentence, and `refused` where its credential is not known. */
export const askCaller = async (ask) => {
  const response = await ask({ query, operationName: 'Greeting' }).catch(() => {
    throw new Error('The gateway is not reached. Is it running?');
  });
  const answer = await response.json().catch(() => ({}));
  if (answer.data?.viewer) return answer.data.viewer;
  const told = sentences(answer) || `The gateway answered ${response.status}.`;
  throw Object.assign(new Error(told), { refused: response.status === 401 || response.status === 403 });
};

const counted = (count, one) => `${count === 1 ? 'one' : count} ${one}${count === 1 ? '' : 's'}`;

/** The caller in a line: name, roles, tenants. */
export const callerLine = ({ name, kind, roles, tenants }) =>
  [kind === 'ANONYMOUS' ? 'not signed in' : name, roles.join(', '), counted(tenants.length, 'tenant')]
    .filter((part) => part !== '')
    .join(' · ');

/** What keeps a caller from asking anything, and who can change it; empty for others. */
export const callerNotice = ({ permissions, tenants, roles }, mayReadSchema) => {
  const ask = 'Ask whoever runs this gateway';
  if (tenants.length === 0) return `None of your roles counts in a tenant. ${ask} to let one count where you work.`;
  if (permissions.length === 0) return `Your roles (${roles.join(', ')}) allow nothing here. ${ask} for one that does.`;
  if (!mayReadSchema)
    return `The schema is not shown to you, so names are not completed. ${ask} for the permission schema:read.`;
  return '';
};
