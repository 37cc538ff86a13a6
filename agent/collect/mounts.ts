/** Which mounts are worth a row: real file systems that can fill up, each once. */
import type { Mount } from './mountinfo.ts'

export interface RealMount extends Mount {
  /** Asking a server, or a process, that may not answer. */
  remote: boolean
  /** The file system takes no writes though it was mounted for writing: after an error, for instance. */
  failedReadOnly: boolean
}

/** Kept in memory or made up by the kernel: nothing of it fills a disk. */
const pseudoTypes = new Set(
  (
    'autofs binder binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devfs devpts devtmpfs efivarfs fusectl ' +
    'hugetlbfs mqueue nsfs none overlay proc pstore ramfs rootfs rpc_pipefs securityfs selinuxfs sysfs tmpfs tracefs ' +
    'usbfs fuse.gvfsd-fuse fuse.lxcfs fuse.portal fuse.vmware-vmblock'
  ).split(' '),
)

/** Always full by their nature. */
const mediaTypes = new Set('squashfs iso9660 udf erofs cramfs romfs fuse.snapfuse fuse.squashfuse'.split(' '))

const remoteTypes = new Set(
  '9p acfs afs beegfs ceph cifs coda davfs fuse fuseblk glusterfs gpfs lustre ncpfs nfs nfs4 smb3 smbfs virtiofs'.split(
    ' ',
  ),
)

/** Files that container engines bind from the host's disk into every container. */
const containerFiles = new Set([
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/dev/termination-log',
  '/run/.containerenv',
])

export function selectMounts(mounts: Mount[]): RealMount[] {
  // What is mounted later on the same place hides the earlier one.
  const visible = new Map(asOnTheHost(mounts).map((mount) => [mount.mountPoint, mount]))
  const byDevice = new Map<string, Mount>()
  for (const mount of visible.values()) {
    if (!isReal(mount)) continue
    const rival = byDevice.get(mount.majorMinor)
    if (!rival || rank(mount) < rank(rival)) byDevice.set(mount.majorMinor, mount)
  }
  return [...byDevice.values()].map((mount) => ({
    ...mount,
    remote: remoteTypes.has(mount.fsType) || mount.fsType.startsWith('fuse.'),
    failedReadOnly:
      !mount.readOnly && mount.superOptions.some((option) => option === 'ro' || option === 'emergency_ro'),
  }))
}

/**
 * A service with `ProtectSystem=strict` sees every mount read-only, as does a container whose root is: the file system of
 * `/` then takes writes, and its mount does not. What is read-only on the host is told by the file systems' own options.
 */
function asOnTheHost(mounts: Mount[]): Mount[] {
  const root = mounts.findLast(({ mountPoint }) => mountPoint === '/')
  if (!root?.readOnly || root.superOptions.includes('ro')) return mounts
  return mounts.map((mount) => ({ ...mount, readOnly: mount.superOptions.includes('ro') }))
}

/** `/` is always kept: inside a container it is an overlay, on an image-based system it is read-only. */
function isReal(mount: Mount): boolean {
  if (mount.mountPoint === '/') return true
  if (pseudoTypes.has(mount.fsType) || mediaTypes.has(mount.fsType)) return false
  // Mounted read-only on purpose. One that an error has made read-only says so among the options of its file system only.
  if (mount.readOnly) return false
  return !containerFiles.has(mount.mountPoint)
}

/** Of several mounts of one device, the least: `/` first, then its own root before a bind, then the shortest path. */
function rank(mount: Mount): number {
  if (mount.mountPoint === '/') return 0
  return (mount.root === '/' ? 1 : 100_000) + mount.mountPoint.length
}
