/**
 * What names of secrets look like. They are compared in lower case without `-`, `_` and `.`, so `client_secret`,
 * `clientSecret` and `Client-Secret` are one.
 */

const plain = (name: string): string => name.replaceAll(/[-_.]/g, '').toLowerCase();

/** Names of fields that are secret whatever they hold. */
const fieldNames: ReadonlySet<string> = new Set([
  'assertion',
  'authorization',
  'clientassertion',
  'cookie',
  'credential',
  'credentials',
  'encryptionkey',
  'oboassertion',
  'privatekeypem',
  'proxyauthorization',
  'setcookie',
  'xapikey',
]);

/** Endings of such names: `adminPassword`, `sasToken`. */
const fieldEnding =
  /(?:password|passwd|pwd|passphrase|passcode|secret|token|apikey|accesskey|accountkey|privatekey|sharedkey|connectionstring)$/;

/** Whether what stands under this name in a structure is secret. */
export const isSecretName = (name: string): boolean => {
  const known = plain(name);
  return fieldNames.has(known) || fieldEnding.test(known);
};

/** Parts of names of options and variables whose value is secret. */
const optionPart =
  /password|passwd|passwort|pswd|kennwort|motdepasse|contrase[nñ]|senha|wachtwoord|has[lł]o|пароль|密[码碼]|パスワード|비밀번호|passphrase|passcode|pwd|secret|token|apikey|accesskey|accountkey|privatekey|sharedkey|storagekey|subscriptionkey|encryptionkey|masterkey|recoverykey|sessionkey|workspacekey|onboardingkey|signingkey|licensekey|hmackey|primarykey|secondarykey|enrollmentkey|enrolmentkey|registrationkey|joinkey|agentkey|installkey|activationkey|productkey|keymaterial|authkey|privkey|authpass|privpass|jwt|credential|assertion|authorization|bearer|connectionstring|cookie|encodedcommand/u;

/** Names of options too short to be looked for within others. */
const optionNames: ReadonlySet<string> = new Set([
  'auth',
  'clave',
  'cred',
  'creds',
  'ec',
  'enc',
  'key',
  'otp',
  'p',
  'pass',
  'passw',
  'pat',
  'pin',
  'psk',
  'pw',
  'rp',
  'sas',
  'sig',
]);

/** `adminpass`, `dbpass`, but not `-ExecutionPolicy Bypass`; the community by which SNMP signs in. */
const optionEnding = /(?:(?<!by)pass|pw|communit(?:y|ies)(?:strings?)?)$/;

/** Whether the value of an option or variable of this name is secret: `-AdminPassword`, `/pass`, `--api-key`, `$env:PAT`. */
export const isSecretOption = (name: string): boolean => {
  const known = plain(name);
  return optionPart.test(known) || optionNames.has(known) || optionEnding.test(known);
};
