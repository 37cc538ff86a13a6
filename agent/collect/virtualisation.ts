/** What this Linux host runs in, as the kernel and the firmware show it: no program is asked. */
import { readFileSync } from 'node:fs'
import { nameOrUndefined } from './host.ts'
import { type Mount, parseMountinfo } from './mountinfo.ts'
import type { Roots } from './roots.ts'

/** By the vendor, or the product, that the firmware names. */
const vendors: readonly [RegExp, string][] = [
  [/amazon ec2/i, 'Amazon EC2'],
  [/google/i, 'Google Compute Engine'],
  [/microsoft corporation.*virtual machine/is, 'Hyper-V'],
  [/vmware/i, 'VMware'],
  [/virtualbox|innotek/i, 'VirtualBox'],
  [/parallels/i, 'Parallels'],
  [/xen/i, 'Xen'],
  [/bhyve/i, 'bhyve'],
  [/qemu|kvm|openstack|rhev|ovirt|digitalocean|hetzner|scaleway/i, 'KVM'],
]

/** By the file of the engine's own that is bound over one of the container's. */
const engines: readonly [RegExp, string][] = [
  [/\/pods\/[^/]+\/etc-hosts$/, 'Kubernetes'],
  [/\/overlay-containers\/[0-9a-f]+\//, 'Podman'],
  [/(^|\/)containers\/[0-9a-f]{64}\//, 'Docker'],
  [/\/io\.containerd\./, 'containerd'],
]
const boundFiles = new Set(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'])

/** `Docker on KVM`, `KVM`, `Docker`; absent: nothing says so. */
export function virtualisationOf(roots: Roots): string | undefined {
  const layers = [containerOf(parseMountinfo(read(`${roots.proc}/self/mountinfo`))), machineOf(roots)]
  return nameOrUndefined(layers.filter((layer) => layer !== undefined).join(' on '))
}

function containerOf(mounts: Mount[]): string | undefined {
  const bound = mounts.filter(({ mountPoint }) => boundFiles.has(mountPoint)).map(({ root }) => root)
  const engine = engines.find(([pattern]) => bound.some((root) => pattern.test(root)))?.[1]
  return engine ?? (mounts.some(({ fsType }) => fsType === 'fuse.lxcfs') ? 'LXC' : undefined)
}

/** `virtual machine`: of a kind that names itself nowhere. */
function machineOf(roots: Roots): string | undefined {
  const firmware = ['sys_vendor', 'product_name'].map((name) => read(`${roots.sys}/class/dmi/id/${name}`)).join('\n')
  const known = vendors.find(([pattern]) => pattern.test(firmware))?.[1]
  if (known !== undefined) return known
  const hypervisor = read(`${roots.sys}/hypervisor/type`).trim()
  if (hypervisor !== '') return nameOrUndefined(hypervisor)
  return /^flags\s*:.*\bhypervisor\b/m.test(read(`${roots.proc}/cpuinfo`)) ? 'virtual machine' : undefined
}

/** Empty where there is no such file: firmware is hidden from some, and not there on others. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
