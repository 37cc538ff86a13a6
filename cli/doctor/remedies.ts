/**
 * All that `vitals doctor` can find, each with its cause and what to do: the one home of both. docs/doctor.md is this table,
 * and a test holds it to that. `{…}` is filled in where it is found.
 */
export type Outcome = 'ok' | 'warning' | 'problem' | 'unknown'

export interface Remedy {
  outcome: Exclude<Outcome, 'ok'>
  cause: string
  remedy: string
}

export const remedies = {
  'directory-not-made': {
    outcome: 'problem',
    cause: 'A directory is not there, and this user may not make it',
    remedy: 'sudo install -d -o {user} -m 700 {path}',
  },
  'directory-not-writable': {
    outcome: 'problem',
    cause: 'This user may not write a directory, or its file system is read-only or broken',
    remedy: 'sudo chown -R {user} {path}; for a read-only file system: another {setting}',
  },
  'network-file-system': {
    outcome: 'warning',
    cause: 'Spool or logs lie on a network file system: when it hangs, the agent does',
    remedy: '{setting}=a directory on a local disk',
  },
  'lost-at-boot': {
    outcome: 'warning',
    cause: 'The data directory lies in memory: what waits in the spool is lost when the machine stops',
    remedy: 'MONITOR_DATA_DIR=a directory on a disk, e.g. /var/lib/vitals',
  },
  'little-room': {
    outcome: 'warning',
    cause: 'The disk has less room than the spool and the logs may take',
    remedy: 'free {needed} on {path}, or lower {setting}',
  },
  'few-inodes': {
    outcome: 'warning',
    cause: 'The file system has few inodes left: files can be made no more, whatever room there is',
    remedy: 'sudo find {path} -xdev -type f | cut -d/ -f1-4 | sort | uniq -c | sort -rn | head   # where they went',
  },
  'spool-unreadable': {
    outcome: 'problem',
    cause: 'This user may not read the spool, or the disk is broken',
    remedy: 'run it as the user of the agent: sudo -u {user} vitals doctor',
  },
  'spool-damaged': {
    outcome: 'warning',
    cause: 'Files of the spool were damaged and put aside; what they held is told as a gap',
    remedy: 'look at the disk (dmesg, smartctl), then remove what is in {path}',
  },
  'spool-foreign': {
    outcome: 'warning',
    cause: 'The spool holds files that are none of this version of the agent',
    remedy: 'update the agent if a newer one wrote them; otherwise move them out of {path}',
  },
  'spool-waits': {
    outcome: 'warning',
    cause: 'Batches have waited for long: the bucket is away or refuses them',
    remedy: 'vitals status   # says why; the checks of the bucket below say more',
  },
  'agent-dead': {
    outcome: 'problem',
    cause: 'The agent has ended without being told to',
    remedy: 'sudo systemctl restart vitals-agent; why: journalctl -u vitals-agent -n 50',
  },
  'agent-silent': {
    outcome: 'problem',
    cause: 'The agent is there, and takes no snapshots: it hangs, or was stopped by a signal',
    remedy: 'sudo systemctl restart vitals-agent; before that: cat /proc/{pid}/wchan /proc/{pid}/status',
  },
  'agent-not-running': {
    outcome: 'warning',
    cause: 'No agent runs with this data directory',
    remedy: 'sudo systemctl enable --now vitals-agent, or vitals agent; another data directory: --data-dir',
  },
  'agent-other-version': {
    outcome: 'warning',
    cause: 'The agent that runs is of another version than this command',
    remedy: 'sudo systemctl restart vitals-agent',
  },
  'agent-status-unreadable': {
    outcome: 'warning',
    cause: 'agent-status.json is damaged, foreign, too large or newer',
    remedy: 'mv {path} {path}.aside   # a running agent writes it anew at its next snapshot',
  },
  'agent-not-sending': {
    outcome: 'problem',
    cause: 'The agent can not send what it has',
    remedy: '{reason}',
  },
  'service-not-enabled': {
    outcome: 'warning',
    cause: 'The service is installed, and does not start with the machine',
    remedy: 'sudo systemctl enable --now vitals-agent',
  },
  'kernel-lacks': {
    outcome: 'warning',
    cause: 'The kernel lacks something, or has it switched off: {metrics} are missing or cost more',
    remedy: '{how}',
  },
  'processes-hidden': {
    outcome: 'warning',
    cause: '/proc is mounted with hidepid: processes of other users are not seen at all',
    remedy: 'sudo mount -o remount,hidepid=0 /proc, or gid=GROUP there and the agent in that group',
  },
  'files-of-others': {
    outcome: 'warning',
    cause: "Open files and I/O of other users' processes can not be read without CAP_SYS_PTRACE",
    remedy: 'only if you need them: AmbientCapabilities=CAP_SYS_PTRACE (and CapabilityBoundingSet=) in the unit',
  },
  'few-files': {
    outcome: 'warning',
    cause: 'More processes than a quarter of the files that the agent may open: each snapshot opens the others anew',
    remedy: 'LimitNOFILE={needed} in the unit, or: ulimit -n {needed}',
  },
  'not-read': {
    outcome: 'warning',
    cause: 'A snapshot taken just now lacks this value',
    remedy: '{how}',
  },
  'snapshot-costly': {
    outcome: 'warning',
    cause: 'Snapshots cost more CPU than MONITOR_MAX_CPU allows: the interval will be lengthened',
    remedy: 'a longer MONITOR_INTERVAL, MONITOR_PSS=false, or a higher MONITOR_MAX_CPU',
  },
  'store-away': {
    outcome: 'problem',
    cause: 'The store can not be reached: its name, its port or its certificate',
    remedy: 'check AWS_ENDPOINT_URL, AWS_REGION, DNS and firewalls: curl -v {url}',
  },
  'certificate-ends': {
    outcome: 'warning',
    cause: "The store's certificate ends soon",
    remedy: 'renew it at {url}',
  },
  'clock-off': {
    outcome: 'warning',
    cause: "This machine's clock differs from the store's: times are put right afterwards, alerts may be late",
    remedy: 'sudo timedatectl set-ntp true',
  },
  'clock-refused': {
    outcome: 'problem',
    cause: "This machine's clock is so far off that S3 refuses what it signs",
    remedy: 'sudo timedatectl set-ntp true',
  },
  'bucket-unusable': {
    outcome: 'problem',
    cause: 'The bucket can not be used: credentials, its name, or what answers there',
    remedy: '{reason}',
  },
  'may-not-send': {
    outcome: 'problem',
    cause: 'These credentials may not put what is not there below the prefix of this host, or the host is revoked',
    remedy: 'vitals enrol --host {host} --bucket {bucket}   # prints the policy that they need',
  },
  'may-too-much': {
    outcome: 'warning',
    cause:
      'These credentials may do more than an agent needs: right where functions run, too much where only an agent does',
    remedy: 'vitals enrol --host {host} --bucket {bucket}   # prints the policy; take away all else',
  },
  'right-unclear': {
    outcome: 'unknown',
    cause: 'The store answered in a way that tells nothing about the right',
    remedy: 'look at the policy of these credentials: vitals enrol --host {host} --bucket {bucket}',
  },
  'bucket-layout': {
    outcome: 'problem',
    cause: 'The bucket is laid out by a newer version or for another number of shards, or its vitals.json is damaged',
    remedy: '{reason}',
  },
  'duplicate-host': {
    outcome: 'warning',
    cause: 'Two agents send under the name of this host, or a machine was cloned with its spool',
    remedy: 'MONITOR_HOST=another name on one of them; on a clone: remove its data directory before it starts',
  },
  'evaluate-away': {
    outcome: 'problem',
    cause: 'evaluate has not run for a quarter of an hour: no alert is decided, and nobody is told',
    remedy: 'start vitals up where the functions run; vitals evaluate runs it once, and says what is wrong',
  },
  'no-answer': {
    outcome: 'unknown',
    cause: 'A check had no answer in its time',
    remedy: 'run vitals doctor again; a network mount that hangs shows in: cat /proc/mounts',
  },
  'check-failed': {
    outcome: 'unknown',
    cause: 'A check could not be made',
    remedy: '{reason}',
  },
} as const satisfies Record<string, Remedy>

export type FindingName = keyof typeof remedies
