import { expect, it } from 'vitest'
import { removableText, surveyLines } from '../../../../cli/storage/table.ts'
import type { Survey } from '../../../../functions/rollup/survey.ts'

const none = { objects: 0, bytes: 0 }
const survey: Survey = {
  url: 's3://name/prefix',
  atMs: 0,
  rows: [
    {
      prefix: 'lake/',
      objects: 12_345,
      bytes: 5 * 1024 ** 3,
      dollarsPerMonth: 0.115,
      removable: { objects: 1, bytes: 2_048 },
    },
    { prefix: 'vitals.json', objects: 1, bytes: 19, dollarsPerMonth: 4e-10, removable: none },
  ],
  total: {
    objects: 12_346,
    bytes: 5 * 1024 ** 3 + 19,
    dollarsPerMonth: 0.115,
    removable: { objects: 1, bytes: 2_048 },
  },
}

it('is a table whose columns stand below one another, with a sum', () => {
  expect(surveyLines(survey)).toEqual([
    's3://name/prefix',
    '',
    '             objects      size  $ a month  a sweep would remove',
    'lake/         12,345  5.00 GiB      0.115    1 object, 2.00 KiB',
    'vitals.json        1      19 B    < 0.001                     –',
    'all           12,346  5.00 GiB      0.115    1 object, 2.00 KiB',
    '',
    expect.stringMatching(/^Dollars: as S3 Standard in us-east-1 .*20\d\d-\d\d.*without requests/),
  ])
})

it('says of an empty bucket that it is empty', () => {
  expect(surveyLines({ ...survey, rows: [] })).toEqual(['s3://name/prefix is empty'])
})

it.each([
  [none, 'nothing'],
  [{ objects: 1_440, bytes: 0 }, '1,440 objects, 0 B'],
])('%j is %j', (stored, text) => {
  expect(removableText(stored)).toBe(text)
})
