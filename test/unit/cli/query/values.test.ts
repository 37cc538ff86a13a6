import { DuckDBInstance } from '@duckdb/node-api'
import { expect, it } from 'vitest'
import { jsonOf, textOf } from '../../../../cli/query/values.ts'

async function selectOne(sql: string) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const [[value = null] = []] = (await connection.runAndReadAll(`select ${sql}`)).getRows()
  connection.closeSync()
  instance.closeSync()
  return value
}

it.each([
  ['null', null, undefined],
  ['true', true, 'true'],
  ['1.5::double', 1.5, '1.5'],
  ["'nan'::double", 'NaN', 'NaN'],
  ['42::bigint', 42, '42'],
  ['9007199254740993', '9007199254740993', '9007199254740993'],
  ['170141183460469231731687303715884105727', '170141183460469231731687303715884105727', undefined],
  ['1.10::decimal(5,2)', '1.10', '1.10'],
  ["timestamp '2026-03-01 08:00:00.5'", '2026-03-01T08:00:00.500Z', '2026-03-01T08:00:00.500Z'],
  ["timestamp '2026-03-01 08:00:00.000001'", '2026-03-01T08:00:00.000001Z', undefined],
  ["timestamp '1969-12-31 23:59:59.999999'", '1969-12-31T23:59:59.999999Z', undefined],
  ["timestamptz '2026-03-01 08:00:00+01'", '2026-03-01T07:00:00.000Z', undefined],
  ["'infinity'::timestamp", 'infinity', undefined],
  ["date '2026-03-01'", '2026-03-01', '2026-03-01'],
  ["interval '90' minute", '01:30:00', '01:30:00'],
  ['[1, null, 2]', [1, null, 2], '[1,null,2]'],
  ["{'a': 1, 'b': 'x'}", { a: 1, b: 'x' }, '{"a":1,"b":"x"}'],
  ["map {'a': 1}", [{ key: 'a', value: 1 }], '[{"key":"a","value":1}]'],
  ['array_value(1, 2)', [1, 2], '[1,2]'],
] as const)('%s as JSON and as text', async (sql, json, text) => {
  const value = await selectOne(sql)
  expect(jsonOf(value)).toEqual(json)
  if (text !== undefined || json === null) expect(textOf(value)).toBe(text)
})
