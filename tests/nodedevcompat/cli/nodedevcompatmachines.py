# nodedevcompatmachines.py: machines as people have them
#
# A machine is a function that lays a copied tree. Names are those of what is special about
# a machine; ids and values are of real devices.
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

from nodedevcompatmachine import uuid
from nodedevcompattree import write

# NVIDIA (Mellanox) ConnectX

CX_VF = "0000:a3:00.2"


def msix(entries, pointer=0x60, size=256):
    """Config space as the superuser reads it, with a table of MSI-X, and as others do"""
    config = bytearray(256)
    config[:4], config[6], config[0x34] = bytes.fromhex("b3151e10"), 0x10, pointer
    config[pointer:pointer + 2] = bytes.fromhex("1040")
    config[0x40:0x44] = bytes((0x11, 0)) + (entries - 1).to_bytes(2, "little")
    return bytes(config[:size])


def mlx5(device="1021", psid="MT_0000000834", version="28.41.1000", driver="mlx5_vfio_pci",
         devlink=True, infiniband=False, revision="00", subsystem="15b3:0023", answer=None,
         kind="020000", config=None, numvfs="2", resource=None, published=None, facts=None,
         lost=False, upgrade=False):
    """@config: config space, see msix(); @resource: size of the first register;
    @published: migratable; @facts are about the adapter; @lost: the link to it leads nowhere;
    @upgrade: with the rule about upgraded firmware that is documented"""
    def lay(machine):
        physical = machine.function("0000:a3:00.0", "15b3:%s %s %s 00" % (device, subsystem, kind),
                                    sriov_numvfs=numvfs)
        machine.driver(physical, "pci", "mlx5_core", "mlx5_core", "24.10-2.1.8")
        function = machine.virtual(physical, CX_VF, "15b3:101e %s %s %s" %
                                   (subsystem, kind, revision), number=1)
        if config:
            write("%s/%s/config" % (machine.root, function), config)
        if resource:
            lines = ["0x%016x 0x%016x 0x%016x" % (0, resource - 1, 0x14220c)] + ["0x0 0x0 0x0"] * 5
            machine.files(function, resource="\n".join(lines))
        if published:
            machine.files(function, migration__self__migratable=published)
        if driver == "mlx5_core":
            machine.driver(function, "pci", driver, "mlx5_core")
        elif driver == "copied":
            machine.files(function + "/driver", module__version="1.0")
        else:
            machine.vfio(function, driver, driver.replace("-", "_"))
        if devlink:
            machine.file("nodedev-compat/devlink/0000:a3:00.0", answer or
                         "fixed fw.psid %s\nrunning fw.version %s\nrunning fw %s" %
                         (psid, version, version))
        if infiniband:
            machine.files(physical, infiniband__mlx5_7__board_id=psid,
                          infiniband__mlx5_7__fw_ver=version)
        if infiniband == "two":
            machine.files(physical, infiniband__mlx5_8__board_id=psid,
                          infiniband__mlx5_8__fw_ver="28.42.1000")
        if facts:
            machine.facts("parent='0000:a3:00.0'", **facts)
        if lost:
            machine.hide(function + "/physfn", "../nowhere")
        if upgrade:
            machine.documented("50-mlx5-upgrade.xml")
    return lay


# Intel QuickAssist

QAT_VF = "0000:f3:00.1"


def qat(services="sym;asym", physical_id="4940", virtual_id="4941", facts=None):
    def lay(machine):
        physical = machine.function("0000:f3:00.0", "8086:%s 8086:0000 0b4000 40" % physical_id,
                                    qat__state="up", qat__num_rps="64", qat_rl__cap_rem="0")
        if services != "absent":
            machine.files(physical, qat__cfg_services=services)
        machine.driver(physical, "pci", "4xxx", "qat_4xxx", "0.6.0")
        function = machine.virtual(physical, QAT_VF, "8086:%s 8086:0000 0b4000 40" % virtual_id)
        machine.vfio(function, "qat_vfio_pci", "qat_vfio_pci")
        if facts:
            machine.facts("parent='0000:f3:00.0'", **facts)
    return lay


# HiSilicon

ZIP_VF = "0000:75:00.1"


def hisi(revision="30", queues="64", numvfs="15", facts=None, number=1, seen=True,
         driver="hisi-acc-vfio-pci", physical_revision=None, ids="a250 a251"):
    """@number: of the function, from 1 on; @seen: there is a link to it; @ids: of ZIP, or of
    another accelerator"""
    def lay(machine):
        physical_id, virtual_id = ids.split()
        physical = machine.function("0000:75:00.0", "19e5:%s 19e5:a250 120000 %s" %
                                    (physical_id, physical_revision or revision),
                                    sriov_numvfs=numvfs)
        machine.driver(physical, "pci", "hisi_zip", "hisi_zip")
        if queues != "absent":
            machine.files("sys/module/hisi_zip/parameters", pf_q_num=queues)
        function = machine.virtual(physical, ZIP_VF, "19e5:%s 19e5:a251 120000 %s" %
                                   (virtual_id, revision), number=number - 1 if seen else None)
        if driver == "hisi_zip":
            machine.driver(function, "pci", driver, driver)
        else:
            machine.vfio(function, driver, driver.replace("-", "_"))
        if facts:
            machine.facts("device='%s'" % ZIP_VF, **facts)
    return lay


# Intel graphics

XE_PF, XE_VF = "0000:00:02.0", "0000:00:02.1"


def xe(guc="70.60.0", vram="4294967296", quantum="10", priority="[low] normal high",
       device="e211", revision="00", status="RUNNING", vfio=None, facts=None, numvfs="7",
       media="absent", seen=True, users=0, **quotas):
    """@media: firmware of the GT for media, None if it is unreadable; @vfio: whether VFIO's
    debugfs shows that it can be migrated, None if it does not show it; @facts are about
    the physical function, @quotas in the GPU's debugfs; @seen: there is a link to the function;
    @users: queues of the GPU's own users, which are behind the firmware"""
    def lay(machine):
        physical = machine.function(XE_PF, "8086:%s 8086:1114 030000 %s" % (device, revision),
                                    sriov_numvfs=numvfs)
        machine.driver(physical, "pci", "xe", "xe")
        function = machine.virtual(physical, XE_VF, "8086:%s 8086:1114 030000 %s" %
                                   (device, revision), number=0 if seen else None)
        machine.vfio(function, "xe-vfio-pci", "xe_vfio_pci")
        machine.point(physical + "/sriov_admin/vf1/device", function)
        machine.files(physical + "/sriov_admin/vf1/profile", exec_quantum_ms=quantum,
                      preempt_timeout_us="20000", sched_priority=priority)
        if vram != "absent":
            machine.files(physical + "/sriov_admin/vf1/profile", vram_quota=vram)
        for gt, firmware in (("gt0", guc), ("gt1", media)):
            if firmware is None:
                machine.files("sys/kernel/debug/dri/%s/%s/uc" % (XE_PF, gt), guc_info=None)
            elif firmware != "absent":
                machine.file("sys/kernel/debug/dri/%s/%s/uc/guc_info" % (XE_PF, gt),
                             "GuC firmware: xe/bmg_guc_70.bin\n\tstatus: " + status + "\n"
                             "\twanted release version 70.29.2\n"
                             "\tfound release version %s\n"
                             "\tfound compatibility version 1.17.0\n\nGuC status 0x8002f034:\n"
                             % firmware + users * "GuC ID: 1\n\tName: ccs1\n\tWidth: 1\n")
        machine.files("sys/kernel/debug/dri/%s/sriov/vf1/tile0" % XE_PF, **quotas)
        if vfio is not None:
            machine.debugfs(XE_VF, vfio)
        if facts:
            machine.facts("parent='%s'" % XE_PF, **facts)
    return lay


QUOTAS = {"ggtt_quota": "536870912", "gt0__contexts_quota": "9362", "gt0__doorbells_quota": "36"}
MEDIA_QUOTAS = dict(QUOTAS, gt1__contexts_quota="9362", gt1__doorbells_quota="36")


# NVIDIA vGPU

A40_VF, A10_VF = "0000:e8:04.0", "0000:d8:00.6"


def a40_mdev(ecc="Enabled", version="550.163.02", number=0, kind="nvidia-575", facts=True,
             parent_driver="nvidia", board="145a", params="absent", binding=False,
             name="NVIDIA A40-24A", nvml=None):
    """A mediated device on a virtual function; what is known, and @nvml, is about the GPU."""
    def lay(machine):
        physical = machine.function("0000:e8:00.0", "10de:2235 10de:%s 030200 a1" % board,
                                    sriov_numvfs="32")
        machine.driver(physical, "pci", "nvidia", "nvidia", version)
        function = machine.virtual(physical, A40_VF, "10de:2235 10de:0000 030200 a1")
        machine.driver(function, "pci", parent_driver, parent_driver.replace("-", "_"))
        device = machine.mdev(function, number, kind, "vfio-pci")
        if params != "absent":
            machine.files(device, nvidia__vgpu_params=params)
        machine.files("%s/mdev_supported_types/%s" % (function, kind), name=name)
        if facts:
            machine.facts("parent='0000:e8:00.0'", ecc_mode=ecc)
        if nvml:
            machine.nvml("0000:e8:00.0", nvml)
        if binding:
            machine.documented("50-nvidia-driver.xml")
    return lay


def a10_vf(kind="472", version="550.90.05", ecc="Enabled", board="1482", params="absent",
           names=(), binding=False, types=None, nvml=None):
    """@names: what other functions of the GPU call the type; @types: what the function itself
    could be set to; @nvml is about the GPU"""
    def lay(machine):
        physical = machine.function("0000:d8:00.0", "10de:2236 10de:%s 030200 a1" % board)
        machine.driver(physical, "pci", "nvidia", "nvidia", version)
        function = machine.virtual(physical, A10_VF, "10de:2236 10de:0000 030200 a1")
        machine.driver(function, "pci", "nvidia", "nvidia")
        machine.directory(function + "/vfio-dev/vfio0")
        if kind != "absent":
            machine.files(function, nvidia__current_vgpu_type=kind)
        if params != "absent":
            machine.files(function, nvidia__vgpu_params=params)
        if types:
            machine.files(function, nvidia__creatable_vgpu_types=types)
        for i, name in enumerate(names):
            other = machine.virtual(physical, "0000:d8:01.%d" % i,
                                    "10de:2236 10de:0000 030200 a1", number=i + 1)
            machine.files(other, nvidia__creatable_vgpu_types="ID    : vGPU Name\n%s   : %s" %
                          (kind, name))
        if ecc:
            machine.facts("parent='0000:d8:00.0'", ecc_mode=ecc)
        if nvml:
            machine.nvml("0000:d8:00.0", nvml)
        if binding:
            machine.documented("50-nvidia-driver.xml")
    return lay


# others by devlink and by the physical function

PDS_VF, VIRTIO_VF, ICE_VF, NVME = "0000:60:00.1", "0000:b1:00.4", "0000:17:01.0", "0000:5e:00.0"


def pds(firmware="1.60.0-73", answer=None):
    def lay(machine):
        physical = machine.function("0000:60:00.0", "1dd8:1002 1dd8:4001 020000 00")
        machine.driver(physical, "pci", "pds_core", "pds_core")
        function = machine.virtual(physical, PDS_VF, "1dd8:1003 1dd8:4001 020000 00")
        machine.vfio(function, "pds-vfio-pci", "pds_vfio_pci")
        machine.file("nodedev-compat/devlink/0000:60:00.0", answer or
                     "fixed asic.id 0x0\nfixed asic.rev 0x0\nrunning fw %s" % firmware)
    return lay


def virtio(subsystem="15b3:0002", kind="1041", vfio=True, firmware=None, seen=True):
    """@vfio as for xe(); @seen: the subsystem can be read"""
    def lay(machine):
        physical = machine.function("0000:b1:00.2", "1af4:%s %s 020000 01" % (kind, subsystem))
        machine.driver(physical, "pci", "virtio-pci", "virtio_pci")
        function = machine.virtual(physical, VIRTIO_VF, "1af4:%s %s 020000 01" % (kind, subsystem))
        machine.vfio(function, "virtio-vfio-pci", "virtio_vfio_pci")
        if vfio is not None:
            machine.debugfs(VIRTIO_VF, vfio)
        if firmware:
            machine.file("nodedev-compat/devlink/0000:b1:00.2", "running fw.version " + firmware)
        if not seen:
            machine.hide(physical + "/subsystem_vendor")
    return lay


ICE = ("running fw.mgmt 7.6.1", "running fw.bundle_id 0x80002ec0",
       "running fw.app.name ICE OS Default Package", "running fw.app 1.3.41.0")
BNXT = ("fixed asic.id 16d6", "fixed asic.rev B1", "fixed fw.psid 1.10", "running fw 230.0.157.0")


def nic(physical_id, virtual_id, module, *answer, driver="nic-vfio-pci", port=None):
    """A virtual function of a network adapter whose vendor has a driver that migrates it, and
    what devlink says of the adapter and of its @port"""
    def lay(machine):
        physical = machine.function("0000:17:00.0", "%s 8086:0002 020000 02" % physical_id)
        machine.driver(physical, "pci", module, module)
        function = machine.virtual(physical, ICE_VF, "%s 8086:0000 020000 02" % virtual_id)
        if driver == "iavf":
            machine.driver(function, "pci", driver, driver)
        else:
            machine.vfio(function, driver, driver.replace("-", "_"))
        machine.file("nodedev-compat/devlink/0000:17:00.0", "\n".join(answer))
        if port:
            machine.file("nodedev-compat/devlink/" + ICE_VF, "migratable " + port)
    return lay


def ice(*answer, physical_id="1592", **options):
    return nic("8086:" + physical_id, "8086:1889", "ice", *(answer or ICE), **options)


def bnxt(*answer):
    return nic("14e4:1750", "14e4:1806", "bnxt_en", *(answer or BNXT))


NVME_FACTS = {"model": "SAMSUNG MZQL21T9HCJR-00A07", "firmware_rev": "GDC5602Q"}


def nvme(firmware="GDC5602Q", model="SAMSUNG MZQL21T9HCJR-00A07", driver="nvme", facts=None):
    def lay(machine):
        function = machine.function(NVME, "144d:a80a 144d:a813 010802 00")
        if driver == "nvme":
            machine.driver(function, "pci", "nvme", "nvme", "1.0")
            machine.files(function + "/nvme/nvme0", model=model + "   ", serial="S64GNE0T100000",
                          firmware_rev=firmware)
        else:
            machine.vfio(function, driver, driver.replace("-", "_"))
        if facts:
            machine.facts("device='%s'" % NVME, **facts)
    return lay


NVME_VF = "0000:5e:00.4"


def nvme_vf(firmware="GDC5602Q", model="SAMSUNG MZWLJ3T8HBLS-00007", driver="nvme"):
    """A virtual function that a guest uses; @driver is that of the physical function"""
    def lay(machine):
        physical = machine.function(NVME, "144d:a824 144d:a801 010802 00")
        if driver == "nvme":
            machine.driver(physical, "pci", "nvme", "nvme", "1.0")
            machine.files(physical + "/nvme/nvme0", model=model + "   ", serial="S64GNE0T100000",
                          firmware_rev=firmware)
        function = machine.virtual(physical, NVME_VF, "144d:a824 144d:a801 010802 00", number=3)
        machine.vfio(function, "nvme-vfio-pci", "nvme_vfio_pci")
    return lay


# s390

QUEUES8 = "05.0004 05.0047 05.00ab 05.00ff 06.0004 06.0047 06.00ab 06.00ff"
QUEUES4 = "05.0004 05.0047 06.0004 06.0047"
DOMAINS2 = "0004 0047"


def ap(number, matrix, domains, guest=True, cards=(), bound="", features=None, others=(),
       mask="08", off=None, unseen=None, stopped="", unbound="", domains_seen=True):
    """@guest: its matrix, True for the device's, None if it is unreadable;
    @off is an adapter that is deconfigured, @unseen one of which that cannot be read;
    @stopped are queues in a checkstop, @unbound are without a driver;
    @cards are adapter, hwtype and functions; @bound are queues that vfio_ap has; @others
    other devices of the host, number and matrix"""
    def lines(text):
        return "\n".join(text.split())

    def lay(machine):
        parent = "sys/devices/vfio_ap/matrix"
        machine.driver(parent, "matrix", "vfio_ap", "vfio_ap")
        for which, queues in ((number, matrix), *others):
            device = machine.mdev(parent, which, "vfio_ap-passthrough", "vfio-ap",
                                  control_domains=lines(domains) if domains is not None else None)
            if not domains_seen:
                machine.hide(device + "/control_domains")
            if queues is None:
                machine.files(device, matrix=None)
                continue
            machine.files(device, matrix=lines(queues))
            if guest is None:
                machine.files(device, guest_matrix=None)
            if guest:
                machine.files(device, guest_matrix=lines(
                    queues if guest is True or which != number else guest))
        for adapter, hwtype, functions in cards:
            card = "sys/bus/ap/devices/card" + adapter
            machine.directory(card)
            machine.files(card, chkstop="0", config=None if adapter == unseen else
                          "0" if adapter == off else "1")
            if hwtype != "absent":
                machine.files(card, hwtype=hwtype)
            if functions != "absent":
                machine.files(card, ap_functions=functions)
        for queue in stopped.split():
            machine.files("sys/bus/ap/devices/" + queue, config="1", chkstop="1")
        for queue in unbound.split():
            machine.directory("sys/bus/ap/devices/" + queue)
        for queue in bound.split():
            machine.point("sys/bus/ap/devices/%s/driver" % queue, "sys/bus/ap/drivers/vfio_ap")
        if features:
            machine.files(parent, features=None if features is UNREADABLE else features)
            if mask:
                machine.file("sys/bus/ap/ap_control_domain_mask", "0x%s" % mask + 62 * "0")
    return lay


CEX7 = (("05", "13", "0xBA803FFF"), ("06", "13", "0xBA803FFF"))
CEX8 = (("05", "14", "0xBA803FFF"), ("06", "14", "0xBA803FFF"))
EP11 = (("05", "13", "0xB6803FFF"), ("06", "13", "0xBA803FFF"))
TYPES = (("05", "13", "absent"), ("06", "13", "absent"))
HALF = (("05", "13", "0xBA803FFF"), ("06", "absent", "absent"))
SPARE = CEX7 + (("07", None, None),)
OLD = "guest_matrix hotplug ap_config"
UNREADABLE = "unreadable"
MIGRATABLE = "guest_matrix hotplug ap_config migratable"


def ccw(number, *types, kind="0", seen=True):
    """@seen: the type of the first channel path can be read"""
    def lay(machine):
        parent = "sys/devices/css0/0.0.0313"
        ids = ("1a", "2a", "3a", "0a")[:len(types)]
        machine.files(parent, chpids=" ".join(ids + ("00",) * (8 - len(ids))), type=kind,
                      pimpampom="%02x %02x ff" % (2 * (0xff00 >> len(ids) & 0xff,)),
                      modalias="css:t" + kind)
        machine.driver(parent, "css", "vfio_ccw", "vfio_ccw")
        for chpid, path in zip(ids, types):
            machine.files("sys/devices/css0/chp0." + chpid, type=path)
        if not seen:
            machine.hide("sys/devices/css0/chp0.1a/type")
        machine.mdev(parent, number, "vfio_ccw-io", "vfio-ccw")
    return lay


MACHINES = {
    "a40-mdev-on-vf-ecc-off": a40_mdev("Disabled", number=1),
    "a40-mdev-on-vf-ecc-on": a40_mdev(),
    "a40-mdev-on-vf-no-ecc": a40_mdev(facts=False),
    "a40-mdev-on-vf-nvml": a40_mdev(facts=False, nvml="Enabled"),
    "a40-mdev-on-vf-nvml-ecc-off": a40_mdev(facts=False, nvml="Disabled"),
    "a40-mdev-on-vf-older-branch": a40_mdev(version="535.261.04"),
    "a40-mdev-on-vf-other-board": a40_mdev(board="14a5", number=1),
    "a40-mdev-on-vf-same-branch": a40_mdev(version="550.127.06", number=1),
    "a40-mdev-on-vf-vfio-pci": a40_mdev(kind="vfio-pci-575", parent_driver="vfio-pci", number=1),
    "a40-mdev-on-vf-vfio-pci-other": a40_mdev(kind="vfio-pci-575", parent_driver="vfio-pci",
                                              version="550.127.06", number=1),
    "a40-mdev-on-vf-vfio-pci-binding": a40_mdev(kind="vfio-pci-575", parent_driver="vfio-pci",
                                                version="550.127.06", number=1, binding=True),
    "a40-mdev-on-vf-binding": a40_mdev(binding=True),
    "a40-mdev-on-vf-other-number": a40_mdev(kind="nvidia-1150"),
    "a40-mdev-on-vf-other-number-unnamed": a40_mdev(kind="nvidia-1150", name=None),
    "a40-mdev-on-vf-debugged": a40_mdev(params="enable_debugging=1"),
    "a40-mdev-on-vf-no-frame-limit": a40_mdev(params="frame_rate_limiter=0"),
    "a40-mdev-on-vf-params-unreadable": a40_mdev(params=None),
    "ap-8-queues": ap(0, QUEUES8, "0004 0047 00ab 00ff", cards=CEX7),
    "ap-8-queues-types-only": ap(0, QUEUES8, "0004 0047 00ab 00ff", cards=TYPES),
    "ap-4-queues": ap(4, QUEUES4, "0004 0047 00ab 00ff", cards=CEX7),
    "ap-adapters-only": ap(5, "05. 06.", "0004 0047 00ab 00ff", cards=CEX7),
    "ap-cex8": ap(6, QUEUES8, "0004 0047 00ab 00ff", cards=CEX8),
    "ap-cannot-migrate": ap(6, QUEUES8, "0004", cards=CEX7, bound=QUEUES8, features=OLD),
    "ap-card-without-type": ap(6, QUEUES8, "0004 0047 00ab 00ff", cards=HALF),
    "ap-control-domain": ap(8, QUEUES4, "0004 0047 00ab"),
    "ap-8-queues-card-off": ap(6, QUEUES8, "0004 0047 00ab 00ff", cards=CEX7, off="06"),
    "ap-8-queues-card-unseen": ap(6, QUEUES8, "0004 0047 00ab 00ff", cards=CEX7, unseen="06"),
    "ap-8-queues-one-stopped": ap(6, QUEUES8, "0004 0047 00ab 00ff", cards=CEX7,
                                  stopped="05.00ff"),
    "ap-queues-of-one-card": ap(5, "05.0004 05.0047", "0004", guest=False, cards=CEX7),
    "ap-empty-matrix": ap(3, "", ""),
    "ap-ep11": ap(6, QUEUES8, "0004 0047 00ab 00ff", cards=EP11),
    "ap-guest-unreadable": ap(6, QUEUES8, "0004 0047 00ab 00ff", guest=None, cards=CEX7),
    "ap-cut": ap(6, " ".join("05.%04x" % i for i in range(600)), "0004 0047", cards=CEX7),
    "ap-capitals": ap(6, QUEUES8.upper(), "0004 0047 00AB 00FF", cards=CEX7),
    "ap-domains-unreadable": ap(6, QUEUES8, "0004", cards=CEX7, domains_seen=False),
    "ap-guest-gets-less": ap(6, QUEUES8, "0004 0047 00ab 00ff", guest=QUEUES4, cards=CEX7),
    "ap-host-has-less": ap(6, "", "", cards=CEX7, bound=QUEUES4, features=MIGRATABLE),
    "ap-host-has-queues": ap(6, "", "", cards=CEX7, bound=QUEUES8, features=MIGRATABLE),
    "ap-host-has-queues-off": ap(6, "", "0004", cards=CEX7, bound=QUEUES8, features=MIGRATABLE,
                                 off="06"),
    "ap-host-has-queues-taken": ap(6, "", "0004", cards=CEX7, bound=QUEUES8, features=MIGRATABLE,
                                   others=((7, "06.00ff"),)),
    "ap-host-has-queues-unknown": ap(6, "", "0004", cards=CEX7, bound=QUEUES8,
                                     features=MIGRATABLE, others=((7, None),)),
    "ap-host-has-spare-card-unreadable": ap(6, "", "", cards=SPARE, bound=QUEUES8,
                                            features=MIGRATABLE),
    "ap-host-has-queues-one-stopped": ap(6, "", "0004", cards=CEX7, bound=QUEUES8,
                                         features=MIGRATABLE, stopped="05.00ff"),
    "ap-host-without-bus": ap(6, "", "", features=MIGRATABLE, mask=None),
    "ap-host-without-cards": ap(6, "", "", bound=QUEUES8, features=MIGRATABLE),
    "ap-host-without-mask": ap(6, "", "", cards=CEX7, bound=QUEUES8, features=MIGRATABLE,
                               mask=None),
    "ap-host-without-mask-same-domain": ap(6, "", "0004", cards=CEX7, bound=QUEUES8,
                                           features=MIGRATABLE, mask=None),
    "ap-features-unreadable": ap(6, QUEUES8, "0004", cards=CEX7, bound=QUEUES8,
                                 features=UNREADABLE),
    "ap-empty-features-unreadable": ap(6, "", "", cards=CEX7, bound=QUEUES8, features=UNREADABLE),
    "ap-migrates-guest-has-less": ap(0, QUEUES8, "0004", guest=QUEUES4, cards=CEX7, bound=QUEUES8,
                                     features=MIGRATABLE),
    "ap-matrix-unreadable": ap(6, None, "0004 0047 00ab 00ff", cards=CEX7),
    "ap-migrates": ap(0, QUEUES8, "0004", cards=CEX7, bound=QUEUES8, features=MIGRATABLE),
    "ap-host-has-queues-types-only": ap(6, "", "", cards=TYPES, bound=QUEUES8,
                                        features=MIGRATABLE),
    "ap-migrates-types-only": ap(0, QUEUES8, "0004", cards=TYPES, bound=QUEUES8,
                                 features=MIGRATABLE),
    "ap-migrates-half-there": ap(0, QUEUES8, "0004", cards=CEX7, bound=QUEUES4,
                                 features=MIGRATABLE),
    "ap-migrates-without-domain": ap(0, QUEUES8, "0004", cards=CEX7, bound=QUEUES8,
                                     features=MIGRATABLE, mask="00"),
    "ap-migrates-card-off": ap(0, QUEUES8, "0004", cards=CEX7, bound=QUEUES8,
                               features=MIGRATABLE, off="06"),
    "ap-migrates-half-bound": ap(0, QUEUES8, "0004", cards=CEX7, bound=QUEUES4, unbound="06.00ff",
                                 features=MIGRATABLE),
    "ap-no-control-domain": ap(7, QUEUES4, DOMAINS2),
    "ccw-no-path": ccw(2),
    "ccw-one-path-type": ccw(0, "1b", "1b", "1b", "1b"),
    "ccw-other-path-types": ccw(3, "1b", "1c", "1b", "1b"),
    "ccw-other-subchannel-type": ccw(4, "1b", "1b", "1b", "1b", kind="3"),
    "ccw-path-types-in-another-order": ccw(5, "1a", "1b", "1b", "1b"),
    "ccw-path-type-unreadable": ccw(6, "1b", "1b", "1b", "1b", seen=False),
    "ccw-two-path-types": ccw(1, "1b", "1a", "1b", "1b"),
    "hisi-last-function": hisi(number=15),
    "hisi-more-functions": hisi(numvfs="31"),
    "hisi-no-parameter": hisi(queues="absent"),
    "hisi-no-parameter-stated": hisi(queues="absent", facts={"qp_num": "64"}),
    "hisi-other-queues": hisi(queues="256"),
    "hisi-queues-unreadable": hisi(queues=None),
    "hisi-another-function": hisi(number=3),
    "hisi-other-queues-another-function": hisi(queues="256", number=3),
    "hisi-other-queues-last-function": hisi(queues="256", number=15),
    "hisi-last-function-stated": hisi(number=15, facts={"qp_num": "64"}),
    "hisi-function-unseen": hisi(seen=False),
    "hisi-function-unseen-stated": hisi(seen=False, facts={"qp_num": "64"}),
    "hisi-sec": hisi(queues="256", ids="a255 a256"),
    "hisi-sec-another-function": hisi(queues="256", number=14, ids="a255 a256"),
    "hisi-rev-21-on-host": hisi(revision="21", driver="hisi_zip"),
    "hisi-rev-21-physical-unlike": hisi(revision="21", physical_revision="30"),
    "hisi-rev-30-physical-unlike": hisi(physical_revision="21"),
    "hisi-rev-21": hisi(revision="21"),
    "hisi-rev-30": hisi(),
    "bnxt": bnxt(),
    "bnxt-no-firmware": bnxt(*BNXT[:2]),
    "bnxt-no-psid": bnxt(*BNXT[:2], BNXT[3]),
    "bnxt-other-chip": bnxt(BNXT[0], "fixed asic.rev B2", *BNXT[2:]),
    "hns3": nic("19e5:a226", "19e5:a22f", "hns3", "running fw 1.9.38.9"),
    "hns3-other-firmware": nic("19e5:a226", "19e5:a22f", "hns3", "running fw 1.9.38.10"),
    "ice-blanks": ice(ICE[0] + "  ", *ICE[1:]),
    "ice-comms": ice(*ICE[:2], "running fw.app.name ICE COMMS Package", ICE[3], driver="iavf"),
    "ice-default": ice(driver="iavf"),
    "ice-devlink-cut": ice(*ICE, "running fw.undi " + 5000 * "1"),
    "ice-devlink-error": ice("error EIO"),
    "ice-migrates": ice(),
    "ice-newer-generation": ice(physical_id="12d3"),
    "ice-no-bundle": ice(ICE[0], *ICE[2:]),
    "ice-no-package-version": ice(*ICE[:3]),
    "ice-port-not-migratable": ice(port="disable"),
    "ice-two-versions": ice(*ICE, "running fw.mgmt 7.6.2"),
    "x722": nic("8086:37d0", "8086:37cd", "i40e", *ICE[:2]),
    "intel-gpu-vf": xe(),
    "intel-gpu-vf-guc-unreadable": xe(guc=None),
    "intel-gpu-vf-media": xe(media="70.60.0", **MEDIA_QUOTAS),
    "intel-gpu-vf-media-other-guc": xe(media="70.61.0", **MEDIA_QUOTAS),
    "intel-gpu-vf-media-old-guc": xe(media="70.53.0", **MEDIA_QUOTAS),
    "intel-gpu-vf-media-guc-unreadable": xe(media=None, **MEDIA_QUOTAS),
    "intel-gpu-vf-media-fewer-contexts": xe(media="70.60.0", **dict(
        MEDIA_QUOTAS, gt1__contexts_quota="4681")),
    "intel-gpu-vf-media-no-contexts": xe(media="70.60.0", **dict(
        MEDIA_QUOTAS, gt1__contexts_quota=None)),
    "intel-gpu-vf-guc-not-running": xe(status="LOAD FAIL"),
    "intel-gpu-vf-guc-without-version": xe(guc="0.0.0"),
    "intel-gpu-vf-less-memory": xe(vram="2147483648"),
    "intel-gpu-vf-memory-not-shown": xe(vram="absent"),
    "intel-gpu-vf-memory-in-debugfs": xe(vram="absent", vram_quota="4294967296"),
    "intel-gpu-vf-less-memory-in-debugfs": xe(vram="absent", vram_quota="2147483648"),
    "intel-gpu-vf-no-guc": xe(guc="absent"),
    "intel-gpu-vf-no-memory": xe(device="b080", vram="absent"),
    "intel-gpu-vf-no-memory-1g": xe(device="b080", vram="absent", ggtt_quota="1073741824"),
    "intel-gpu-vf-no-memory-2g": xe(device="b080", vram="absent", ggtt_quota="2147483648"),
    "intel-gpu-vf-fewer-functions": xe(numvfs="2"),
    "intel-gpu-vf-quotas-of-none": xe(seen=False, **QUOTAS),
    "intel-gpu-vf-fewer-functions-quotas": xe(numvfs="2", **QUOTAS),
    "intel-gpu-vf-quotas": xe(**QUOTAS),
    "intel-gpu-vf-fewer-contexts": xe(**(QUOTAS | {"gt0__contexts_quota": "4681"})),
    "intel-gpu-vf-other-device": xe(device="e20b"),
    "intel-gpu-vf-many-users": xe(users=200),
    "intel-gpu-vf-old-guc": xe(guc="70.53.0"),
    "intel-gpu-vf-guc-stated": xe(guc="absent", facts={"guc_version": "70.60.0"}),
    "intel-gpu-vf-guc-stated-of-gts": xe(guc="absent", facts={
        "guc_version": "gt1=70.60.0+gt0=70.60.0"}),
    "intel-gpu-vf-old-guc-stated": xe(guc="absent", facts={"guc_version": "70.53.0"}),
    "intel-gpu-vf-old-guc-debug-kernel": xe(guc="70.53.0", vfio=True),
    "intel-gpu-vf-other-guc": xe(guc="70.61.0"),
    "intel-gpu-vf-other-quantum": xe(quantum="20"),
    "intel-gpu-vf-other-revision": xe(revision="04"),
    "mlx5-vf-cx6dx": mlx5(device="101d", psid="MT_0000000359", version="22.41.1000"),
    "mlx5-vf-cx6dx-no-devlink": mlx5(device="101d", devlink=False),
    "mlx5-vf-cx7": mlx5(),
    "mlx5-vf-cx7-capabilities": mlx5(config=msix(32)),
    "mlx5-vf-cx7-capabilities-functions-unreadable": mlx5(config=msix(32), numvfs=None),
    "mlx5-vf-cx7-functions-unreadable": mlx5(numvfs=None),
    "mlx5-vf-cx7-capabilities-elsewhere": mlx5(config=msix(32, pointer=0x70)),
    "mlx5-vf-cx7-capabilities-elsewhere-hidden": mlx5(config=msix(32, pointer=0x70, size=64)),
    "mlx5-vf-cx7-capabilities-hidden": mlx5(config=msix(32, size=64)),
    "mlx5-vf-cx7-fewer-vectors": mlx5(config=msix(8)),
    "mlx5-vf-cx7-more-functions": mlx5(numvfs="64"),
    "mlx5-vf-cx7-more-functions-capabilities": mlx5(numvfs="64", config=msix(32)),
    "mlx5-vf-cx7-old-firmware": mlx5(version="28.36.1010"),
    "mlx5-vf-cx7-small-register": mlx5(resource=0x100000),
    "mlx5-vf-cx7-large-register": mlx5(resource=0x800000),
    "mlx5-vf-plain-vfio-pci-published": mlx5(driver="vfio-pci", published="yes"),
    "mlx5-vf-cx7-infiniband-mode": mlx5(kind="020700"),
    "mlx5-vf-cx8": mlx5(device="1023", psid="MT_0000001111", version="40.45.1200"),
    "mlx5-vf-cx7-devlink-error": mlx5(answer="error EIO"),
    "mlx5-vf-cx7-infiniband": mlx5(devlink=False, infiniband=True),
    "mlx5-vf-cx7-newer-firmware": mlx5(version="28.43.1014"),
    "mlx5-vf-cx7-no-devlink": mlx5(devlink=False),
    "mlx5-vf-cx7-not-bound": mlx5(driver="mlx5_core"),
    "mlx5-vf-cx7-other-driver": mlx5(driver="acme_vfio_pci"),
    "mlx5-vf-cx7-other-psid": mlx5(psid="MT_0000000891"),
    "mlx5-vf-cx7-other-revision": mlx5(revision="01"),
    "mlx5-vf-cx7-facts": mlx5(devlink=False, facts={"fw.psid": " mt_0000000834 ",
                                                    "fw.version": "28.41.1000 "}),
    "mlx5-vf-cx7-outdated-fact": mlx5(facts={"fw.version": "28.42.1000"}),
    "mlx5-vf-cx7-two-rdma-devices": mlx5(devlink=False, infiniband="two"),
    "mlx5-vf-cx7-upgrade": mlx5(upgrade=True),
    "mlx5-vf-cx7-upgraded": mlx5(version="28.43.1014", upgrade=True),
    "mlx5-vf-lost": mlx5(lost=True),
    "mlx5-vf-cx7-psid-in-small-letters": mlx5(psid="mt_0000000834"),
    "mlx5-vf-cx7-driver-with-hyphens": mlx5(driver="mlx5-vfio-pci"),
    "mlx5-vf-driver-no-link": mlx5(driver="copied"),
    "mlx5-vf-plain-vfio-pci": mlx5(driver="vfio-pci"),
    "nvidia-vf-no-type": a10_vf("0"),
    "nvidia-vf-other-board": a10_vf(board="14a5"),
    "nvidia-vf-other-branch": a10_vf(version="570.133.10"),
    "nvidia-vf-other-type": a10_vf("470"),
    "nvidia-vf-name": a10_vf(names=("NVIDIA A10-4Q", "NVIDIA A10-4Q")),
    "nvidia-vf-nvml": a10_vf(ecc=None, nvml="Enabled"),
    "nvidia-vf-name-other-number": a10_vf("999", names=("NVIDIA A10-4Q",)),
    "nvidia-vf-other-name": a10_vf(names=("NVIDIA A10-12Q",)),
    "nvidia-vf-types-cut": a10_vf(types="ID    : vGPU Name\n" + 300 * "1000  : NVIDIA A10-1\n"),
    "nvidia-vf-type-in-hex": a10_vf("0x1d8"),
    "nvidia-vf-profiled": a10_vf(params="frame_rate_limiter=0, enable_profiling=1"),
    "nvidia-vf-half-a-parameter": a10_vf(params="enable_uvm"),
    "nvidia-vf-two-names": a10_vf(names=("NVIDIA A10-8Q", "NVIDIA A10-4Q")),
    "nvidia-vf-binding": a10_vf(binding=True),
    "nvidia-vf-other-release": a10_vf(version="550.127.06"),
    "nvidia-vf-unified-memory": a10_vf(params="enable_uvm=1"),
    "nvidia-vf-type": a10_vf(),
    "nvidia-vf-type-unreadable": a10_vf(None),
    "nvme-firmware": nvme(),
    "nvme-in-use": nvme(driver="vfio-pci"),
    "nvme-variant-driver": nvme(driver="nvme-vfio-pci"),
    "nvme-variant-driver-facts": nvme(driver="nvme-vfio-pci", facts=NVME_FACTS),
    "nvme-variant-driver-blanks": nvme(driver="nvme-vfio-pci", facts=dict(
        NVME_FACTS, model=" %s  " % NVME_FACTS["model"])),
    "nvme-plain-vfio-pci": nvme(driver="vfio-pci", facts=NVME_FACTS),
    "nvme-variant-driver-version": nvme(driver="nvme-vfio-pci", facts={"software_version": "1.0"}),
    "nvme-other-firmware": nvme("GDC5902Q"),
    "nvme-vf": nvme_vf(),
    "nvme-vf-other-firmware": nvme_vf("GDC5902Q"),
    "nvme-vf-other-model": nvme_vf(model="SAMSUNG MZWLJ7T6HALA-00007"),
    "nvme-vf-firmware-unreadable": nvme_vf(None),
    "nvme-vf-whole-in-use": nvme_vf(driver=None),
    "pds-fw": pds(),
    "pds-no-chip": pds(answer="running fw 1.60.0-73"),
    "pds-no-fw": pds(answer="fixed asic.id 0x0\nfixed asic.rev 0x0"),
    "pds-other-chip": pds(answer="fixed asic.id 0x1\nfixed asic.rev 0x0\nrunning fw 1.60.0-73"),
    "pds-other-fw": pds("1.62.0-1"),
    "qat-asym-sym": qat("asym;sym", facts={"cfg_services": "asym;sym"}),
    "qat-gen6": qat("sym;asym;dc", "4948", "4949"),
    "qat-gen6-cut": qat(1100 * "sym;", physical_id="4948", virtual_id="4949"),
    "qat-gen6-none": qat("", physical_id="4948", virtual_id="4949"),
    "qat-gen6-twice": qat("sym;asym;sym", physical_id="4948", virtual_id="4949"),
    "qat-gen2": qat(physical_id="37c8", virtual_id="37c9"),
    "qat-gen6-in-another-order": qat("dc;sym;asym", "4948", "4949"),
    "qat-gen6-two-services": qat("sym;asym", "4948", "4949"),
    "qat-services-absent": qat("absent"),
    "qat-services-dc": qat("dc"),
    "qat-services-sym": qat("sym"),
    "qat-services-sym-asym": qat(),
    "qat-services-unreadable": qat(None),
    "qat-sym-asym": qat(facts={"cfg_services": "sym;asym"}),
    "virtio-block": virtio(kind="1042"),
    "virtio-dpu": virtio(),
    "virtio-dpu-firmware": virtio(firmware="1.0"),
    "virtio-dpu-other-firmware": virtio(firmware="2.0"),
    "virtio-dpu-unseen": virtio(seen=False),
    "virtio-dpu-cannot": virtio(vfio=False),
    "virtio-dpu-no-debugfs": virtio(vfio=None),
    "virtio-other-dpu": virtio("1dd8:4001"),
}
