/**
 * What batches have in common, for zstd to point at: the lines of a batch that is like many. It decides nothing but how
 * short a batch gets. Never change it: agents in the field pack with it. A better one is a new number beside this one.
 */
import type { BatchHeader } from './batch.ts'
import type { Snapshot } from './snapshot.ts'

export const batchDictionaryNumber = 1

let bytes: Buffer | undefined

export function batchDictionary(): Uint8Array {
  bytes ??= Buffer.from(`${[...headers, snapshot].map((line) => JSON.stringify(line)).join('\n')}\n`)
  return bytes
}

const headers = [
  ['Amazon Linux 2023', '6.1.0-18-amd64', 'x64', 'AMD EPYC 7R13 Processor', 'nitro'],
  ['Ubuntu 24.04 LTS', '6.8.0-45-generic', 'arm64', 'Neoverse-N1', 'kvm'],
  ['Debian GNU/Linux 12 (bookworm)', '5.15.0-105-generic', 'x64', 'Intel(R) Xeon(R) CPU @ 2.50GHz', 'none'],
].map(
  ([os = '', kernel = '', arch = '', cpuModel = '', virtualisation = '']): BatchHeader => ({
    kind: 'batch',
    v: 1,
    stream: '0123456789abcdef',
    seq: 1,
    host: 'web-1',
    agentVersion: '0.1.0',
    shipEveryMs: 300_000,
    clock: { bootId: '6f1de1a5-1111-4222-8333-444455556666', sinceBootMs: 86_400_000, storeAtMs: 1_790_000_000_000 },
    facts: { os, kernel, arch, cpuModel, cores: 4, virtualisation, tags: { env: 'prod', role: 'web' } },
  }),
)

const pressure = { some10Percent: 0, some60Percent: 0.1, full10Percent: 0, full60Percent: 0.05 }
const startedAtMs = 1_789_000_000_000

/** Fields in the order in which the collector has them: what stands together is found together. */
const snapshot: Snapshot = {
  kind: 'snapshot',
  observedAtMs: 1_790_000_000_000,
  intervalMs: 60_000,
  cpu: {
    percent: 12.5,
    userPercent: 8.25,
    systemPercent: 3.5,
    iowaitPercent: 0.25,
    stealPercent: 0,
    perCorePercent: [10, 12.5, 15, 11.25],
    load1: 0.52,
    load5: 0.58,
    load15: 0.59,
    pressure,
  },
  memory: {
    totalBytes: 17_179_869_184,
    availableBytes: 8_388_608_000,
    usedBytes: 8_388_608_000,
    usedPercent: 50.5,
    swapTotalBytes: 2_147_483_648,
    swapUsedBytes: 0,
    swapUsedPercent: 0,
    swapInBytesPerSecond: 0,
    swapOutBytesPerSecond: 0,
    pressure,
  },
  diskIo: ['sda', 'vda', 'nvme1n1', 'nvme0n1'].map((device) => ({
    device,
    readBytesPerSecond: 4_096,
    writtenBytesPerSecond: 65_536,
    readsPerSecond: 0.5,
    writesPerSecond: 12.5,
    readLatencyMs: 0.25,
    writeLatencyMs: 0.75,
    busyPercent: 1.25,
  })),
  interfaces: ['ens5', 'wlan0', 'docker0', 'eth1', 'eth0'].map((name) => ({
    name,
    receivedBytesPerSecond: 12_345,
    sentBytesPerSecond: 23_456,
    receivedPacketsPerSecond: 45.6,
    sentPacketsPerSecond: 56.7,
    receiveErrorsPerSecond: 0,
    sendErrorsPerSecond: 0,
    receiveDropsPerSecond: 0,
    sendDropsPerSecond: 0,
  })),
  connections: {
    tcpTimeWait: 2,
    tcpInUse: 31,
    tcpOrphaned: 0,
    udpInUse: 4,
    socketsUsed: 210,
    tcpEstablished: 12,
    tcpListen: 14,
  },
  processes: {
    total: 142,
    threads: 310,
    byStatus: { sleeping: 84, idle: 57, running: 1 },
    watches: { 'name:nginx': 1 },
    top: [
      ['kubelet', 'root'],
      ['prometheus', 'prometheus'],
      ['rabbitmq-server', 'rabbitmq'],
      ['mongod', 'mongodb'],
      ['memcached', 'memcache'],
      ['gunicorn', 'app'],
      ['php-fpm', 'www-data'],
      ['apache2', 'www-data'],
      ['sshd', 'root'],
      ['cron', 'root'],
      ['rsyslogd', 'syslog'],
      ['chronyd', '_chrony'],
      ['systemd-journal', 'root'],
      ['systemd-udevd', 'root'],
      ['systemd', 'root'],
      ['fluent-bit', 'root'],
      ['haproxy', 'haproxy'],
      ['containerd', 'root'],
      ['dockerd', 'root'],
      ['redis-server', 'redis'],
      ['mysqld', 'mysql'],
      ['java', 'kafka'],
      ['python3', 'app'],
      ['nginx', 'www-data'],
      ['postgres', 'postgres'],
      ['node', 'app'],
      ['vitals', 'vitals'],
    ].map(([name = '', user = ''], rank) => ({
      pid: 1_234 + rank,
      name,
      ppid: 1,
      user,
      status: 'sleeping',
      cpuPercent: 0.25,
      rssBytes: 104_857_600,
      threads: 1,
      openFiles: 24,
      openFilesLimit: 1_048_576,
      readBytesPerSecond: 0,
      writtenBytesPerSecond: 0,
      startedAtMs,
    })),
    forksPerSecond: 0.35,
  },
  ioPressure: pressure,
  openFiles: { used: 2_048, limit: 1_614_292 },
  sensors: [{ name: 'coretemp Package id 0', celsius: 45 }],
  disks: [
    ['/boot/efi', '/dev/sda15', 'vfat', 128],
    ['/boot', '/dev/nvme0n1p1', 'ext4', 1_024],
    ['/home', '/dev/mapper/vg0-home', 'xfs', 1_048_576],
    ['/srv', '/dev/nvme1n1p1', 'ext4', 524_288],
    ['/var', '/dev/nvme0n1p3', 'ext4', 102_400],
    ['/', '/dev/nvme0n1p2', 'ext4', 51_200],
    ['/data', '/dev/xvda1', 'ext4', 20_480],
    ['/var/lib/docker', '/dev/vda1', 'ext4', 40_960],
    ['/', '/dev/sda1', 'ext4', 8_192],
  ].map(([mount = '', device = '', fsType = '', mebibytes = 0]) => ({
    mount: String(mount),
    device: String(device),
    fsType: String(fsType),
    totalBytes: Number(mebibytes) * 1_048_576,
    usedBytes: Number(mebibytes) * 524_288,
    freeBytes: Number(mebibytes) * 409_600,
    usedPercent: 30.5,
    inodesTotal: Number(mebibytes) * 64,
    inodesUsed: 123_456,
    inodesUsedPercent: 1.88,
  })),
  agent: {
    collectCpuMs: 1.25,
    cpuPercent: 0.05,
    rssBytes: 62_914_560,
    spoolBatches: 0,
    spoolBytes: 0,
    spoolState: 'disk',
    droppedBatches: 0,
    droppedSnapshots: 0,
    lastPushAtMs: 1_789_999_940_000,
    clockOffsetMs: 12,
  },
  sinceBootMs: 86_400_000,
  bootId: '6f1de1a5-1111-4222-8333-444455556666',
}
