import { describe, expect, test } from 'vitest';
import { run, table } from './estate.ts';

/** A small table that every query below starts from. */
const people = `let People = datatable(Name:string, Age:long, Joined:datetime, Tags:dynamic) [
  "Ada", 36, datetime(2026-01-01), dynamic(["x", "y"]),
  "bob", 41, datetime(2026-01-02T03:04:05.1234567Z), dynamic({"k": "v"}),
  "Ada", long(null), datetime(null), dynamic(null),
  "Cyd", 29, datetime(2026-01-03), dynamic([])
];
let Rooms = datatable(Name:string, Room:int) ["Ada", 1, "bob", 2, "bob", 3, "Zoe", 4];
`;

const cases: readonly [string, readonly (readonly unknown[])[]][] = [
  ['People | where Age > 35 | project Name', [['Ada'], ['bob']]],
  ['People | where Name == "Ada" | count', [[2]]],
  // Null logic: != keeps null, > and its negation drop it, == null is never true.
  ['People | where Age != 36 | project Age', [[41], [null], [29]]],
  ['People | where not(Age > 30) | project Name', [['Cyd']]],
  ['People | where Age == long(null) | count', [[0]]],
  ['People | where isnull(Age) | project Name', [['Ada']]],
  ['People | project Years = Age * 2, Name | take 1', [[72, 'Ada']]],
  ['People | project-away Age, J*, Tags | take 1', [['Ada']]],
  ['People | project-keep *e | take 1', [['Ada', 36]]],
  ['People | project-rename Who = Name | project Who | take 1', [['Ada']]],
  ['People | extend Age = Age + 1, Old = Age | project Age, Old | take 1', [[37, 36]]],
  ['People | limit 2 | count', [[2]]],
  ['People | top 1 by Age | project Name', [['bob']]],
  ['People | sort by Age | project Age', [[41], [36], [29], [null]]],
  ['People | order by Age asc | project Age', [[null], [29], [36], [41]]],
  ['People | order by Age asc nulls last | project Age', [[29], [36], [41], [null]]],
  [
    'People | order by Name asc, Age desc | project Name, Age',
    [
      ['Ada', 36],
      ['Ada', null],
      ['Cyd', 29],
      ['bob', 41],
    ],
  ],
  ['People | distinct Name', [['Ada'], ['bob'], ['Cyd']]],
  ['People | summarize count(), dcount(Name), sum(Age), min(Age), avg(Age)', [[4, 3, 106, 29, 106 / 3]]],
  ['People | where Age > 99 | summarize count(), max(Age)', [[0, null]]],
  ['People | where Age > 99 | summarize count() by Name', []],
  ['People | summarize n = count(), make_set(Age) by Name | sort by Name asc | take 1', [['Ada', 2, [36]]]],
  [
    'People | summarize countif(Age > 30) by Old = Age > 40 | sort by countif_ asc',
    [
      [null, 0],
      [false, 1],
      [true, 1],
    ],
  ],
  [
    'People | summarize arg_max(Age, *) by Name | project Name, Joined | sort by Name asc | take 1',
    [['Ada', '2026-01-01T00:00:00Z']],
  ],
  ['People | summarize arg_min(Age, Name)', [[29, 'Cyd']]],
  ['People | summarize max(Joined) - min(Joined)', [['2.00:00:00']]],
  ['People | summarize count() by bin(Joined, 1d) | count', [[4]]],
  [
    'People | join kind=inner Rooms on Name | project Name, Room | sort by Room asc',
    [
      ['Ada', 1],
      ['Ada', 1],
      ['bob', 2],
      ['bob', 3],
    ],
  ],
  // Without a kind the join keeps one left row of each key.
  [
    'People | join Rooms on Name | summarize count() by Name | sort by Name asc',
    [
      ['Ada', 1],
      ['bob', 2],
    ],
  ],
  [
    'People | join kind=leftouter (Rooms | where Room < 2) on Name | project Name, Name1, Room | where Name == "Cyd"',
    [['Cyd', '', null]],
  ],
  ['Rooms | join kind=leftanti People on $left.Name == $right.Name', [['Zoe', 4]]],
  ['Rooms | join kind=leftsemi (People | where Age > 40) on Name | project Room', [[2], [3]]],
  ['Rooms | join kind=rightanti (People | project Name) on Name', [['Cyd']]],
  ['union Rooms, (People | project Name) | summarize count(), countif(isnull(Room))', [[8, 4]]],
  [
    'union withsource=From Rooms, People | summarize count() by From | sort by From asc',
    [
      ['People', 4],
      ['Rooms', 4],
    ],
  ],
  ['Rooms | union kind=inner People | getschema | project ColumnName, ColumnType', [['Name', 'string']]],
  ['People | mv-expand Tag = Tags to typeof(string) | where Name == "Ada" | project Tag', [['x'], ['y'], ['']]],
  ['People | where Age in (36, 29) | project Name', [['Ada'], ['Cyd']]],
  ['People | where Name in~ ("ADA", "BOB") | count', [[3]]],
  ['People | where Name !in ((Rooms | project Name)) | project Name', [['Cyd']]],
  ['let limit_ = 30; People | where Age between (limit_ .. 40) | project Name', [['Ada']]],
  ['let Old = People | where Age > 40; Old | project Name', [['bob']]],
  ['print n = toscalar(People | summarize max(Age))', [[41]]],
  ['People | project Joined | where Joined between (datetime(2026-01-02) .. 12h)', [['2026-01-02T03:04:05.1234567Z']]],
  ['People | extend N = row_number() | where N between (2 .. 3) | project Name', [['bob'], ['Ada']]],
  ['People | project column_ifexists("Ghost", "none"), column_ifexists("Name", "none") | take 1', [['none', 'Ada']]],
  ['range x from 1 to 5 step 2', [[1], [3], [5]]],
  ['// a comment\nPeople // another | take 9\n| take 0', []],
];

describe('a query gives the rows that Kusto documents', () => {
  test.each(cases)('%s', (kql, rows) => {
    expect(table(people + kql)).toEqual(rows);
  });
});

test('columns carry .NET type names and right columns of a join a number', () => {
  expect(
    run(`${people} People | join kind=inner Rooms on Name | extend Late = Joined > ago(1d), Gap = 1h`).columns,
  ).toEqual([
    { name: 'Name', type: 'String' },
    { name: 'Age', type: 'Int64' },
    { name: 'Joined', type: 'DateTime' },
    { name: 'Tags', type: 'Object' },
    { name: 'Name1', type: 'String' },
    { name: 'Room', type: 'Int32' },
    { name: 'Late', type: 'SByte' },
    { name: 'Gap', type: 'TimeSpan' },
  ]);
});

test('a table without rows answers with its columns', () => {
  const { columns, rows } = run('DeviceFileCertificateInfo | take 5');
  expect(columns[0]).toEqual({ name: 'Timestamp', type: 'DateTime' });
  expect(rows).toEqual([]);
});

test('rows past 100,000 are cut without a sign', () => {
  expect(run('range x from 1 to 100005 step 1').rows).toHaveLength(100_000);
});
