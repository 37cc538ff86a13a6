/**
 * Bounds of everything that comes from outside. A limit is checked before the thing is read,
 * so that one hostile or broken host costs a run no more than its share.
 */
export const limits = {
  /** One inbox object as it lies in the bucket. S3 can't cap the size of a put, so the listing's size is checked. */
  batchCompressedBytes: 1024 * 1024,
  /** The same object unpacked: a zip bomb stops here. */
  batchBytes: 16 * 1024 * 1024,
  snapshotsPerBatch: 1_000,
  recordsPerBatch: 2_000,
  /** JSON nesting of a record; a snapshot needs five. */
  depth: 8,
  disksPerSnapshot: 256,
  devicesPerSnapshot: 256,
  interfacesPerSnapshot: 256,
  processesPerSnapshot: 256,
  coresPerSnapshot: 4_096,
  sensorsPerSnapshot: 64,
  eventsPerSnapshot: 256,
  findingsPerSnapshot: 64,
  /** Open alerts of one host's own checks: subjects that change with each snapshot must not fill the state. */
  findingAlertsPerHost: 256,
  /** Alerts of one host that are not ok, and entities that its rules remember something of. */
  alertsPerHost: 1_024,
  seriesPerHost: 8_192,
  /** Values of one host that are kept so that a late sample can be put in its place; more than that shortens the time. */
  valuesPerTimeline: 20_000,
  watchLength: 256,
  watchesPerHost: 64,
  nameLength: 256,
  pathLength: 1_024,
  tagsPerHost: 32,
  reasonLength: 512,
  hostLength: 128,
  /** Silences, acknowledgements and forgotten hosts, of each so many at once. */
  controlEntries: 1_000,
  controlGlobs: 64,
  commentLength: 1_000,
  /** Refused inputs kept for each host and day; further ones are counted in the block and deleted. */
  rejectedPerHostAndDay: 100,
  /** Objects of one host that one run takes, so that a host with 100,000 of them can't starve the others. */
  objectsPerHostAndRun: 200,
  /** Objects and bytes that one run takes in all. */
  objectsPerRun: 2_000,
  bytesPerRun: 64 * 1024 * 1024,
  /** Nothing is taken that happened longer ago: older than any spool keeps a batch (see MONITOR_SPOOL_MAX_AGE). */
  lateDays: 45,
  /** Ranges of missing sequence numbers remembered for one stream. */
  missingRangesPerStream: 128,
  /** The hashes of a stream's last batches, by which a cloned machine is told from a duplicate. */
  hashesPerStream: 32,
} as const
