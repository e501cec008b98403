import type { CliOptions, Run } from './io.ts';

/** One command as help tells it and the dispatcher runs it. */
export interface Command {
  /** The words that name it, e.g. `config validate`. */
  readonly name: string;
  /** What follows the name, as usage shows it. */
  readonly usage: string;
  /** How many operands it takes. */
  readonly operands: readonly [least: number, most: number];
  readonly options: readonly (keyof CliOptions)[];
  readonly summary: string;
  /** Below the usage in `COMMAND --help`. */
  readonly details: string;
  /** Reads the command's code first: `--version` needs none, and the gateway none of the others'. */
  readonly run: Run;
}

/** Every command, in the order of help. The first is what runs when none is named. */
export const commands: readonly Command[] = [
  {
    name: 'start',
    usage: '[--port N] [--host ADDRESS] [--config FILE]',
    operands: [0, 0],
    options: ['config', 'port', 'host'],
    summary: 'run the gateway (also without any command)',
    details: `Runs until SIGTERM or SIGINT, then answers what waits, finishes what was begun and ends with 0. --port and --host
go before server.port and server.host of the settings.`,
    run: async (invocation) => (await import('./start.ts')).runStart(invocation),
  },
  {
    name: 'check',
    usage: '[TENANT] [--need FEATURES] [--json] [--config FILE]',
    operands: [0, 1],
    options: ['config', 'json', 'need'],
    summary: 'what works in each tenant, and what is missing',
    details: `Per tenant and API: whether the host is reached, the clock differs, a token can be had and what it permits; per
feature the API that serves it, or the permission to ask for; when a certificate ends, or a secret of Key Vault.
Tokens are asked for anew, so that what was just consented to shows; in a tenant that is used on behalf of its
callers for the app itself. Ends with 1 when anything is missing.
--need incidents.read,machines.read: only these features have to work, e.g. for an app that is to read alone; the
others are shown and do not count. Without it those of the tenant's "expects" in the settings, else all of its cloud.
--json prints the same for scripts.`,
    run: async (invocation) => (await import('./check.ts')).runCheck(invocation),
  },
  {
    name: 'consent',
    usage:
      '[TENANT | --new [--client-id GUID] [--cloud NAME]] [--redirect-uri URI] [--state TEXT] [--json] [--config FILE]',
    operands: [0, 1],
    options: ['config', 'json', 'new', 'client-id', 'cloud', 'redirect-uri', 'state'],
    summary: "where tenants' consents stand, or the link by which an administrator consents",
    details: `With a tenant it prints the link: an administrator opens it, signs in and accepts every permission of the app
registration. --redirect-uri has to be one of the registration; without it Entra leads to the first. There
the address has admin_consent=True&tenant=..., or error=... when they did not accept.
--new, or "common" or "organizations" in place of the tenant: the link for a customer whose tenant id is not known
yet; tenant=... of the redirect is it. The app is the one that the tenants of the settings share, or --client-id.
Without either it asks Entra for new tokens of every tenant and tells where consents stand: consented, not, or
unknown and why; --json for scripts. Ends with 1 when one is not consented or not known.`,
    run: async (invocation) => (await import('./consent.ts')).runConsent(invocation),
  },
  {
    name: 'login',
    usage: 'TENANT [--device | --browser] [--config FILE]',
    operands: [1, 1],
    options: ['config', 'device', 'browser'],
    summary: 'sign in as the user of a tenant (auth.userName)',
    details: `By device code (a code to enter at any browser) or by a browser on this machine, as auth.flow says; waits
a quarter of an hour. The sign-in is kept in the store, encrypted; a gateway that runs takes it from there with the
next request.`,
    run: async (invocation) => (await import('./login.ts')).runLogin(invocation),
  },
  {
    name: 'logout',
    usage: 'TENANT [--config FILE]',
    operands: [1, 1],
    options: ['config'],
    summary: "forget the sign-in of a tenant's user",
    details: `A gateway that runs forgets it with its next request. To end the user's sessions at Microsoft, revoke them in
Entra.`,
    run: async (invocation) => (await import('./logout.ts')).runLogout(invocation),
  },
  {
    name: 'key new',
    usage: 'NAME [--role ROLE]...',
    operands: [1, 1],
    options: ['role'],
    summary: 'a new API key, and its row of the settings',
    details: `Prints the key once, and the row for access.apiKeys with its SHA-256, which is all that the gateway knows of it.
Without --role the key may read (reader). Nothing is written to any file.`,
    run: async (invocation) => (await import('./key-new.ts')).runKeyNew(invocation),
  },
  {
    name: 'audit verify',
    usage: '[--config FILE]',
    operands: [0, 0],
    options: ['config'],
    summary: 'whether the audit log is whole',
    details: `Follows the chain from record to record, with the key that seals it, and compares both its ends with the head
and with what the store remembers: an edit, a cut, an older copy and a record taken out show. Tells what it cannot
know. Ends with 1 and names the first broken line when it is not whole, or when there is no log.`,
    run: async (invocation) => (await import('./audit-verify.ts')).runAuditVerify(invocation),
  },
  {
    name: 'store accept',
    usage: '[--config FILE]',
    operands: [0, 0],
    options: ['config'],
    summary: 'accept that the store lost entries',
    details: `After the store was emptied or set back to an older copy, mutations under an idempotencyKey are refused for 24
hours: whether they were done before is not known. This ends it, for every gateway on the store. Run it
when no caller repeats a request of the time before.`,
    run: async (invocation) => (await import('./store-accept.ts')).runStoreAccept(invocation),
  },
  {
    name: 'config validate',
    usage: '[FILE]',
    operands: [0, 1],
    options: ['config'],
    summary: 'all faults of a settings file at once',
    details:
      'Reads what the file refers to (environment, files, Key Vault), calls nobody else. Ends with 1 when there is a fault.',
    run: async (invocation) => (await import('./validate.ts')).runValidate(invocation),
  },
  {
    name: 'config import-msticpy',
    usage: 'FILE',
    operands: [1, 1],
    options: [],
    summary: "settings from MSTICPy's msticpyconfig.yaml",
    details: `FILE is a msticpyconfig.yaml, a text of connection strings (tenant_id='...'; client_id='...'), one a line, or a Python
program or Jupyter notebook with them. Prints the tenants as YAML; a secret in clear becomes a reference to an environment variable and is
never printed. What cannot be carried over is told on standard error. Ends with 1 when nothing was found.`,
    run: async (invocation) => (await import('./import-msticpy.ts')).runImportMsticpy(invocation),
  },
];
