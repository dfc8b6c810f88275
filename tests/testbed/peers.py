# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""The machines that a host of the testbed can be: this one with the libvirt under test,
and the peers, which are Debians with their own libvirt, QEMU or kernel, as scripts/peers
has made them.

A scenario names the two that it wants: "# hosts: here newest". Each is made ready when
it is first wanted.
"""

import os

import hosts
from hosts import REPO, TestbedError

HERE_AND_HERE = ('here', 'here')

# What a machine is: its root, the kernel, and whether the libvirt under test is laid over
# the root. None is this machine's. Some kernels have iommufd.
KINDS = {
    'here': (None, None, True),
    'newest': ('newest', 'kernel', False),
    'newest-qemu': ('newest', 'kernel', True),
    'newest-kernel': (None, 'kernel', True),
    'newest-iommufd': ('newest', 'kernel', False),
    'debian13': ('debian13', None, False),
    'debian12': ('debian12', None, False),
}


class Lacking(Exception):
    """A machine cannot be had here; the text says why and what to do."""


def root_of(name):
    """What scripts/peers has made."""
    cache = os.path.realpath(os.environ.get('LNC_CACHE', os.path.join(REPO, '.cache')))
    release = 'bookworm' if name == 'debian12' else 'trixie'
    path = os.path.join(cache, 'peers', f'{release}-{name}')
    if not os.path.exists(os.path.join(path, hosts.MADE_BY_PEERS)):
        raise Lacking(f'{path} is not there; scripts/peers {name} makes it, as root and '
                      'with a network')
    return path


class Machines:
    """Those that have been asked for, by name; which are the same for all pairs."""

    def __init__(self, args, work):
        self.kernel = hosts.find_kernel(args.kernel)
        self.no_vfio = None         # why there is no VFIO with debugfs for this kernel
        self.work = work
        self.known = {}
        installs = {'src': os.path.realpath(args.inst)}
        installs['dst'] = os.path.realpath(args.inst_dst) if args.inst_dst else installs['src']
        self.here = {}
        for name, install in installs.items():
            hosts.check_install(install)
            same = self.here.get('src')
            self.here[name] = same if same and same.install == install else self._machine(
                f'here-{name}', '/', install, self.kernel, args.kmod)

    def of(self, names):
        """The machines of both hosts, by host; or Lacking."""
        if len(names) != 2 or not set(names) <= set(KINDS):
            raise TestbedError(f'"# hosts:" wants two of {", ".join(KINDS)}')
        return {host: self._of(host, name)
                for host, name in zip(hosts.Pair.NAMES, names)}

    def _of(self, host, name):
        if name == 'here':
            return self.here[host]
        if name not in self.known:
            root, kernel, ours = KINDS[name]
            if kernel and os.geteuid():
                raise Lacking('the modules for its kernel are built in a chroot, as root')
            base = root_of(root) if root else '/'
            self.known[name] = self._machine(
                name, base, self.here[host].install if ours else self._nothing(),
                hosts.find_kernel(root_of(kernel)) if kernel else self.kernel,
                iommufd=name.endswith('-iommufd'))
        return self.known[name]

    def _nothing(self):
        """What is laid over a root whose own libvirt is to run."""
        path = os.path.join(self.work, 'nothing')
        os.makedirs(path, exist_ok=True)
        return path

    def _machine(self, name, base, install, kernel, module=None, iommufd=False):
        def built(what):
            return os.path.join(REPO, 'build/testbed', f'{what}-{kernel.version}')
        if iommufd:
            return hosts.Machine(name, base, install, kernel,
                                 hosts.build_iommufd(kernel, built('iommufd')))
        module = module or hosts.build_module(kernel, built('kmod'))
        if not os.path.isfile(module):
            raise TestbedError(f'{module} does not exist')
        vfio, no_vfio = hosts.build_vfio(kernel, built('vfio'))
        if kernel is self.kernel:
            self.no_vfio = no_vfio
        return hosts.Machine(name, base, install, kernel, module, vfio)


class Table:
    """What became of the scenarios of each pairing, and what ran there."""

    def __init__(self):
        self.rows = {}              # by the names of the machines
        self.names = {}             # what they say of themselves

    def name(self, scenario, pair):
        if scenario.hosts not in self.names:
            told = pair.run_both(lambda h: 'host_versions')
            self.names[scenario.hosts] = [told[h].out.strip() for h in pair.NAMES]

    def add(self, scenario, result):
        if scenario.hosts != HERE_AND_HERE:
            self.rows.setdefault(scenario.hosts, []).append((result, scenario.title))

    def show(self):
        for pairing, rows in self.rows.items():
            told = self.names.get(pairing, ['', ''])
            print('# ' + ' -> '.join(f'{name} ({what})' if what else name
                                     for name, what in zip(pairing, told)))
            for result, title in rows:
                print(f'#   {result:8} {title}')
