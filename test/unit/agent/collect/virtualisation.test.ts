import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { virtualisationOf } from '../../../../agent/collect/virtualisation.ts'

const directory = mkdtempSync(join(tmpdir(), 'vitals-virtual-'))
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const dmi = 'sys/class/dmi/id'
const cpuinfo = (flags: string) => `processor\t: 0\nflags\t\t: fpu ${flags} sse\n`

const bound = (root: string) => `1 1 8:1 ${root} /etc/hosts rw - ext4 /dev/sda1 rw\n`

it.each<[string, string | undefined, Record<string, string>]>([
  ['a host of its own', undefined, { 'proc/cpuinfo': cpuinfo('vmx'), [`${dmi}/sys_vendor`]: 'Dell Inc.\n' }],
  ['nothing to read', undefined, {}],
  ['EC2', 'Amazon EC2', { [`${dmi}/sys_vendor`]: 'Amazon EC2\n', [`${dmi}/product_name`]: 'm7g.large\n' }],
  [
    'Azure',
    'Hyper-V',
    { [`${dmi}/sys_vendor`]: 'Microsoft Corporation\n', [`${dmi}/product_name`]: 'Virtual Machine\n' },
  ],
  [
    'a Surface',
    undefined,
    { [`${dmi}/sys_vendor`]: 'Microsoft Corporation\n', [`${dmi}/product_name`]: 'Surface Pro\n' },
  ],
  ['QEMU', 'KVM', { [`${dmi}/sys_vendor`]: 'QEMU\n', [`${dmi}/product_name`]: 'Standard PC\n' }],
  ['Xen without firmware', 'xen', { 'sys/hypervisor/type': 'xen\n' }],
  ['a hypervisor that hides', 'virtual machine', { 'proc/cpuinfo': cpuinfo('hypervisor') }],
  [
    'a container of Docker',
    'Docker',
    { 'proc/self/mountinfo': bound(`/var/lib/docker/containers/${'1f'.repeat(32)}/hosts`) },
  ],
  [
    'a container of Docker on a virtual machine',
    'Docker on KVM',
    {
      'proc/self/mountinfo': bound(`/containers/${'1f'.repeat(32)}/hosts`),
      [`${dmi}/sys_vendor`]: 'QEMU\n',
    },
  ],
  ['a pod', 'Kubernetes', { 'proc/self/mountinfo': bound('/var/lib/kubelet/pods/9b/etc-hosts') }],
  ['Podman', 'Podman', { 'proc/self/mountinfo': bound('/containers/storage/overlay-containers/4f/userdata/hosts') }],
  ['LXC', 'LXC', { 'proc/self/mountinfo': '1 1 0:9 /proc/uptime /proc/uptime rw - fuse.lxcfs lxcfs rw\n' }],
  ['a file of the owner over /etc/hosts', undefined, { 'proc/self/mountinfo': bound('/home/me/hosts') }],
])('%s: %s', (_, expected, files) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  const roots = { proc: join(directory, 'proc'), sys: join(directory, 'sys'), etc: join(directory, 'etc') }
  expect(virtualisationOf(roots)).toBe(expected)
})
