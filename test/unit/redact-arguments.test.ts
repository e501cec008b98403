import { expect, test } from 'vitest';
import { GatewayError, resultErrorOf } from '../../src/errors.ts';
import { redactInput, redactText, redactValue } from '../../src/log/redact.ts';

const secret = 'hunter2!x';
const blob = Buffer.from('Invoke-Thing -Password of-the-estate-0123456789').toString('base64');

test.each([
  `-Password ${secret}`,
  `-AdminPassword ${secret} -Force`,
  `-password:${secret}`,
  `-Pwd '${secret} with spaces'`,
  `--password "${secret}"`,
  `--db-password=${secret}`,
  `/pass:${secret}`,
  `/PASSWORD=${secret}`,
  `/p ${secret}`,
  `-p ${secret}`,
  `-pw ${secret}`,
  `/rp ${secret}`,
  `--token=${secret}`,
  `--token ${secret}`,
  `-ApiKey ${secret}`,
  `--api-key ${secret}`,
  `-SasToken "${secret}"`,
  `-Key ${secret}`,
  `-Credential ${secret}`,
  `pwd:${secret}`,
  `pwd: ${secret}`,
  `password=${secret}`,
  `PASSWORD = ${secret}`,
  `set DB_PASSWORD=${secret}`,
  `$env:API_TOKEN = '${secret}'`,
  `$secret="${secret}"`,
  `Server=db;User Id=sa;Password=${secret};Encrypt=true`,
  `AccountName=x;AccountKey=${secret};`,
  `{"user":"sa","password":"${secret}"}`,
  `@{ Password = '${secret}' }`,
  `ConvertTo-SecureString '${secret}' -AsPlainText -Force`,
  `(ConvertTo-SecureString -AsPlainText -Force "${secret}")`,
  `ConvertTo-SecureString -String ${secret}`,
  `-Header "Authorization: Bearer ${secret}"`,
  `net user backdoor ${secret} /add`,
  `net use Z: \\\\server\\share ${secret} /user:contoso\\bob`,
  `curl -u bob:${secret} https://host`,
  `https://bob:${secret}@host/path`,
  `-EncodedCommand ${secret}`,
  `<add><password>${secret}</password></add>`,
  `{\\"password\\":\\"${secret}\\"}`,
  `-PSCredential (New-Object PSCredential "bob", (ConvertTo-SecureString "${secret}" -AsPlainText -Force))`,
  `https://host/path?user=bob&password=${secret}&x=1`,
  `--client-secret=${secret}`,
  `-ConnectionString "Server=db;Pwd=${secret}"`,
  `\u2013Password ${secret}`,
  `-Password 'it''s ${secret}'`,
  `-Password "a""b ${secret}"`,
  `-Password "a \`" ${secret}"`,
  `-Password "a"'${secret} b'`,
  `-Password $(echo ${secret})`,
  `-Password (Get-Text ("a") ${secret})`,
  `$password = (Get-Text ${secret})`,
  `-Password \`\n  ${secret}`,
  `-Kennwort ${secret}`,
  `Mot_de_passe=${secret}`,
  `-Contraseña ${secret}`,
  `Пароль=${secret}`,
  `-密码 ${secret}`,
  `-pswd ${secret}`,
  `-SessionKey ${secret}`,
  `-AuthKey ${secret}`,
  `-Community ${secret}`,
  `snmp_community_string=${secret}`,
  `-OnboardingKey ${secret}`,
  `mysql -u root -p${secret} -e "select 1"`,
  `sshpass -p${secret} ssh bob@host`,
  `7z.exe x -p${secret} a.7z`,
  `smbclient -U bob%${secret} //host/share`,
  `//bob:${secret}@host/share`,
  `a=b%26password%3D${secret}`,
  `-ArgumentList '-User','bob','-Password','${secret}'`,
  `@("--token", "${secret}")`,
  `curl -ubob:${secret} https://host`,
  `net use \\\\server\\share /user:contoso\\bob ${secret}`,
  `[Net.NetworkCredential]::new('bob','${secret}')`,
  `New-Object PSCredential "bob", "${secret}"`,
  `Set-ItemProperty $key -Name DefaultPassword -Value '${secret}'`,
  `reg add HKLM\\x /v DefaultPassword /t REG_SZ /d ${secret} /f`,
  `-AdminPw ${secret}`,
  `-EnrollmentKey ${secret}`,
  `--primary-key=${secret}`,
  `netsh wlan set profileparameter name=x keyMaterial=${secret}`,
])('X5: args %s do not keep the secret, in the audit and in the log', (args) => {
  const input = { comment: args, particulars: { commands: [{ type: 'RUN_SCRIPT', scriptName: 'fix.ps1', args }] } };
  expect(JSON.stringify(redactInput(input))).not.toContain('hunter2');
  expect(JSON.stringify(redactInput({ params: [{ key: 'Args', value: args }] }))).not.toContain('hunter2');
  expect(JSON.stringify(redactValue({ args }))).not.toContain('hunter2');
});

test('X5: what was masked is not masked again', () => {
  expect(redactInput({ args: `-Password "a b" password=${secret} -x` })).toEqual({
    args: '-Password [redacted: 5 characters] password=[redacted: 9 characters] -x',
  });
});

test('X5: a name without a sign counts in arguments, and not in a comment', () => {
  expect(JSON.stringify(redactInput({ args: `user bob password ${secret}` }))).not.toContain('hunter2');
  expect(redactInput({ comment: 'Password reset for bob' })).toEqual({ comment: 'Password reset for bob' });
});

test.each([
  'abc8Q~ABCdefGHIjklMNOpqrSTUvwxYZ0123456789',
  `ghp_${'a1B2'.repeat(9)}`,
  'xoxb-123456789012-abcdef',
  'AKIAABCDEFGHIJKLMNOP',
])('X5: %s is known by its form', (token) => {
  expect(JSON.stringify(redactInput({ args: `-Run ${token}` }))).not.toContain(token);
});

test('X5: arguments in words, secrets in pairs and blobs of base64 are masked too', () => {
  expect(redactInput({ args: ['-Password', secret, '-Force'] })).toEqual({
    args: ['-Password', '[redacted: 9 characters]', '-Force'],
  });
  expect(redactInput({ parameters: [{ name: 'dbPassword', value: secret }] })).toEqual({
    parameters: [{ name: 'dbPassword', value: '[redacted]' }],
  });
  const { args } = { ...Object(redactInput({ args: `-Run ${blob} -Quiet` })) };
  expect(args).toMatch(/^-Run \[redacted: \d+ characters, SHA-256 [0-9a-f]{64}\] -Quiet$/);
});

test.each([
  '-Path C:\\Windows\\Temp\\collect -Recurse',
  '-ExecutionPolicy Bypass -File fix.ps1',
  '-Hash 275a021bbfb6489e54d471899f7d9d1663fc695ec2fe2a2c4538aabf651fd0f0',
  '-Machine 1e5bc9d7e413ddd7902c2932e418702b84d0cc07 -Tenant 00000000-0000-4000-8000-000000000001',
  '-Since 2026-03-01T08:00:00Z -Count 10',
  'INC12345 beaconing to evil.example, isolate until the owner is back',
  '/usr/local/share/defender/Scripts2024/collect/evidence/PackageNumberOne.sh',
  '-Token -Force',
  'mysql --port 3306 -h host',
  '-RegistryKey HKLM:\\Software\\Microsoft (current)',
  'setup.exe --edition community --community-edition yes',
  "-ArgumentList '-Path','C:\\Temp','-Token'",
  'curl -url host:443',
])('X5: args %s stay as they are', (args) => {
  expect(redactInput({ args })).toEqual({ args });
});

test.each([`--token=${secret}`, `-Password ${secret}`, `-AdminPassword "${secret}"`, `/pass:${secret}`])(
  'X5: an error that quotes %s does not show it',
  (option) => {
    const quoting = `The script ended with 1: fix.ps1 ${option}`;
    expect(redactText(quoting)).not.toContain('hunter2');
    expect(resultErrorOf(new GatewayError('UPSTREAM_REJECTED', quoting)).message).not.toContain('hunter2');
  },
);

test('X5: masking takes a time in proportion to the text', () => {
  for (const part of [
    'pass',
    '-p ',
    'password=',
    'a:',
    '://a:',
    '"',
    "-Password '",
    'Ab0',
    'net user ',
    '<',
    '<password',
    'ghp_',
    'xoxb-',
    'a1Q~',
    '7z ',
    '-p `',
    '-p (',
    'password%3d',
    "'-p',",
    'curl -u',
    'PSCredential "',
    '-Name Password ',
    'net use \\\\a /u:',
  ]) {
    const text = part.repeat(Math.ceil(200_000 / part.length));
    const begun = performance.now();
    redactInput({ args: text });
    redactText(text);
    expect(performance.now() - begun, part).toBeLessThan(1000);
  }
});
