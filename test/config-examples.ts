/** Texts of vitals.yml that are good, and some that are not: for whatever reads them, or describes them. */

/** Each section whole, as docs/alerting.md explains it. */
export const wholeConfig = `
rules:
  - id: cpu-hot
    metric: cpu.percent
    op: ">"
    threshold: 80
    critical: 95%
    clear: 75
    per: core
    only: ["0", "1?"]
    except: ["10"]
    window: 10m
    agg: p95
    datapoints: 3/5
    keep_firing: 2m
    missing: breaching
    severity: warning
    where: { hosts: ["web-*"], tags: ["env=prod", "role=*"] }
    flap: { times: 3, within: 1h, calm: 30m }
    repeat: 24h
    note: "Who to call, what to look at"
    runbook: https://wiki.example.com/cpu
  - id: full-soon
    forecast: disk.percent
    within: 24h
    window: 6h
    only: ["/var*"]
  - { id: nginx-gone, absent: "process:nginx*", after: 5m, severity: critical }
  - { id: low-memory, metric: memory.available, op: "<", threshold: 500MB }
overrides:
  - where: { tags: ["role=batch"] }
    rule: cpu*
    set: { threshold: 95, critical: 99, clear: 90, window: 30m }
  - { rule: inodes*, off: true, where: { hosts: [old-*] } }
receivers:
  - { name: ops, type: mail, to: [ops@example.com] }
  - { name: pager, type: webhook, url: "https://pager.example.com/in", secret: "env:PAGER_SECRET", format: alertmanager, deadline: 10s, cap: 20 }
  - { name: chat, type: webhook, url: "env:CHAT_URL", format: slack }
  - { name: topic, type: sns, topic: "arn:aws:sns:eu-central-1:123456789012:alerts" }
  - { name: script, type: command, command: [/usr/local/bin/told, --now] }
  - { name: files, type: file, directory: logs/mail }
routes:
  - match: { severity: critical, tags: [env=prod], hosts: ["*"], rules: ["disk*"], entities: ["/var*"] }
    during: { timeZone: Europe/Berlin, weekdays: [mon..fri, sunday], from: "08:00", to: "18:00" }
    to: [pager, default]
    group: { by: [rule, "tag:role"], wait: 30s, interval: 5m }
    repeat: 4h
    continue: true
  - to: [ops]
maintenance:
  - { name: backup, match: { hosts: [db-*], rules: [cpu] }, every: week, on: sunday, from: "02:00", to: "04:00", timeZone: Europe/Berlin }
  - { name: nightly, every: day, from: "23:30", to: "24:00" }
  - { name: patches, every: month, on: 31, from: "01:00", to: "02:00" }
schedules:
  - { name: ops, every: week, on: friday, at: "07:30", timeZone: UTC, to: [ops@example.com], hosts: [web-1], tags: [env=prod] }
`.replace('inodes*', 'low*')

export const goodConfigs: readonly string[] = [
  wholeConfig,
  '',
  '# nothing but a comment',
  'rules: []',
  'rules:\n  - { id: cpu, metric: cpu.percent, threshold: 90 }',
  'rules:\n  - { id: drops, metric: net.drops, per: interface, threshold: 10/s, except: [lo] }',
  'rules:\n  - { id: cores, metric: cpu.percent, per: process, threshold: 150 }',
  'rules:\n  - { id: grows, metric: memory.used, agg: rate, window: 1h, threshold: 1MiB/s }',
  'overrides:\n  - { rule: finding, set: { window: 5m } }',
  'overrides:\n  - { rule: "*", where: { hosts: [test-*] }, set: { repeat: 7d, severity: critical } }',
  'routes:\n  - { to: [default] }',
  'receivers:\n  - { name: a, type: webhook, url: "http://chat.lan/in", insecure: true }',
  'schedules:\n  - { name: ops, every: day, to: [ops@example.com] }',
]

/** Text, where, and what was expected. `beyondSchema`: no JSON Schema can say so. */
export const badConfigs: readonly [text: string, place: string, expected: string, beyondSchema?: 'beyond schema'][] = [
  ['7', '1:1: the file: 7: ', 'expected rules, overrides, receivers, routes, maintenance, schedules'],
  ['rule: []', '1:1: rule: ', 'a key that exists; is rules meant?'],
  ['rules: 7', '1:8: rules: 7: ', 'expected a list of rules'],
  ['rules:\n  - 7', '2:5: rules[0]: 7: ', 'expected id, metric,'],
  ['rules:\n  - { metric: cpu.percent, threshold: 1 }', '2:5: rules[0].id: ', 'expected id'],
  ['rules:\n  - { id: a b, metric: cpu.percent, threshold: 1 }', '2:11: rules[0].id: "a b": ', 'letters, digits'],
  ['rules:\n  - { id: finding, metric: cpu.percent, threshold: 1 }', '2:11: rules[0].id: ', 'another id'],
  ['rules:\n  - { id: a, metric: cpu.procent, threshold: 1 }', '2:22: rules[0].metric: ', 'is cpu.percent meant?'],
  [
    'rules:\n  - { id: a, metric: nothing, threshold: 1 }',
    '2:22: rules[0].metric: ',
    'expected a metric: cpu.percent,',
  ],
  ['rules:\n  - { id: a, metric: cpu.percent }', '2:5: rules[0]: ', 'expected threshold beside metric'],
  ['rules:\n  - { id: a, threshold: 1 }', '2:5: rules[0]: ', 'expected exactly one of metric, forecast, absent'],
  [
    'rules:\n  - { id: a, metric: cpu.percent, absent: host, threshold: 1 }',
    '2:5: rules[0]: ',
    'exactly one of metric, forecast, absent, not metric and absent',
  ],
  [
    'rules:\n  - { id: a, absent: host, threshold: 1 }',
    '2:39: rules[0].threshold: 1: ',
    'no threshold in a rule with absent',
  ],
  ['rules:\n  - { id: a, absent: nginx }', '2:22: rules[0].absent: "nginx": ', 'expected host, or process:'],
  ['rules:\n  - { id: a, forecast: disk.percent }', '2:5: rules[0]: ', 'expected within beside forecast'],
  [
    'rules:\n  - { id: a, forecast: disk.free, within: 1d }',
    '2:24: rules[0].forecast: ',
    'a metric in percent',
    'beyond schema',
  ],
  [
    'rules:\n  - { id: a, metric: cpu.percent, threshold: high }',
    '2:46: rules[0].threshold: "high": ',
    'expected a number, or one',
  ],
  [
    'rules:\n  - { id: a, metric: cpu.percent, threshold: 2GiB }',
    '2:46: rules[0].threshold: "2GiB": ',
    'a number in %',
    'beyond schema',
  ],
  [
    'rules:\n  - { id: a, metric: cpu.percent, threshold: 1, window: 600 }',
    '2:57: rules[0].window: 600: ',
    'a duration such as 30s',
  ],
  [
    'rules:\n  - { id: a, metric: cpu.percent, threshold: 1, window: 90d }',
    '2:57: rules[0].window: "90d": ',
    'from 0s to 30d',
    'beyond schema',
  ],
  [
    'rules:\n  - { id: a, metric: cpu.percent, threshold: 1, datapoints: 5/3 }',
    '2:61: rules[0].datapoints: "5/3": ',
    'expected such as 3/5',
    'beyond schema',
  ],
  [
    'rules:\n  - { id: a, metric: cpu.percent, threshold: 1, agg: mean }',
    '2:54: rules[0].agg: "mean": ',
    'expected avg, min, max',
  ],
  [
    'rules:\n  - { id: a, metric: cpu.percent, threshold: 1, agg: max }',
    '2:54: rules[0].agg: "max": ',
    'expected a window',
    'beyond schema',
  ],
  [
    'rules:\n  - { id: a, metric: cpu.percent, threshold: 80, clear: 85 }',
    '2:57: rules[0].clear: 85: ',
    'at or below the threshold, 80',
    'beyond schema',
  ],
  [
    'rules:\n  - { id: a, metric: memory.available, op: "<", threshold: 80, critical: 85 }',
    '2:74: rules[0].critical: 85: ',
    'below the threshold, 80',
    'beyond schema',
  ],
  [
    'rules:\n  - { id: a, metric: disk.percent, per: core, threshold: 1 }',
    '2:41: rules[0].per: "core": ',
    'expected mount',
    'beyond schema',
  ],
  [
    'rules:\n  - { id: a, metric: load1, per: core, threshold: 1 }',
    '2:34: rules[0].per: "core": ',
    'one value of a host',
    'beyond schema',
  ],
  [
    'rules:\n  - { id: a, metric: cpu.percent, threshold: 1, windw: 1m }',
    '2:56: rules[0].windw: "1m": ',
    'is window meant?',
  ],
  ['rules:\n  - { id: a, absent: host, where: { hosts: [] } }', '2:37: rules[0].where.hosts: ', 'at least one'],
  [
    'rules:\n  - { id: a, absent: host, where: { tags: [prod] } }',
    '2:44: rules[0].where.tags[0]: "prod": ',
    'expected key=glob',
  ],
  ['rules:\n  - { id: a, absent: host, note: "a\\nb" }', '2:34: rules[0].note: "a\\nb": ', 'a line of text'],
  [
    'rules:\n  - { id: a, absent: host, runbook: wiki }',
    '2:37: rules[0].runbook: "wiki": ',
    'an address such as https://',
  ],
  [
    'rules:\n  - { id: a, absent: host, flap: { times: 1, within: 1h, calm: 1h } }',
    '2:43: rules[0].flap.times: 1: ',
    '2 or more',
  ],
  [
    'rules:\n  - { id: a, absent: host }\n  - { id: a, absent: host }',
    '3:11: rules[1].id: "a": ',
    'each id once',
    'beyond schema',
  ],
  ['overrides:\n  - { rule: cpu }', '2:5: overrides[0]: ', 'exactly one of set and off'],
  ['overrides:\n  - { rule: cpu, set: {} }', '2:18: overrides[0].set: ', 'a field to change'],
  ['overrides:\n  - { rule: cpo, off: true }', '2:13: overrides[0].rule: "cpo": ', 'is cpu meant?', 'beyond schema'],
  [
    'overrides:\n  - { rule: cpu, set: { after: 1m } }',
    '2:32: overrides[0].set.after: "1m": ',
    'after is none',
    'beyond schema',
  ],
  [
    'overrides:\n  - { rule: cpu, set: { threshold: 1GB } }',
    '2:36: overrides[0].set.threshold: "1GB": ',
    'a number in %',
    'beyond schema',
  ],
  [
    'overrides:\n  - { rule: cpu, set: { critical: 70 } }',
    '2:35: overrides[0].set.critical: 70: ',
    'above the threshold, 80 (rule cpu)',
    'beyond schema',
  ],
  [
    'receivers:\n  - { name: a, type: pigeon }',
    '2:22: receivers[0].type: "pigeon": ',
    'mail, webhook, sns, command or file',
  ],
  ['receivers:\n  - { name: a, type: mail, to: [nobody] }', '2:33: receivers[0].to[0]: "nobody": ', 'a mail address'],
  ['receivers:\n  - { name: a, type: mail, to: [] }', '2:28: receivers[0].to: ', 'at least one'],
  [
    'receivers:\n  - { name: a, type: webhook, url: ftp://x }',
    '2:36: receivers[0].url: ',
    'https://…, http://… or env:NAME',
  ],
  [
    'receivers:\n  - { name: a, type: webhook, url: "https://x", secret: hunter2 }',
    '2:57: receivers[0].secret: ',
    'expected env:NAME',
  ],
  ['receivers:\n  - { name: a, type: sns, topic: alerts }', '2:34: receivers[0].topic: "alerts": ', 'arn:aws:sns:'],
  [
    'receivers:\n  - { name: a, type: command, command: [told] }',
    '2:31: receivers[0].command: ',
    'the path of a program',
    'beyond schema',
  ],
  [
    'receivers:\n  - { name: a, type: file, directory: x, deadline: 1h }',
    '2:52: receivers[0].deadline: "1h": ',
    'from 1s to 2m',
    'beyond schema',
  ],
  [
    'receivers:\n  - { name: a, type: file, directory: x, format: slack }',
    '2:50: receivers[0].format: "slack": ',
    'one of name, deadline, cap, type, directory',
  ],
  [
    'receivers:\n  - { name: a, type: file, directory: x }\nroutes:\n  - { to: [b] }',
    '4:12: routes[0].to[0]: "b": ',
    'expected a receiver: a, default',
    'beyond schema',
  ],
  ['routes:\n  - { to: [defualt] }', '2:12: routes[0].to[0]: "defualt": ', 'is default meant?', 'beyond schema'],
  [
    'routes:\n  - { match: { severity: info }, to: [default] }',
    '2:26: routes[0].match.severity: "info": ',
    'warning or critical',
  ],
  ['routes:\n  - { to: [default], group: { by: [zone] } }', '2:36: routes[0].group.by[0]: "zone": ', 'tag:NAME'],
  [
    'routes:\n  - { to: [default], during: { from: 8, to: "24:00" } }',
    '2:38: routes[0].during.from: 8: ',
    'a time such as "07:00"',
  ],
  [
    'routes:\n  - { to: [default], during: { from: "08:00", to: "09:00", weekdays: [mon..] } }',
    '2:71: routes[0].during.weekdays[0]: ',
    'a range such as mon..fri',
  ],
  [
    'routes:\n  - { to: [default], during: { from: "08:00", to: "09:00", timeZone: Berlin } }',
    '2:70: routes[0].during.timeZone: "Berlin": ',
    'Europe/Berlin',
    'beyond schema',
  ],
  ['maintenance:\n  - { name: a, every: week, from: "01:00", to: "02:00" }', '2:5: maintenance[0].on: ', 'expected on'],
  [
    'maintenance:\n  - { name: a, every: month, on: 32, from: "01:00", to: "02:00" }',
    '2:34: maintenance[0].on: 32: ',
    'a day from 1 to 31',
  ],
  ['schedules:\n  - { name: ops, every: day, to: [a@b.c], at: 7:00 }', '2:47: schedules[0].at: ', 'a time such as'],
  [
    'schedules:\n  - { name: ops, every: year, to: [a@b.c] }',
    '2:25: schedules[0].every: "year": ',
    'day, week or month',
  ],
  [
    'schedules:\n  - { name: ops, every: day, to: [a@b.c] }\n  - { name: ops, every: day, to: [a@b.c] }',
    '3:13: schedules[1].name: "ops": ',
    'each name once',
    'beyond schema',
  ],
]
