# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""The two hosts of the testbed: what they boot, starting and ending them, and
running commands inside them.

Knows nothing of scenarios or devices. Whoever starts a host from here need not
fear leftovers: the kernel ends its QEMU together with this process.
"""

import contextlib
import ctypes
import fcntl
import glob
import json
import lzma
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import threading

HERE = os.path.dirname(os.path.realpath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))

# What the initramfs needs to reach the root file system and the other host.
BOOT_MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay', 'virtio_net',
                'virtio_console']
MINIMUM_QEMU = 8
MINIMUM_KERNEL = (6, 12)
MADE_BY_PEERS = 'root/.made-of'     # in a root that scripts/peers has made

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


class TestbedError(Exception):
    """The testbed itself cannot go on; the text is for a person."""


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def own_group_and_die_with_parent():
    os.setpgid(0, 0)
    die_with_parent()


def tool(name, package):
    path = shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')
    if not path:
        raise TestbedError(f'{name} is missing: install the package {package}')
    return path


def find_qemu():
    path = tool('qemu-system-x86_64', 'qemu-system-x86')
    text = subprocess.run([path, '--version'], capture_output=True, text=True).stdout
    found = re.search(r'version (\d+)\.', text)
    if not found or int(found[1]) < MINIMUM_QEMU:
        raise TestbedError(f'{path} is too old ({text.splitlines()[0] if text else "?"}): '
                           f'VFIO migration needs QEMU {MINIMUM_QEMU} or newer; '
                           'Debian 12 has it in bookworm-backports')
    return path


def find_busybox():
    path = tool('busybox', 'busybox-static')
    with open(path, 'rb') as f:
        elf = f.read(4096)
    # A PT_INTERP name near the start of the file: dynamically linked.
    if b'ld-linux' in elf:
        raise TestbedError(f'{path} is not statically linked: install busybox-static')
    return path


class Kernel:
    """A bootable kernel with its modules, installed or merely unpacked."""

    def __init__(self, root, version):
        self.root = root
        self.version = version
        self.image = os.path.join(root, 'boot', f'vmlinuz-{version}')
        self.modules = os.path.join(root, 'lib/modules', version)
        self.headers = os.path.join(root, 'usr/src', f'linux-headers-{version}')

    def is_usable(self):
        return (tuple(version_key(self.version)[:2]) >= MINIMUM_KERNEL
                and os.access(self.image, os.R_OK)
                and os.path.exists(os.path.join(self.modules, 'modules.dep.bin')))

    def module_files(self, names):
        """The files of modules and what they depend on, in loading order."""
        modprobe = tool('modprobe', 'kmod')
        files = []
        for name in names:
            r = subprocess.run([modprobe, '-d', self.root, '-S', self.version,
                                '--show-depends', name], capture_output=True, text=True)
            if r.returncode:
                raise TestbedError(f'kernel {self.version} has no module {name}: '
                                   f'{r.stderr.strip()}')
            for line in r.stdout.splitlines():
                kind, path = line.split()[:2]
                if kind == 'insmod' and path not in files:
                    files.append(path)
        return files


def version_key(version):
    return [int(n) for n in re.findall(r'\d+', version)]


def kernels_in(root):
    """Kernels below a root: / or a directory with an unpacked package."""
    images = glob.glob(os.path.join(root, 'boot/vmlinuz-*'))
    kernels = [Kernel(root, os.path.basename(i)[len('vmlinuz-'):]) for i in images]
    return [k for k in kernels if k.is_usable()]


def find_kernel(wanted):
    """The kernel named by a directory or a version; else the best there is."""
    cache = os.environ.get('LNC_CACHE', os.path.join(REPO, '.cache'))
    if wanted and os.path.isdir(wanted):
        found = kernels_in(os.path.realpath(wanted))
    else:
        found = kernels_in(os.path.join(os.path.realpath(cache), 'kernel')) + kernels_in('/')
        if wanted:
            found = [k for k in found if k.version == wanted]
    if not found:
        raise TestbedError(f'no usable kernel{" " + wanted if wanted else ""} (6.12 or newer, with '
                           f'modules and their modules.dep) in {cache}/kernel or /boot: install '
                           'linux-image-amd64 (Debian 12: from bookworm-backports), or name the '
                           'directory of an unpacked kernel package with --kernel')
    # One whose headers are here is worth more than a newer one without.
    return max(found, key=lambda k: (os.path.isdir(k.headers), version_key(k.version)))


def run_steps(what, steps):
    for step in steps:
        r = subprocess.run(step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if r.returncode:
            raise TestbedError(f'{what} does not build:\n{r.stdout}')


def make_modules(kernel, directory):
    """The command that builds the modules of a directory. A kernel of scripts/peers has
    the compiler that it wants in its root."""
    if os.path.exists(os.path.join(kernel.root, MADE_BY_PEERS)):
        return [os.path.join(REPO, 'scripts/peers'), '--module', directory]
    return [tool('make', 'make'), '-s', '-C', kernel.headers, f'M={directory}', 'modules']


@contextlib.contextmanager
def building(directory):
    """Have a directory to build in, which other pairs of hosts may want at the same time."""
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, '.lock'), 'wb') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_module(kernel, directory):
    """Build the sample driver for a kernel, and what is beside it; a repeated build does
    nothing."""
    if not os.path.isdir(kernel.headers):
        raise TestbedError(f'{kernel.headers} is missing: install the package '
                           f'linux-headers-{kernel.version}')
    with building(directory):
        run_steps(f'the sample driver for kernel {kernel.version}', [
            ['cp', '-pu', *sample_sources(), directory], make_modules(kernel, directory)])
    return os.path.join(directory, 'compat_sample.ko')


def sample_sources():
    return [path for ending in ('Kbuild', '*.c', '*.h')
            for path in glob.glob(os.path.join(glob.escape(HERE), 'kmod', ending))]


def build_iommufd(kernel, directory):
    """Build the sample driver with iommufd, which distributions leave out, and all between
    them, from what scripts/peers has left of the source of the kernel."""
    name = 'linux-source-' + '.'.join(kernel.version.split('.')[:2])
    source = os.path.join(kernel.root, 'usr/src', name)
    sample = os.path.join(directory, 'sample')
    with building(directory):
        os.makedirs(sample, exist_ok=True)
        run_steps(f'iommufd of {name} with kernel {kernel.version}', [
            ['cp', '-ru', *(os.path.join(source, part) for part in ('drivers', 'lib')),
             directory],
            ['cp', '-pu', *sample_sources(), sample],
            ['cp', '-pu', os.path.join(HERE, 'kmod/iommufd.Kbuild'),
             os.path.join(directory, 'Kbuild')],
            make_modules(kernel, directory)])
    return os.path.join(directory, 'compat_sample.ko')


def build_vfio(kernel, directory):
    """Build the kernel's vfio.ko with debugfs, from the package linux-source, or from what
    scripts/peers has left of it: the module, or None and why there is none."""
    cache = os.environ.get('LNC_CACHE', os.path.join(REPO, '.cache'))
    name = 'linux-source-' + '.'.join(kernel.version.split('.')[:2])
    unpacked = os.path.join(kernel.root, 'usr/src', name, 'drivers/vfio')
    tarballs = [os.path.join(path, f'{name}.tar.xz')
                for path in (os.path.realpath(cache), os.path.join(kernel.root, 'usr/src'))]
    module = os.path.join(directory, 'vfio.ko')
    with building(directory):
        if os.path.exists(module):
            return module, None
        tarball = next((path for path in tarballs if os.path.exists(path)), None)
        if os.path.isdir(unpacked):
            fetch = ['cp', *glob.glob(os.path.join(glob.escape(unpacked), '*.[ch]')), directory]
        elif tarball:
            fetch = [tool('tar', 'tar'), '-xJf', tarball, '-C', directory,
                     '--strip-components=3', '--wildcards', f'{name}/drivers/vfio/*.[ch]']
        else:
            return None, f'none of {", ".join(tarballs)} is there: install the package {name}'
        try:
            run_steps(f'{name} with kernel {kernel.version}', [
                fetch,
                ['cp', os.path.join(HERE, 'kmod/vfio.Kbuild'),
                 os.path.join(directory, 'Kbuild')],
                make_modules(kernel, directory)])
        except TestbedError as e:
            return None, str(e)
        return module, None


def read_module(path):
    if path.endswith('.xz'):
        with lzma.open(path) as f:
            return f.read()
    if path.endswith('.zst'):
        return subprocess.run([tool('zstd', 'zstd'), '-dcq', path],
                              check=True, capture_output=True).stdout
    with open(path, 'rb') as f:
        return f.read()


def cpio_entry(name, mode, data):
    """One member of a 'newc' archive."""
    def pad(b):
        return b + bytes(-len(b) % 4)
    fields = [0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    header = b'070701' + b''.join(b'%08X' % n for n in fields)
    return pad(header + name.encode() + b'\0') + pad(data)


def write_initramfs(path, kernel, init):
    with open(find_busybox(), 'rb') as f:
        busybox = f.read()
    with open(init, 'rb') as f:
        init = f.read()
    with open(path, 'wb') as out:
        for name in ['bin', 'modules', 'proc', 'sys', 'dev']:
            out.write(cpio_entry(name, stat.S_IFDIR | 0o755, b''))
        out.write(cpio_entry('bin/busybox', stat.S_IFREG | 0o755, busybox))
        out.write(cpio_entry('init', stat.S_IFREG | 0o755, init))
        for n, module in enumerate(kernel.module_files(BOOT_MODULES)):
            out.write(cpio_entry(f'modules/{n:02}.ko', stat.S_IFREG | 0o644,
                                 read_module(module)))
        out.write(cpio_entry('TRAILER!!!', 0, b''))


class Result:
    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err


class Host:
    """One running host, and the conversation with the agent inside it."""

    def __init__(self, name, number, qemu, machine, share, others, network, logs):
        kernel = machine.kernel
        self.name = name
        self.number = number
        self.console = os.path.join(logs, f'{name}.console')
        self.dead = None
        self.answers = {}
        self.changed = threading.Condition()
        self.serial = 0

        self.agent, theirs = socket.socketpair()
        fds = (theirs.fileno(), network.fileno())

        def share_of(tag, path):
            # In QEMU's option syntax a comma in a value is doubled.
            return ['-virtfs', f'local,path={path.replace(",", ",,")},mount_tag={tag},'
                               'security_model=none,readonly=on,multidevs=remap']

        command = [
            qemu, '-name', f'testbed-{name}', '-accel', 'tcg', '-machine', 'q35', '-cpu', 'max',
            # For functions that are assigned; before all devices that it is to know.
            '-device', 'intel-iommu',
            # At these addresses, before those for which QEMU chooses one:
            # The function that becomes the parent of the mdevs.
            '-device', 'pci-testdev,addr=0x10',
            # A NIC with virtual functions, connected to nothing.
            '-netdev', 'hubport,id=nic,hubid=0',
            '-device', f'igb,addr=0x8,netdev=nic,mac=52:54:00:00:01:0{number},romfile=',
            '-m', str(machine.MEMORY_MIB), '-nodefaults', '-display', 'none', '-no-reboot',
            '-serial', f'file:{self.console}',
            '-kernel', kernel.image, '-initrd', os.path.join(share, 'initramfs'),
            '-append', 'console=ttyS0 quiet panic=-1 mitigations=off no_timer_check '
                       f'intel_iommu=on {machine.BOOT}',
            *share_of('base', machine.base),
            *(share_of('inst', machine.install) if machine.install else ()),
            *share_of('testbed', share), *share_of('modules', kernel.modules),
            *(word for tag, path in others.items() for word in share_of(tag, path)),
            '-netdev', f'socket,id=net,fd={fds[1]}',
            '-device', f'virtio-net-pci,netdev=net,mac=52:54:00:00:00:0{number},romfile=',
            '-chardev', f'socket,id=agent,fd={fds[0]}',
            '-device', 'virtio-serial-pci',
            '-device', 'virtserialport,chardev=agent,name=testbed.agent',
        ]
        with open(os.path.join(logs, f'{name}.qemu'), 'w') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, pass_fds=fds,
                                            preexec_fn=own_group_and_die_with_parent)
        theirs.close()
        network.close()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        data = b''
        try:
            while chunk := self.agent.recv(65536):
                data += chunk
                *lines, data = data.split(b'\n')
                for line in lines:
                    message = json.loads(line)
                    with self.changed:
                        self.answers[message.get('id', 0)] = message
                        self.changed.notify_all()
        except OSError:
            pass
        with self.changed:
            self.dead = f'host {self.name} has ended; its console: {self.console}'
            self.changed.notify_all()

    def _answer(self, key, timeout):
        with self.changed:
            self.changed.wait_for(lambda: key in self.answers or self.dead, timeout)
            if key in self.answers:
                return self.answers.pop(key)
        raise TestbedError(self.dead or f'host {self.name} did not answer within {timeout} s; '
                           f'its console: {self.console}')

    def wait_booted(self, timeout):
        self._answer(0, timeout)

    def start(self, command, stdin='', timeout=60):
        """Begin a command inside; a key for finish()."""
        self.serial += 1
        self._send({'id': self.serial, 'command': command, 'stdin': stdin, 'timeout': timeout})
        return self.serial, timeout

    def finish(self, key):
        # The agent ends the command in time; the rest is for a slow machine.
        message = self._answer(key[0], key[1] + 30)
        return Result(message['status'], message['out'], message['err'])

    def run(self, command, stdin='', timeout=60):
        return self.finish(self.start(command, stdin, timeout))

    def kill_commands(self):
        self._send({'kill': True})

    def _send(self, message):
        try:
            self.agent.sendall(json.dumps(message).encode() + b'\n')
        except OSError:
            raise TestbedError(self.dead or f'host {self.name} has ended') from None

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.agent.close()


class Machine:
    """What a host is: its root, the libvirt that is laid over that, if it is not the
    root's own, its kernel, and the modules for that."""

    INIT = os.path.join(HERE, 'host/init')      # its first program
    SETUP = os.path.join(HERE, 'host/setup')    # what makes it a virtualisation host
    MEMORY_MIB = 2048
    BOOT = ''                                   # more options of the kernel

    def __init__(self, name, base, install, kernel, module, vfio=None):
        self.name = name
        self.base = base
        self.install = install
        self.kernel = kernel
        self.module = module
        self.vfio = vfio

    def write_share(self, directory, patience):
        """What the host reads from outside of its root."""
        os.makedirs(directory, exist_ok=True)
        shutil.copy(self.SETUP, directory)
        for name in ('agent.py', 'inside.sh', 'disturb.sh', 'relay.py', 'hold.py', 'forge.py',
                     'access.py'):
            shutil.copy(os.path.join(HERE, 'host', name), directory)
        shutil.copy(os.path.join(REPO, 'tests/nodedevcompat/cli/nodedevcompatpolkit.py'),
                    directory)
        with open(os.path.join(directory, 'patience'), 'w') as f:
            f.write(f'{patience}\n')
        for path in glob.glob(os.path.join(glob.escape(os.path.dirname(self.module)), '*.ko')):
            shutil.copy(path, directory)
        if self.vfio:
            shutil.copy(self.vfio, directory)
        write_initramfs(os.path.join(directory, 'initramfs'), self.kernel, self.INIT)


class Pair:
    """Both hosts, booted and set up. Use as a context manager."""

    NAMES = ('src', 'dst')

    def __init__(self, work, logs, machines, others=None, patience=1):
        self.work = work
        self.logs = logs
        self.machines = machines       # by the name of the host
        self.others = others or {}     # trees that are not laid over the root, by name
        self.patience = patience
        self.qemu = find_qemu()
        self.hosts = {}
        os.makedirs(self.logs, exist_ok=True)
        if 'stock' in self.others:
            check_install(self.others['stock'])

    def boot(self, timeout=180):
        wires = dict(zip(self.NAMES, socket.socketpair()))
        for number, name in enumerate(self.NAMES, 1):
            machine = self.machines[name]
            share = os.path.join(self.work, f'share-{machine.name}')
            if not os.path.isdir(share):
                machine.write_share(share, self.patience)
            self.hosts[name] = Host(name, number, self.qemu, machine, share, self.others,
                                    wires[name], self.logs)
        for host in self.hosts.values():
            host.wait_booted(timeout * self.patience)
        results = self.run_both(lambda h: f'/testbed/setup {h.name} {h.number}', timeout)
        for name, r in results.items():
            if r.status:
                raise TestbedError(f'host {name} could not be set up:\n{r.out}{r.err}')

    def use(self, machines):
        """From now on; the hosts are booted if they are others than before."""
        if machines != self.machines or not self.hosts:
            self.end()
            self.machines = machines
            self.boot()

    def run_both(self, command_of, timeout=60):
        keys = {n: h.start(command_of(h), timeout=timeout * self.patience)
                for n, h in self.hosts.items()}
        return {n: self.hosts[n].finish(k) for n, k in keys.items()}

    def end(self):
        # Another thread may end them, too.
        for name in list(self.hosts):
            host = self.hosts.pop(name, None)
            if host:
                host.end()

    def __enter__(self):
        try:
            self.boot()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *exc):
        self.end()


def check_install(path):
    """The tree must lie over a Debian root without hiding parts of it."""
    if not os.access(os.path.join(path, 'usr/sbin/libvirtd'), os.X_OK):
        raise TestbedError(f'{path} is not an install tree of libvirt (no usr/sbin/libvirtd): '
                           'make one with scripts/build --install')
    bad = [d for d in os.listdir(path) if d in ('bin', 'sbin', 'lib', 'lib64')]
    if bad:
        raise TestbedError(f'{path} has a top-level directory {bad[0]}: build with prefix=/usr')
