/*
 * libvirt-nodedev-compat.c: entry points for node device compatibility APIs
 *
 * Checks what a caller passes and hands it to the connection's driver.  The
 * same code runs in the client and, called by the dispatcher, in the daemon:
 * the limits that are checked here hold on both ends.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "datatypes.h"
#include "nodedev_compat_conf.h"
#include "virlog.h"

VIR_LOG_INIT("libvirt.nodedev_compat");

#define VIR_FROM_THIS VIR_FROM_NODEDEV


static int
virNodeDeviceCompatCheckSize(const char *xmlDesc,
                             int max)
{
    size_t len = strlen(xmlDesc);

    if (len <= max)
        return 0;

    virReportInvalidArg(xmlDesc,
                        _("the document is too large: %1$zu bytes, at most %2$d are accepted"),
                        len, max);
    return -1;
}


/* Documents of one device and of many have the same limit. */
static int
virNodeDeviceCompatCheckDocument(const char *xmlDesc)
{
    return virNodeDeviceCompatCheckSize(xmlDesc, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
}


/**
 * virConnectGetHostdevCompatVersion:
 * @conn: pointer to the hypervisor connection
 * @flags: extra flags; not used yet, so callers should always pass 0
 *
 * Asks the daemon at the other end of the connection which version of the functions of
 * this header it has: as LIBVIR_HAVE_NODEDEV_COMPAT, with which the caller was compiled.
 * virConnectGetLibVersion() tells nothing about that, since a libvirt without them has the
 * same version.
 *
 * Of a host with a daemon for each driver it is that of the hypervisor's daemon, which
 * checks migrations. A connection to 'nodedev:///system' leads to the one that compares
 * node devices. If a driver is not in a daemon, it is that of the library.
 *
 * Nothing is looked at for the answer, and the call is allowed on a read-only connection.
 *
 * Returns the version, or -1 on error: VIR_ERR_NO_SUPPORT if the daemon is a libvirt
 * without these functions.
 *
 * Since: 11.3.0
 */
int
virConnectGetHostdevCompatVersion(virConnectPtr conn,
                                  unsigned int flags)
{
    VIR_DEBUG("conn=%p, flags=0x%x", conn, flags);

    virResetLastError();

    virCheckConnectReturn(conn, -1);

    if (conn->driver->connectGetHostdevCompatVersion) {
        int ret;
        ret = conn->driver->connectGetHostdevCompatVersion(conn, flags);
        if (ret < 0)
            goto error;
        return ret;
    }

    virCheckFlagsGoto(0, error);

    return LIBVIR_HAVE_NODEDEV_COMPAT;

 error:
    virDispatchError(conn);
    return -1;
}


/**
 * virNodeDeviceCompareCompat:
 * @dev: pointer to the node device that is the target
 * @xmlDesc: XML description of the device that is the source
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 *
 * Checks whether a guest that uses the source device, which @xmlDesc describes and
 * which usually is on another host, can continue on the target device, @dev, after a
 * live migration. The check has a direction: that a guest can move from one device to
 * another does not mean that it can move back.
 *
 * The result VIR_NODE_DEVICE_COMPAT_UNKNOWN is 3 and passes tests like ret <= 0 made
 * for virConnectCompareCPU(): test for VIR_NODE_DEVICE_COMPAT_IDENTICAL and
 * VIR_NODE_DEVICE_COMPAT_SUPERSET.
 *
 * @xmlDesc is a document as returned by virNodeDeviceGetXMLDesc() on the source host,
 * or just the <capability type='compat'> element of one, or what
 * virConnectBaselineNodeDeviceCompat() returns. It must not be larger than 256 KiB, and
 * what it describes must not have more than 512 attributes, more than 64 alternatives
 * that it accepts, or a value of more than 4096 bytes. Of a document without
 * compatibility data, as a libvirt without this API returns it, the type of the
 * mediated device or the IDs of the PCI function are compared.
 *
 * The data of @dev is read again by each call. It is compared by the rules that come
 * with libvirt and those of vendors that the host has: device API and type must be
 * equal (but see below); the version of the migration data must be one that the
 * target accepts or, if it publishes no such versions, have the same major and not a
 * higher minor number; any other attribute must be among the values that the target
 * accepts or, if it publishes none, be equal. If a device does not publish enough, the
 * result is VIR_NODE_DEVICE_COMPAT_UNKNOWN.
 *
 * No device is opened and none is changed, and the call is allowed on a read-only
 * connection unless the driver is to be asked (see
 * VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE below). The result holds at the time of the
 * call; nothing is reserved.
 *
 * If @flags includes VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML, @xmlDesc is
 * validated against its schema first.
 *
 * If @flags includes VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE, a target of
 * another type than the source is accepted if it accepts devices of the source's type.
 *
 * If @flags includes VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE, the target's driver is asked
 * as well: the opaque string of the source's driver is written to the attribute
 * 'migration_version' of the target in sysfs, and nothing else is written. If the
 * driver rejects it, the target is incompatible; if either device has no such string,
 * or the driver gives no answer, the result is unknown. A string that is accepted does
 * not replace data that is missing otherwise. Nothing is written if the device APIs
 * differ. The call takes as long as the driver takes to answer. It requires the
 * permission to write the node device and a connection that is not read-only.
 *
 * If @flags includes VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE, an incompatible
 * target is an error rather than a result; likewise an unknown one with
 * VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN. The message of the error has all reasons.
 *
 * Codes of errors, with the members int1 and str2 of virError:
 *
 *   VIR_ERR_OPERATION_UNSUPPORTED  int1 0 or 3: the result, raised because of a
 *                                  FAIL_* flag; str2 is the report that
 *                                  virNodeDeviceGetCompatReport() returns
 *   VIR_ERR_OPERATION_UNSUPPORTED  int1 -1: @dev is not a device that a guest can use
 *   VIR_ERR_XML_DETAIL             @xmlDesc is not well-formed
 *   VIR_ERR_XML_INVALID_SCHEMA     @xmlDesc is not valid
 *   VIR_ERR_XML_ERROR              @xmlDesc does not describe a mediated device or a
 *                                  PCI device
 *   VIR_ERR_INVALID_ARG            @xmlDesc is too large
 *   VIR_ERR_NO_NODE_DEVICE         @dev no longer exists
 *   VIR_ERR_OPERATION_DENIED       the driver cannot be asked on a read-only connection
 *   VIR_ERR_NO_SUPPORT             the driver, or the daemon at the other end of the
 *                                  connection, cannot compare devices
 *
 * Returns one of virNodeDeviceCompatResult; in particular
 * VIR_NODE_DEVICE_COMPAT_ERROR (-1) on error.
 *
 * Since: 11.3.0
 */
int
virNodeDeviceCompareCompat(virNodeDevicePtr dev,
                           const char *xmlDesc,
                           unsigned int flags)
{
    /* the document may hold credentials inside a URL: it is not logged */
    VIR_DEBUG("dev=%p, conn=%p, xmlDesc=%p, flags=0x%x",
              dev, dev ? dev->conn : NULL, xmlDesc, flags);

    virResetLastError();

    virCheckNodeDeviceReturn(dev, VIR_NODE_DEVICE_COMPAT_ERROR);
    virCheckNonNullArgGoto(xmlDesc, error);
    if (flags & VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE)
        virCheckReadOnlyGoto(dev->conn->flags, error);

    if (virNodeDeviceCompatCheckDocument(xmlDesc) < 0)
        goto error;

    if (dev->conn->nodeDeviceDriver &&
        dev->conn->nodeDeviceDriver->nodeDeviceCompareCompat) {
        int ret;
        ret = dev->conn->nodeDeviceDriver->nodeDeviceCompareCompat(dev, xmlDesc, flags);
        if (ret < 0)
            goto error;
        return ret;
    }

    virReportUnsupportedError();

 error:
    virDispatchError(dev->conn);
    return VIR_NODE_DEVICE_COMPAT_ERROR;
}


/**
 * virNodeDeviceGetCompatReport:
 * @dev: pointer to the node device that is the target
 * @xmlDesc: XML description of the device that is the source
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 *
 * Compares like virNodeDeviceCompareCompat(), whose description of @dev, @xmlDesc,
 * @flags, limits and errors applies here too, and returns the result together with all
 * reasons: a <nodeDeviceCompatReport> document with the result, the names of both
 * devices, and for each reason a stable code, its severity (error, unknown or
 * warning), the attribute, the rule that was applied, both values, and a sentence for
 * people. Beyond 512 KiB, reasons are without values.
 *
 * Returns the report, or NULL on error. The caller must free() it.
 *
 * Since: 11.3.0
 */
char *
virNodeDeviceGetCompatReport(virNodeDevicePtr dev,
                             const char *xmlDesc,
                             unsigned int flags)
{
    /* the document may hold credentials inside a URL: it is not logged */
    VIR_DEBUG("dev=%p, conn=%p, xmlDesc=%p, flags=0x%x",
              dev, dev ? dev->conn : NULL, xmlDesc, flags);

    virResetLastError();

    virCheckNodeDeviceReturn(dev, NULL);
    virCheckNonNullArgGoto(xmlDesc, error);
    if (flags & VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE)
        virCheckReadOnlyGoto(dev->conn->flags, error);

    if (virNodeDeviceCompatCheckDocument(xmlDesc) < 0)
        goto error;

    if (dev->conn->nodeDeviceDriver &&
        dev->conn->nodeDeviceDriver->nodeDeviceGetCompatReport) {
        char *ret;
        ret = dev->conn->nodeDeviceDriver->nodeDeviceGetCompatReport(dev, xmlDesc, flags);
        if (!ret)
            goto error;
        return ret;
    }

    virReportUnsupportedError();

 error:
    virDispatchError(dev->conn);
    return NULL;
}


/**
 * virConnectFindCompatNodeDevices:
 * @conn: connection to a host
 * @xmlDesc: XML description of the device that is the source
 * @flags: bitwise-OR of virConnectFindCompatNodeDevicesFlags
 *
 * Finds the devices of the host that @conn is to on which a guest that uses the source
 * device can continue after a live migration: compares the source, as
 * virNodeDeviceCompareCompat() does, with each mediated device, each PCI function that
 * can be assigned, and each type of which a mediated device can be created. @xmlDesc
 * and its limits are described there.
 *
 * The result is a <nodeDeviceCompatCandidates> document with one <candidate> element
 * for each device and type that a guest can be given, the best first: identical ones
 * before those that offer more; then those that are free, those that are bound to a
 * driver of the host, those that have to be started, and those whose state is not
 * known; then devices before types, of which a device has to be created first, and
 * these by how many attributes have to be set; then those that offer less beyond what
 * the source has; then those with fewer warnings; then by name. They are followed by
 * candidates of which it is unknown whether a guest can continue on them. Each has its
 * verdict, its state, the reasons if there are any, and, if it is a type, the <device>
 * document that virNodeDeviceCreateXML() or virNodeDeviceDefineXML() takes to create a
 * device, with the values of dynamic attributes in the order in which they have to be
 * set. The attribute 'found' is the number of candidates on which a guest can
 * continue, 'unknown' the number of those of which that is unknown.
 *
 * A device that is in use is left out, as is a type of which no more devices can
 * be made. What is in use is known as far as the host can tell: a mediated device,
 * or a PCI function that is bound to a VFIO driver, is in use while a process has
 * its IOMMU group, or the device itself, open. That a guest which is not running is
 * going to use it is not known. The result is a statement of the time of the call;
 * nothing is reserved, no device is opened, and none is changed.
 *
 * If @flags includes VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL, the list continues with
 * devices and types that are in use or incompatible, with the reasons, those first that
 * are closest to being compatible. The attributes 'found' and 'unknown' do not count
 * them.
 *
 * If @flags includes VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML, @xmlDesc is
 * validated against its schema first.
 *
 * If @flags includes VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE, candidates
 * of another type than the source are accepted if they accept devices of the source's
 * type.
 *
 * The document holds at most 2 MiB of candidates; those that do not fit are left
 * out, and the attribute 'omitted' is their number. After ten seconds no further device
 * is looked at; candidates that are left are counted in 'omitted' and in 'unknown'.
 * Devices that the caller may not see are not in it. That none fits is not an error.
 *
 * An error is raised if the document is not well-formed (VIR_ERR_XML_DETAIL),
 * not valid (VIR_ERR_XML_INVALID_SCHEMA), not a description of a mediated device
 * or PCI device (VIR_ERR_XML_ERROR) or too large (VIR_ERR_INVALID_ARG), and if the
 * driver, or the daemon at the other end of the connection, cannot compare devices
 * (VIR_ERR_NO_SUPPORT).
 *
 * Returns the list, or NULL on error. The caller must free() it.
 *
 * Since: 11.3.0
 */
char *
virConnectFindCompatNodeDevices(virConnectPtr conn,
                                const char *xmlDesc,
                                unsigned int flags)
{
    /* the document may hold credentials inside a URL: it is not logged */
    VIR_DEBUG("conn=%p, xmlDesc=%p, flags=0x%x", conn, xmlDesc, flags);

    virResetLastError();

    virCheckConnectReturn(conn, NULL);
    virCheckNonNullArgGoto(xmlDesc, error);

    if (virNodeDeviceCompatCheckDocument(xmlDesc) < 0)
        goto error;

    if (conn->nodeDeviceDriver &&
        conn->nodeDeviceDriver->connectFindCompatNodeDevices) {
        char *ret;
        ret = conn->nodeDeviceDriver->connectFindCompatNodeDevices(conn, xmlDesc, flags);
        if (!ret)
            goto error;
        return ret;
    }

    virReportUnsupportedError();

 error:
    virDispatchError(conn);
    return NULL;
}


/**
 * virConnectBaselineNodeDeviceCompat:
 * @conn: connection to a host, any one
 * @xmlDescs: XML document that describes several devices
 * @flags: bitwise-OR of virConnectBaselineNodeDeviceCompatFlags
 *
 * Computes the baseline of several devices, usually of different hosts: the
 * description of a device from which a guest can continue on each of them, as
 * virNodeDeviceCompareCompat() checks it.
 *
 * @xmlDescs is a <devices> document. It holds any number of documents as
 * virNodeDeviceGetXMLDesc() returns them on the devices' hosts, of
 * <capability type='compat'> elements of such documents, and of documents that
 * this function returned before. It must not be larger than 256 KiB. The limits
 * on each device are those of virNodeDeviceCompareCompat().
 *
 * The result is a <nodeDeviceCompatBaseline> document with the baseline in a
 * <capability type='compat'> element. virNodeDeviceCompareCompat() and
 * virNodeDeviceGetCompatReport() take it as the description of a source as it is.
 * Its attribute 'verdict' is the worst verdict of a comparison of the baseline
 * with each device: "identical" if they are all the same, "superset" if some have
 * more, "unknown" if one does not publish enough, and "incompatible" if there is no
 * baseline; then the element is missing. With the last two there is a
 * <nodeDeviceCompatReport> element, as virNodeDeviceGetCompatReport() returns it,
 * for each device that does not accept the baseline, or of which that is not known.
 * If there is none, these name the devices that differ from the others. The attribute 'devices' is
 * the number of devices, and 'omitted' that of reports which were left out, as
 * the document holds about 64 KiB of them.
 *
 * The devices of the host that @conn is to do not matter, and neither does the
 * order of those in @xmlDescs. Rules of vendors that the host has do, as they do
 * in a comparison.
 *
 * If @flags includes VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_VALIDATE_XML,
 * @xmlDescs is validated against its schema first.
 *
 * If @flags includes VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_ALLOW_CROSS_TYPE,
 * devices of different types have a baseline if they accept devices of one type.
 *
 * An error is raised if the document is not well-formed (VIR_ERR_XML_DETAIL),
 * not valid (VIR_ERR_XML_INVALID_SCHEMA), too large (VIR_ERR_INVALID_ARG), or does
 * not describe devices that a guest could use (VIR_ERR_XML_ERROR), and if the
 * driver, or the daemon at the other end of the connection, cannot compare devices
 * (VIR_ERR_NO_SUPPORT). That there is no baseline is not an error.
 *
 * Returns the result, or NULL on error. The caller must free() it.
 *
 * Since: 11.3.0
 */
char *
virConnectBaselineNodeDeviceCompat(virConnectPtr conn,
                                   const char *xmlDescs,
                                   unsigned int flags)
{
    /* the document may hold credentials inside a URL: it is not logged */
    VIR_DEBUG("conn=%p, xmlDescs=%p, flags=0x%x", conn, xmlDescs, flags);

    virResetLastError();

    virCheckConnectReturn(conn, NULL);
    virCheckNonNullArgGoto(xmlDescs, error);

    if (virNodeDeviceCompatCheckDocument(xmlDescs) < 0)
        goto error;

    if (conn->nodeDeviceDriver &&
        conn->nodeDeviceDriver->connectBaselineNodeDeviceCompat) {
        char *ret;
        ret = conn->nodeDeviceDriver->connectBaselineNodeDeviceCompat(conn, xmlDescs, flags);
        if (!ret)
            goto error;
        return ret;
    }

    virReportUnsupportedError();

 error:
    virDispatchError(conn);
    return NULL;
}


/**
 * virDomainGetHostdevCompat:
 * @dom: a domain that is running
 * @flags: bitwise-OR of virDomainGetHostdevCompatFlags
 *
 * Describes the host devices of a domain whose state a live migration would migrate:
 * mediated devices and PCI functions. The result is for
 * virConnectCompareHostdevCompat() on another host, and is what a migration sends to the
 * destination.
 *
 * It is a <nodedevCompat> document in the namespace "urn:libvirt-nodedev-compat:1" with one
 * <hostdev> element for each device: what tells it from the others of the domain, the
 * name of its node device, and its <capability type='compat'> element as
 * virNodeDeviceGetXMLDesc() has it, but for what it accepts. That is read again by each
 * call, and missing if it cannot be read within three seconds a device and ten seconds in
 * all; the comparison then does not know. The attribute 'boot' is the boot id of the host,
 * and 'time' is when it was written. A domain without such devices has an empty document,
 * which is no error. The document is not larger than 1 MiB.
 *
 * The domain goes on meanwhile, is not locked, and nothing of it or of its devices is
 * changed.
 *
 * If @flags includes VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE, the strings about which
 * the driver of a target can be asked are in it. Without it they are left out. To read that
 * of a virtual GPU takes a helper program that opens the device. It requires the permission
 * to migrate the domain and a connection that is not read-only.
 *
 * An error is raised if the domain is not running (VIR_ERR_OPERATION_INVALID), if the
 * connection is read-only and must not be (VIR_ERR_OPERATION_DENIED), and if the driver,
 * or the daemon at the other end of the connection, cannot describe devices
 * (VIR_ERR_NO_SUPPORT).
 *
 * Returns the description, or NULL on error. The caller must free() it.
 *
 * Since: 11.3.0
 */
char *
virDomainGetHostdevCompat(virDomainPtr dom,
                          unsigned int flags)
{
    virConnectPtr conn;

    VIR_DOMAIN_DEBUG(dom, "flags=0x%x", flags);

    virResetLastError();

    virCheckDomainReturn(dom, NULL);
    conn = dom->conn;
    if (flags & VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE)
        virCheckReadOnlyGoto(conn->flags, error);

    if (conn->driver->domainGetHostdevCompat) {
        char *ret;
        ret = conn->driver->domainGetHostdevCompat(dom, flags);
        if (!ret)
            goto error;
        return ret;
    }

    virReportUnsupportedError();

 error:
    virDispatchError(conn);
    return NULL;
}


/**
 * virConnectCompareHostdevCompat:
 * @conn: connection to the host that a domain could be migrated to
 * @domXML: XML description that the domain would have there
 * @hostdevsXML: description of its host devices where it is now
 * @flags: bitwise-OR of virConnectCompareHostdevCompatFlags
 *
 * Foretells whether the host would accept a domain in a live migration, as far as the host
 * devices of the domain decide that. It is what the destination checks before it starts
 * anything for the domain: each device that the domain would have is paired with the one
 * that it replaces, the two are compared as by virNodeDeviceCompareCompat(), and the
 * policy of the host is applied.
 *
 * @domXML is as virDomainGetXMLDesc() returns it with VIR_DOMAIN_XML_MIGRATABLE, perhaps with
 * other host devices; only these and network interfaces are looked at. Without that flag a
 * function that a network has chosen, and would choose anew, looks like one that the domain
 * always has. @hostdevsXML is what
 * virDomainGetHostdevCompat() returned on the host that the domain runs on. Neither may be
 * larger than 1 MiB. The limits on each device are those of virNodeDeviceCompareCompat(),
 * and a domain has at most 256 devices.
 *
 * The result is a <nodeDeviceCompatReports> document with a <nodeDeviceCompatReport>, as
 * virNodeDeviceGetCompatReport() returns it, for each device that the domain would have,
 * and for each that it has now and nothing would replace, or a function that a network
 * chooses only then. What does not work is a reason in a report. The attribute 'would' of
 * each report, and of the root element for all of them, is "refuse", "warn" (accept, with a
 * warning in the log of the host) or "allow". Reasons that the policy of the host ignores
 * are warnings. The attribute 'deferred' is 'yes' if the verdict can still change, since a
 * hook script or libvirt makes or chooses the device, or binds its driver, when the domain
 * is prepared.
 *
 * No device is opened and none is changed, and the call is allowed on a read-only
 * connection unless drivers are to be asked (see
 * VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE below). The result holds at the time of the
 * call; nothing is reserved. A device that is not answered for within three seconds is
 * unknown, as are all that are left after ten.
 *
 * If @flags includes VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_VALIDATE_XML, @hostdevsXML is
 * validated against its schema first.
 *
 * If @flags includes VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_ALLOW_CROSS_TYPE, a target of
 * another type than the source is accepted if it accepts devices of the source's type.
 * Without it the policy of the host decides.
 *
 * If @flags includes VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE, the targets' drivers are
 * asked about the opaque strings in @hostdevsXML, as a migration does. It requires the
 * permission to write the host and a connection that is not read-only. Without it the
 * strings are ignored.
 *
 * An error is raised if a document is not well-formed (VIR_ERR_XML_DETAIL), not valid
 * (VIR_ERR_XML_INVALID_SCHEMA), not of the expected kind or contradicts itself
 * (VIR_ERR_XML_ERROR) or too large (VIR_ERR_INVALID_ARG), if there is more to report than
 * 2 MiB (VIR_ERR_OPERATION_FAILED), if the connection is read-only and must not be
 * (VIR_ERR_OPERATION_DENIED), and if the driver, or the daemon at the other end of the
 * connection, cannot compare devices (VIR_ERR_NO_SUPPORT).
 *
 * Returns the reports, or NULL on error. The caller must free() them.
 *
 * Since: 11.3.0
 */
char *
virConnectCompareHostdevCompat(virConnectPtr conn,
                               const char *domXML,
                               const char *hostdevsXML,
                               unsigned int flags)
{
    /* the documents may hold passwords and credentials inside a URL: they are not logged */
    VIR_DEBUG("conn=%p, domXML=%p, hostdevsXML=%p, flags=0x%x",
              conn, domXML, hostdevsXML, flags);

    virResetLastError();

    virCheckConnectReturn(conn, NULL);
    virCheckNonNullArgGoto(domXML, error);
    virCheckNonNullArgGoto(hostdevsXML, error);
    if (flags & VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE)
        virCheckReadOnlyGoto(conn->flags, error);

    if (virNodeDeviceCompatCheckSize(domXML, VIR_NODE_DEVICE_COMPAT_GUEST_DOCUMENT_MAX) < 0 ||
        virNodeDeviceCompatCheckSize(hostdevsXML, VIR_NODE_DEVICE_COMPAT_GUEST_DOCUMENT_MAX) < 0)
        goto error;

    if (conn->driver->connectCompareHostdevCompat) {
        char *ret;
        ret = conn->driver->connectCompareHostdevCompat(conn, domXML, hostdevsXML, flags);
        if (!ret)
            goto error;
        return ret;
    }

    virReportUnsupportedError();

 error:
    virDispatchError(conn);
    return NULL;
}
