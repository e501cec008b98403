import type { Random } from './random.ts';
import type { WorldUser } from './types.ts';

/** Display name and the ASCII form that account names are made of. */
const people = [
  ['Adele Vance', 'adele.vance'],
  ['Zoë Müller', 'zoe.mueller'],
  ['José García', 'jose.garcia'],
  ['Łukasz Wójcik', 'lukasz.wojcik'],
  ['Søren Østergård', 'soren.ostergard'],
  ['Trần Thị Ngọc', 'ngoc.tran'],
  ['山田 太郎', 'taro.yamada'],
  ['Megan Bowen', 'megan.bowen'],
  ['Alex Wilber', 'alex.wilber'],
  ['Diego Siciliani', 'diego.siciliani'],
  ['Grady Archie', 'grady.archie'],
  ['Henrietta Müller', 'henrietta.mueller'],
  ['Isaiah Langer', 'isaiah.langer'],
  ['Johanna Lorenz', 'johanna.lorenz'],
  ['Joni Sherman', 'joni.sherman'],
  ['Lee Gu', 'lee.gu'],
  ['Lidia Holloway', 'lidia.holloway'],
  ['Lynne Robbins', 'lynne.robbins'],
  ['Miriam Graham', 'miriam.graham'],
  ['Nestor Wilke', 'nestor.wilke'],
  ['Patti Fernandez', 'patti.fernandez'],
  ['Pradeep Gupta', 'pradeep.gupta'],
  ['Émilie Lefèvre', 'emilie.lefevre'],
  ["Sinéad O'Brien", 'sinead.obrien'],
  ['Björn Åkesson', 'bjorn.akesson'],
  ['Ayşe Yılmaz', 'ayse.yilmaz'],
  ['Ольга Петрова', 'olga.petrova'],
  ['Chidi Okafor', 'chidi.okafor'],
  ['Fatima Al-Sayed', 'fatima.alsayed'],
  ['Kenji Sato', 'kenji.sato'],
  ['Priya Nair', 'priya.nair'],
  ['Tomáš Dvořák', 'tomas.dvorak'],
  ['Hanna Virtanen', 'hanna.virtanen'],
  ['Marco Rossi', 'marco.rossi'],
  ['Ines Costa', 'ines.costa'],
  ['Noah Cohen', 'noah.cohen'],
  ['Wei Zhang', 'wei.zhang'],
  ['Grace Mwangi', 'grace.mwangi'],
  ['Oliver Smith', 'oliver.smith'],
  ['Svc Backup', 'svc-backup'],
] as const;

/** The tenant's users; beyond the table names repeat with a number. */
export function createUsers(name: string, count: number, random: Random): readonly WorldUser[] {
  const domainSid = `S-1-5-21-${random.int(1e9, 2e9)}-${random.int(1e9, 2e9)}-${random.int(1e8, 9e8)}`;
  return Array.from({ length: count }, (_, index) => {
    const [displayName, account] = people[index % people.length] ?? people[0];
    const round = Math.floor(index / people.length);
    const accountName = round === 0 ? account : `${account}${round + 1}`;
    return {
      accountName,
      domainName: name.toUpperCase(),
      displayName: round === 0 ? displayName : `${displayName} ${round + 1}`,
      userPrincipalName: `${accountName}@${name}.com`,
      userSid: `${domainSid}-${1100 + index}`,
      aadUserId: random.guid(),
    };
  });
}
