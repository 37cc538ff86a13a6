#!/bin/sh
# Boots this machine's own systemd in namespaces of its own, over a copy-on-write view of this machine's files:
# boot-machine.sh <empty directory>. What happens in there stays in memory, and ends with the first process.
set -eu
place=$1
inside=$place/root

if [ "${2-}" != inside ]; then
  # A control group of its own, so that systemd makes its groups below it.
  for cgroups in /sys/fs/cgroup/unified /sys/fs/cgroup; do [ -e "$cgroups/cgroup.procs" ] && break; done
  mkdir "$cgroups/$(basename "$place")"
  echo $$ >"$cgroups/$(basename "$place")/cgroup.procs"
  # It ends with who asked for it, however that ends.
  exec setpriv --pdeathsig KILL unshare --mount --pid --fork --cgroup --uts --ipc --net --kill-child=KILL "$0" "$place" inside
fi

mount --make-rprivate /
mount -t tmpfs machine "$place"
mkdir "$place/changes" "$place/work" "$inside"
mount -t overlay machine -o lowerdir=/,upperdir="$place/changes",workdir="$place/work" "$inside"

# Images of containers forbid packages to start services; a machine does not.
rm -f "$inside/usr/sbin/policy-rc.d"

mount -t proc proc "$inside/proc"
# Read-only, as in containers: units that would change the kernel's settings or wake devices see it, and pass.
mount --bind "$inside/proc/sys" "$inside/proc/sys"
mount -o remount,bind,ro "$inside/proc/sys"
mount -t sysfs -o ro sysfs "$inside/sys"
mount -t cgroup2 cgroup2 "$inside/sys/fs/cgroup"
mount -t tmpfs tmpfs "$inside/run"
mount -t tmpfs tmpfs "$inside/tmp"
mount -t tmpfs -o mode=755 tmpfs "$inside/dev"
for device in null zero full random urandom tty; do
  touch "$inside/dev/$device"
  mount --bind "/dev/$device" "$inside/dev/$device"
done
mkdir "$inside/dev/pts" "$inside/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$inside/dev/pts"
ln -s pts/ptmx "$inside/dev/ptmx"
# Not chroot: systemd makes namespaces for its units, which begin at the root of this one.
cd "$inside"
pivot_root . mnt
umount -l /mnt
exec env -i container=vitals PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=basic.target
