// Examples that a caller may run, with the names of their tenants filled in.

/** So many names in one example; a question over all tenants names none. */
const mostNames = 10;

const isLimited = ({ machineGroups, machineTags }) => machineGroups.length + machineTags.length > 0;

/** The tenants in which a caller has all that is needed. */
const tenantsFor = (needs, grants) => {
  const names = [...new Set(grants.flatMap(({ tenants }) => tenants.map(({ name }) => name)))];
  const gives = (grant, { permission, ofWholeTenant }, name) =>
    grant.permissions.includes(permission) &&
    grant.tenants.some((tenant) => tenant.name === name) &&
    !(ofWholeTenant && isLimited(grant));
  return names.filter((name) => needs.every((need) => grants.some((grant) => gives(grant, need, name))));
};

const filled = (value, names) => {
  if (value === '{tenant}') return names[0];
  if (Array.isArray(value)) {
    return value.flatMap((each) => (each === '{tenants}' ? names.slice(0, mostNames) : [filled(each, names)]));
  }
  return value;
};

/** Those of `examples` that the caller may run somewhere. */
export const examplesFor = (examples, { grants }) =>
  examples.flatMap(({ needs, variables, ...example }) => {
    const names = tenantsFor(needs, grants);
    if (needs.length > 0 && names.length === 0) return [];
    if (variables === undefined) return [example];
    const entries = Object.entries(variables).map(([name, value]) => [name, filled(value, names)]);
    return [{ ...example, variables: Object.fromEntries(entries) }];
  });

/** Letters of a comment's line: as much as a narrow editor shows. */
const lineLength = 50;

/** A sentence as comment lines. */
export const commentOf = (text) => {
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > lineLength) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
};
