/** What is sent: every input format and type of MLflow's scoring protocol, valid and wrong, for each model of the suite. */

export const MODELS = [
  "iris",
  "mixed",
  "typed",
  "optional",
  "nested",
  "params",
  "tensor",
  "unsigned",
] as const;
export type Model = (typeof MODELS)[number];

export interface Payload {
  /** Names it in the list of differences. */
  name: string;
  body: string | Buffer;
  contentType: string;
}

/** Columns with a JSON text each that is right. */
const COLUMNS: Record<Exclude<Model, "tensor">, Record<string, string>> = {
  iris: { a: "5.1", b: "3.5", c: "1.4", d: "0.2" },
  mixed: { d: "1.5", s: '"text"', n: "7", b: "true" },
  typed: {
    integer: "1",
    long: "2",
    float: "1.5",
    double: "2.5",
    boolean: "true",
    string: '"text"',
    binary: '"aGk="',
    datetime: '"2026-11-24T14:03:00"',
  },
  optional: { x: "1.5", y: "2.5" },
  nested: { words: '["a", "b"]', who: '{"id": 1, "name": "Ada"}', scores: '{"k": 1.5}' },
  params: { x: "1.5" },
  unsigned: { x: "1.5", s: '"text"' },
};

/** Put in the place of each column's value, one after another. */
const VALUES = [
  ...[
    "0",
    "1",
    "-1",
    "2.0",
    "1.5",
    "-0.0",
    "1e3",
    "1e999",
    "-1e999",
    "1e-400",
    "NaN",
    "Infinity",
    "-Infinity",
  ],
  ...["2147483647", "2147483648", "9007199254740993", "9223372036854775807", "9223372036854775808"],
  ...[
    "18446744073709551616",
    "16777217",
    "3.4e39",
    "0.1",
    "null",
    "true",
    "false",
    '""',
    '"1.5"',
    '"x"',
    '"é"',
  ],
  ...[
    '"raise"',
    '"2026-11-24"',
    '"2026-11-24T14:03:00+02:00"',
    '"1700000000"',
    '"aGk"',
    '"\\u0000"',
    '"\\ud800"',
  ],
  ...["[]", "[1]", '["a"]', "[null]", '["a", 1]', "{}", '{"id": 1}', '{"id": "x"}', '{"id": 1, "more": 2}'],
  ...['{"k": null}', '{"k": "v"}', '{"id": null, "name": "n"}'],
];

/** Every payload of a model, each name once. */
export function payloadsOf(model: Model): Payload[] {
  const bodies = model === "tensor" ? tensorBodies() : columnBodies(COLUMNS[model]);
  const own = model === "params" ? paramBodies() : [];
  const [valid = ""] = Object.values(bodies);
  const json = [...Object.entries({ ...bodies, ...brokenBodies(valid) }), ...own];
  return [
    ...json.map(([name, body]) => ({ name, body, contentType: "application/json" })),
    ...contentTypes(valid),
    ...(model === "tensor" ? [] : csvBodies(COLUMNS[model])),
  ];
}

function columnBodies(columns: Record<string, string>): Record<string, string> {
  const names = Object.keys(columns);
  const row = Object.values(columns);
  const rows = [row, row];
  const bodies: Record<string, string> = {
    split: split(names, rows),
    "split, one row": split(names, [row]),
    "split, reordered": split(
      [...names].reverse(),
      rows.map((each) => [...each].reverse()),
    ),
    "split, a column missing": split(
      names.slice(1),
      rows.map((each) => each.slice(1)),
    ),
    "split, a column too many": split(
      [...names, "more"],
      rows.map((each) => [...each, "1"]),
    ),
    "split, a column twice": split(
      [...names, names[0] ?? ""],
      rows.map((each) => [...each, each[0] ?? ""]),
    ),
    "split, a short row": split(names, [row, row.slice(1)]),
    "split, no rows": split(names, []),
    "split, no columns": `{"dataframe_split": {"data": [${list(row)}]}}`,
    "split, with index": `{"dataframe_split": {"columns": ${JSON.stringify(names)}, "index": [5, 6], "data": [${rows.map(list).join(", ")}]}}`,
    "split, with a wrong index": `{"dataframe_split": {"columns": ${JSON.stringify(names)}, "index": [5], "data": [${rows.map(list).join(", ")}]}}`,
    "split, not an object": `{"dataframe_split": [${list(row)}]}`,
    "split, as text": `{"dataframe_split": ${JSON.stringify(JSON.stringify({ columns: names, data: [] }))}}`,
    records: `{"dataframe_records": [${rows.map((each) => object(names, each)).join(", ")}]}`,
    "records, none": '{"dataframe_records": []}',
    "records, one with less": `{"dataframe_records": [${object(names, row)}, ${object(names.slice(1), row.slice(1))}]}`,
    "records, an object": `{"dataframe_records": ${object(names, row)}}`,
    "inputs, by column": `{"inputs": ${object(
      names,
      row.map((value) => `[${value}, ${value}]`),
    )}}`,
    "inputs, one row": `{"inputs": ${object(names, row)}}`,
    "inputs, rows": `{"inputs": [${rows.map((each) => object(names, each)).join(", ")}]}`,
    "inputs, bare rows": `{"inputs": [${rows.map(list).join(", ")}]}`,
    "inputs, a number": '{"inputs": 1}',
    "inputs, empty": '{"inputs": []}',
    "inputs, unequal": `{"inputs": ${object(
      names,
      row.map((value, place) => list(place === 0 ? [value, value] : [value])),
    )}}`,
    "instances, rows": `{"instances": [${rows.map((each) => object(names, each)).join(", ")}]}`,
    "instances, by column": `{"instances": ${object(
      names,
      row.map((value) => `[${value}, ${value}]`),
    )}}`,
    "instances, bare rows": `{"instances": [${rows.map(list).join(", ")}]}`,
  };
  for (const [place, name] of names.entries()) {
    for (const value of VALUES) {
      const changed = row.map((each, index) => (index === place ? value : each));
      bodies[`${name} is ${value}`] = split(names, [changed]);
      // What stands beside it decides the type of the column.
      if (place === 0)
        bodies[`${name} is ${value}, in one of two records`] =
          `{"dataframe_records": [${object(names, row)}, ${object(names, changed)}]}`;
    }
  }
  return bodies;
}

function tensorBodies(): Record<string, string> {
  const bodies: Record<string, string> = {
    inputs: '{"inputs": [[0.1, 2, 3.5], [4, 5, 6]]}',
    "inputs, one row": '{"inputs": [[1, 2, 3]]}',
    instances: '{"instances": [[1, 2, 3], [4, 5, 6]]}',
    "a row too long": '{"inputs": [[1, 2, 3, 4]]}',
    "a row too short": '{"inputs": [[1, 2]]}',
    ragged: '{"inputs": [[1, 2, 3], [4, 5]]}',
    "a vector": '{"inputs": [1, 2, 3]}',
    "three dimensions": '{"inputs": [[[1, 2, 3]]]}',
    "no rows": '{"inputs": []}',
    "an empty row": '{"inputs": [[]]}',
    "by name": '{"inputs": {"x": [[1, 2, 3]]}}',
    "an object a row": '{"instances": [{"x": [1, 2, 3]}]}',
    "a scalar": '{"inputs": 1}',
    split: '{"dataframe_split": {"columns": ["a", "b", "c"], "data": [[1, 2, 3]]}}',
    records: '{"dataframe_records": [{"a": 1, "b": 2, "c": 3}]}',
  };
  for (const value of VALUES) bodies[`one is ${value}`] = `{"inputs": [[1.5, ${value}, 3]]}`;
  for (const value of VALUES) bodies[`all are ${value}`] = `{"inputs": [[${value}, ${value}, ${value}]]}`;
  return bodies;
}

function paramBodies(): [string, string][] {
  const params = [
    "{}",
    "null",
    "[]",
    '"x"',
    '{"scale": 2.5}',
    '{"scale": 2}',
    '{"scale": "2"}',
    '{"scale": null}',
    '{"scale": NaN}',
  ];
  params.push(
    '{"names": ["a", "b"]}',
    '{"names": "a"}',
    '{"names": [1]}',
    '{"names": []}',
    '{"exact": true}',
    '{"exact": 1}',
  );
  params.push('{"unknown": 1}', '{"scale": 2.5, "unknown": 1}', '{"scale": [1.0]}', '{"scale": 1e999}');
  return params.map((each) => [
    `params ${each}`,
    `{"dataframe_split": {"columns": ["x"], "data": [[1.5]]}, "params": ${each}}`,
  ]);
}

function brokenBodies(valid: string): Record<string, string> {
  return {
    "an empty body": "",
    "only a space": " ",
    "no JSON": "{",
    "cut off": valid.slice(0, -1),
    "something behind it": `${valid}x`,
    "a byte order mark": `\ufeff${valid}`,
    "in a list": `[${valid}]`,
    "a text": '"text"',
    "a number": "1",
    null: "null",
    "an empty object": "{}",
    "an unknown key": '{"data": [[1]]}',
    "one more key": `${valid.slice(0, -1)}, "more": 1}`,
    "two formats": `${valid.slice(0, -1)}, "instances": [[1]]}`,
    "params that are not asked for": `${valid.slice(0, -1)}, "params": {"scale": 1.0}}`,
    "params that are null": `${valid.slice(0, -1)}, "params": null}`,
    "white space": `\n ${valid} \n`,
    "the same key twice": `${valid.slice(0, -1)}, ${valid.slice(1)}`,
    "a comment": `${valid} // comment`,
  };
}

/** The valid body under every name that a type may have, and some that it has not. */
function contentTypes(valid: string): Payload[] {
  const types = [
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "application/json; charset=latin-1",
  ];
  types.push(
    "application/json; format=pandas-split",
    "APPLICATION/JSON",
    "text/plain",
    "application/octet-stream",
    "text/json",
    "*/*",
  );
  return [
    ...types.map((contentType) => ({ name: `content type ${contentType}`, body: valid, contentType })),
    {
      name: "bytes that are no UTF-8",
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      contentType: "application/json",
    },
  ];
}

function csvBodies(columns: Record<string, string>): Payload[] {
  const names = Object.keys(columns).join(",");
  const row = Object.values(columns)
    .map((value) => (/[{[]/.test(value) ? '"x"' : value))
    .join(",");
  const bodies: Record<string, string> = {
    csv: `${names}\n${row}\n`,
    "csv, two rows": `${names}\r\n${row}\r\n${row}`,
    "csv, only the head": `${names}\n`,
    "csv, empty": "",
    "csv, a value missing": `${names}\n${row.slice(row.indexOf(",") + 1)}\n`,
    "csv, an empty value": `${names}\n${row.replace(/^[^,]*/, "")}\n`,
    "csv, a word for a number": `${names}\n${row.replace(/^[^,]*/, "word")}\n`,
    "csv, a column missing": `other\n1\n`,
    "csv, a row too long": `${names}\n${row},1,2\n`,
  };
  return Object.entries(bodies).map(([name, body]) => ({ name, body, contentType: "text/csv" }));
}

function split(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return `{"dataframe_split": {"columns": ${JSON.stringify(columns)}, "data": [${rows.map(list).join(", ")}]}}`;
}

function object(names: readonly string[], values: readonly string[]): string {
  return `{${names.map((name, index) => `${JSON.stringify(name)}: ${values[index] ?? "null"}`).join(", ")}}`;
}

function list(values: readonly string[]): string {
  return `[${values.join(", ")}]`;
}
