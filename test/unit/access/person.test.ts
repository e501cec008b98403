import { describe, expect, test } from 'vitest';
import { maybeSamePerson, type Person } from '../../../src/access/person.ts';

const ana: Person = { id: 't:ana', userNames: ['ana@contoso.com'] };

describe('X3: two persons', () => {
  test.each<[string, Person, Person, boolean]>([
    ['one object id', ana, { id: 't:ana', userNames: ['ana.renamed@contoso.com'] }, true],
    ['one user name, as a guest of another tenant', ana, { id: 'u:guest', userNames: ['ana@contoso.com'] }, true],
    ['the owner of a key by user name', ana, { id: null, userNames: ['ana@contoso.com'] }, true],
    ['the owner of a key by id', ana, { id: 't:ana', userNames: [] }, true],
    [
      'an id here, a name there: nobody can tell',
      { id: 't:ana', userNames: [] },
      { id: null, userNames: ['b@c.de'] },
      true,
    ],
    ['ids of two tenants, one without a name', ana, { id: 'u:guest', userNames: [] }, true],
    [
      'a guest by the name that another tenant gave them',
      ana,
      { id: 'u:guest', userNames: ['ana_contoso.com#ext#@fabrikam.onmicrosoft.com'] },
      true,
    ],
    [
      'the owner of a key by the name of a guest',
      ana,
      { id: null, userNames: ['Ana_Contoso.com#EXT#@fabrikam.onmicrosoft.com'] },
      true,
    ],
    [
      'guests of two tenants',
      { id: 'u:guest', userNames: ['a_n_a_contoso.com#ext#@fabrikam.onmicrosoft.com'] },
      { id: 'v:guest', userNames: ['a_n_a_contoso.com#ext#@adatum.onmicrosoft.com'] },
      true,
    ],
    ['a name with who vouches for it', ana, { id: 'u:guest', userNames: ['live.com#ana@contoso.com'] }, true],
    ['a phone number there', ana, { id: 'u:guest', userNames: ['+15550100'] }, true],
    ['two guests', { id: 'u:guest', userNames: ['ben_contoso.com#ext#@fabrikam.onmicrosoft.com'] }, ana, false],
    ['two ids', ana, { id: 't:ben', userNames: ['ben@contoso.com'] }, false],
    ['two ids without names', { id: 't:ana', userNames: [] }, { id: 't:ben', userNames: [] }, false],
    ['two names', ana, { id: null, userNames: ['ben@contoso.com'] }, false],
  ])('%s', (_name, one, other, expected) => {
    expect([maybeSamePerson(one, other), maybeSamePerson(other, one)]).toEqual([expected, expected]);
  });
});
