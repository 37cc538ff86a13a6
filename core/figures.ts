/**
 * Figures of Vitals itself: how its functions fare, for whoever runs them. This table is their one home: what sends them to
 * CloudWatch, docs/operations.md and the stack's alarms read it, or are held to it.
 */

export type FunctionName = 'evaluate' | 'notify' | 'rollup' | 'report' | 'open'

export interface FigureDescription {
  of: FunctionName
  unit: 'Count' | 'Seconds'
  /**
   * `count`: what a run did, all shards together. The others are how it stands, told by each shard: all of them together, or
   * the one that stands worst or best.
   */
  is: 'count' | 'sum' | 'max' | 'min'
  meaning: string
}

export const figures = {
  SnapshotsTaken: { of: 'evaluate', unit: 'Count', is: 'count', meaning: 'snapshots that were committed' },
  LostCommits: {
    of: 'evaluate',
    unit: 'Count',
    is: 'count',
    meaning: 'commits lost to another run, whose work was then done again',
  },
  InboxWaiting: {
    of: 'evaluate',
    unit: 'Count',
    is: 'sum',
    meaning: 'objects that the last look into the inbox found; at most as many as one run takes',
  },
  InboxOldestAge: {
    of: 'evaluate',
    unit: 'Seconds',
    is: 'max',
    meaning: 'since when the oldest of them has been there; 0: there was none',
  },
  AgentDataAge: {
    of: 'evaluate',
    unit: 'Seconds',
    is: 'min',
    meaning: 'since anything came of any agent that did not say goodbye; not told while there is no such agent',
  },
  NoticesTold: { of: 'notify', unit: 'Count', is: 'count', meaning: 'notices that a receiver took' },
  NoticesFailed: {
    of: 'notify',
    unit: 'Count',
    is: 'count',
    meaning: 'notices that were not taken, and are sent again',
  },
  NoticesGivenUp: {
    of: 'notify',
    unit: 'Count',
    is: 'count',
    meaning: 'notices that nobody will be told: refused for good, or tried often enough',
  },
  NoticesWaiting: {
    of: 'notify',
    unit: 'Count',
    is: 'sum',
    meaning: 'notices that are still to be told after the run, for whatever reason',
  },
  RollupBehind: {
    of: 'rollup',
    unit: 'Seconds',
    is: 'max',
    meaning: 'since when a block of the log has been waiting to be in the lake; 0: none was',
  },
  ReportsMade: {
    of: 'report',
    unit: 'Count',
    is: 'count',
    meaning: 'reports that were made, and sent where they are to be',
  },
  ReportsFailed: { of: 'report', unit: 'Count', is: 'count', meaning: 'reports that were not made, or not sent' },
} as const satisfies Record<string, FigureDescription>

export type FigureName = keyof typeof figures

type NamesThatAre<I extends FigureDescription['is']> = {
  [N in FigureName]: (typeof figures)[N]['is'] extends I ? N : never
}[FigureName]

export type CountName = NamesThatAre<'count'>
export type GaugeName = NamesThatAre<'sum' | 'max' | 'min'>
