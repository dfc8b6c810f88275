/*
 * nodedev_compat_fleet_cells.c: comparing the classes and profiles of a fleet
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_fleet.h"

#include "nodedev_compat_compare.h"


/* Whether guests can use both in the same way: a mediated device, or one that can be created
 * of a type; or a PCI function */
static bool
virNodeDeviceCompatFleetIsSameWhat(const virNodeDeviceCompatFleetClass *a,
                                   const virNodeDeviceCompatFleetClass *b)
{
    return (a->what == VIR_NODE_DEVICE_COMPAT_FLEET_FUNCTION) ==
           (b->what == VIR_NODE_DEVICE_COMPAT_FLEET_FUNCTION);
}


/* Whether two types that are known refuse each other, whatever else there is */
static bool
virNodeDeviceCompatFleetTypesDiffer(const virNodeDeviceCompatFleetClass *source,
                                    const virNodeDeviceCompatFleetClass *target)
{
    return source->type != target->type && source->type && target->type &&
           source->signature == target->signature &&
           !source->unnamed && !target->unnamed &&
           (!source->typeName || source->typeName != target->typeName) &&
           target->compat->naccepts == 0;
}


/* Compares two classes of which patterns do not say enough, each with all that is in it. */
static virNodeDeviceCompatResult
virNodeDeviceCompatFleetCompareDevices(virNodeDeviceCompatFleet *fleet,
                                       const virNodeDeviceCompatFleetClass *source,
                                       const virNodeDeviceCompatFleetClass *target)
{
    virNodeDeviceCompatBudget budget = virNodeDeviceCompatBudgetLend(&fleet->budget);
    virNodeDeviceCompatResult verdict;

    budget.max = MIN(budget.max, VIR_NODE_DEVICE_COMPAT_WORK_MAX);
    if (target->tooLarge)
        return VIR_NODE_DEVICE_COMPAT_UNKNOWN;

    verdict = virNodeDeviceCompatCompareExpanded(source->compat,
                                                 target->expanded ? target->expanded : target->compat,
                                                 fleet->rules, fleet->flags, &budget, NULL);
    virNodeDeviceCompatBudgetReturn(&fleet->budget, &budget);

    if (verdict != VIR_NODE_DEVICE_COMPAT_ERROR)
        return verdict;

    fleet->ntooMuch++;
    return VIR_NODE_DEVICE_COMPAT_UNKNOWN;
}


/**
 * virNodeDeviceCompatFleetComparePair:
 * @fleet: fleet
 * @source: class of the device that a guest uses
 * @target: class of the device that it is to continue on
 *
 * Returns the verdict. A mediated device and a PCI function are INCOMPATIBLE, as a guest
 * has them in different ways.
 */
virNodeDeviceCompatFleetVerdict
virNodeDeviceCompatFleetComparePair(virNodeDeviceCompatFleet *fleet,
                                    size_t source,
                                    size_t target)
{
    const virNodeDeviceCompatFleetClass *from = fleet->classes[source];
    const virNodeDeviceCompatFleetClass *to = fleet->classes[target];
    virNodeDeviceCompatResult verdict = VIR_NODE_DEVICE_COMPAT_ERROR;

    if (!virNodeDeviceCompatFleetIsSameWhat(from, to) ||
        virNodeDeviceCompatFleetTypesDiffer(from, to))
        return VIR_NODE_DEVICE_COMPAT_FLEET_INCOMPATIBLE;

    if (from->subject && to->subject)
        verdict = virNodeDeviceCompatFleetPatternsCompare(fleet->patterns, from->subject,
                                                          to->subject);

    if (verdict == VIR_NODE_DEVICE_COMPAT_ERROR)
        verdict = virNodeDeviceCompatFleetCompareDevices(fleet, from, to);

    switch (verdict) {
    case VIR_NODE_DEVICE_COMPAT_IDENTICAL:
        return VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL;
    case VIR_NODE_DEVICE_COMPAT_SUPERSET:
        return VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET;
    case VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE:
        return VIR_NODE_DEVICE_COMPAT_FLEET_INCOMPATIBLE;
    case VIR_NODE_DEVICE_COMPAT_UNKNOWN:
    case VIR_NODE_DEVICE_COMPAT_ERROR:
    case VIR_NODE_DEVICE_COMPAT_LAST:
    default:
        return VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN;
    }
}


/* As virNodeDeviceCompatFleetComparePair(), but that a device of another kind refuses is no
 * answer: it is none of this kind. */
static virNodeDeviceCompatFleetVerdict
virNodeDeviceCompatFleetCompareKinds(virNodeDeviceCompatFleet *fleet,
                                     size_t source,
                                     size_t target)
{
    virNodeDeviceCompatFleetVerdict verdict =
        virNodeDeviceCompatFleetComparePair(fleet, source, target);

    if (verdict == VIR_NODE_DEVICE_COMPAT_FLEET_INCOMPATIBLE &&
        fleet->classes[source]->kind != fleet->classes[target]->kind)
        return VIR_NODE_DEVICE_COMPAT_FLEET_ABSENT;

    return verdict;
}


static bool
virNodeDeviceCompatFleetHasSpace(const virNodeDeviceCompatFleet *fleet)
{
    return (fleet->nrows + 1) * fleet->nclasses <= fleet->rowsMax;
}


/* The verdict for each class as a target, which is kept as long as there is space */
static const unsigned char *
virNodeDeviceCompatFleetGetClassRow(virNodeDeviceCompatFleet *fleet,
                                    size_t source,
                                    unsigned char **scratch)
{
    virNodeDeviceCompatFleetClass *klass = fleet->classes[source];
    unsigned char *row = klass->row;
    size_t i;

    if (row)
        return row;

    row = *scratch ? *scratch : g_new(unsigned char, fleet->nclasses);
    for (i = 0; i < fleet->nclasses; i++)
        row[i] = virNodeDeviceCompatFleetCompareKinds(fleet, source, i);

    if (virNodeDeviceCompatFleetHasSpace(fleet)) {
        klass->row = row;
        fleet->nrows++;
        *scratch = NULL;
    } else {
        *scratch = row;
    }
    return row;
}


/**
 * virNodeDeviceCompatFleetGetPair:
 * @fleet: fleet that is complete
 * @source: class of the device that a guest uses
 * @target: class of the device that it is to continue on
 *
 * Returns the verdict, which is ABSENT if the target is of another kind and refuses.
 */
virNodeDeviceCompatFleetVerdict
virNodeDeviceCompatFleetGetPair(virNodeDeviceCompatFleet *fleet,
                                size_t source,
                                size_t target)
{
    g_autofree unsigned char *scratch = NULL;

    if (!fleet->classes[source]->row && !virNodeDeviceCompatFleetHasSpace(fleet))
        return virNodeDeviceCompatFleetCompareKinds(fleet, source, target);

    return virNodeDeviceCompatFleetGetClassRow(fleet, source, &scratch)[target];
}


/* The device of profile @at that fits devices of @source best. Without @row, only its devices
 * are compared. */
static virNodeDeviceCompatFleetCell
virNodeDeviceCompatFleetFindBest(virNodeDeviceCompatFleet *fleet,
                                 const unsigned char *row,
                                 size_t source,
                                 size_t at)
{
    const virNodeDeviceCompatFleetProfile *profile = &fleet->profiles[at];
    const virNodeDeviceCompatFleetHost *host = fleet->hosts[profile->host];
    virNodeDeviceCompatFleetCell cell = {
        .verdict = VIR_NODE_DEVICE_COMPAT_FLEET_ABSENT,
        .source = source,
        .target = VIR_NODE_DEVICE_COMPAT_FLEET_NONE,
    };
    size_t i;

    for (i = 0; i < host->nmembers; i++) {
        size_t target = host->members[i].klass;
        virNodeDeviceCompatFleetVerdict verdict =
            row ? row[target] : virNodeDeviceCompatFleetCompareKinds(fleet, source, target);

        if (verdict < cell.verdict) {
            cell.verdict = verdict;
            cell.target = target;
        }
    }

    if (profile->unread && cell.verdict > VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN) {
        cell.verdict = VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN;
        cell.target = VIR_NODE_DEVICE_COMPAT_FLEET_NONE;
    }

    return cell;
}


/* What each profile has that fits devices of @source best, which is kept as long as there is
 * space. Returns NULL if there is none. */
static const virNodeDeviceCompatFleetCell *
virNodeDeviceCompatFleetGetFits(virNodeDeviceCompatFleet *fleet,
                                size_t source)
{
    virNodeDeviceCompatFleetClass *klass = fleet->classes[source];
    size_t size = fleet->nprofiles * sizeof(*klass->fits);
    g_autofree unsigned char *scratch = NULL;
    const unsigned char *row;
    size_t i;

    if (klass->fits || (fleet->nfits + 1) * size > fleet->fitsMax)
        return klass->fits;

    row = virNodeDeviceCompatFleetGetClassRow(fleet, source, &scratch);
    klass->fits = g_new(virNodeDeviceCompatFleetCell, fleet->nprofiles);
    for (i = 0; i < fleet->nprofiles; i++)
        klass->fits[i] = virNodeDeviceCompatFleetFindBest(fleet, row, source, i);

    fleet->nfits++;
    return klass->fits;
}


/* Makes the cells of the profiles from @first to @last those of @source where that is worse. */
static void
virNodeDeviceCompatFleetAddSource(virNodeDeviceCompatFleet *fleet,
                                  size_t source,
                                  size_t first,
                                  size_t last,
                                  unsigned char **scratch,
                                  virNodeDeviceCompatFleetCell *cells)
{
    const virNodeDeviceCompatFleetCell *fits = fleet->classes[source]->fits;
    const unsigned char *row = NULL;
    size_t i;

    /* of a single profile that is not worth it, and neither is a row that is not kept */
    if (!fits && first < last)
        fits = virNodeDeviceCompatFleetGetFits(fleet, source);
    if (!fits && (first < last || fleet->classes[source]->row ||
                  virNodeDeviceCompatFleetHasSpace(fleet)))
        row = virNodeDeviceCompatFleetGetClassRow(fleet, source, scratch);

    for (i = first; i <= last; i++) {
        virNodeDeviceCompatFleetCell cell =
            fits ? fits[i] : virNodeDeviceCompatFleetFindBest(fleet, row, source, i);

        if (cell.verdict > cells[i - first].verdict)
            cells[i - first] = cell;
    }
}


/* Fills @cells for the profiles from @first to @last. */
static void
virNodeDeviceCompatFleetFillCells(virNodeDeviceCompatFleet *fleet,
                                  size_t profile,
                                  size_t kind,
                                  size_t first,
                                  size_t last,
                                  virNodeDeviceCompatFleetCell *cells)
{
    const virNodeDeviceCompatFleetProfile *from = &fleet->profiles[profile];
    const virNodeDeviceCompatFleetHost *host = fleet->hosts[from->host];
    g_autofree unsigned char *scratch = NULL;
    virNodeDeviceCompatFleetVerdict least = VIR_NODE_DEVICE_COMPAT_FLEET_NOTHING;
    size_t i;

    if (from->unread && kind == VIR_NODE_DEVICE_COMPAT_FLEET_ALL)
        least = VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN;

    for (i = first; i <= last; i++) {
        cells[i - first].verdict = least;
        cells[i - first].source = cells[i - first].target = VIR_NODE_DEVICE_COMPAT_FLEET_NONE;
    }

    for (i = 0; i < host->nmembers; i++) {
        size_t source = host->members[i].klass;
        const virNodeDeviceCompatFleetClass *klass = fleet->classes[source];

        if (klass->what == VIR_NODE_DEVICE_COMPAT_FLEET_TYPE ||
            (kind != VIR_NODE_DEVICE_COMPAT_FLEET_ALL && klass->kind != kind))
            continue;

        virNodeDeviceCompatFleetAddSource(fleet, source, first, last, &scratch, cells);
    }
}


/**
 * virNodeDeviceCompatFleetGetRow:
 * @fleet: fleet that is complete, of one host at least
 * @profile: profile of the hosts that guests are on
 * @kind: kind of devices that they use, or VIR_NODE_DEVICE_COMPAT_FLEET_ALL
 * @cells: filled with what it comes to for each profile as the target
 *
 * A guest can continue on a host if a device there takes its device. Of several devices
 * here the one counts for which that is worst, so that a good verdict is about each of
 * them. What is not known of either host makes what would be good unknown.
 */
void
virNodeDeviceCompatFleetGetRow(virNodeDeviceCompatFleet *fleet,
                               size_t profile,
                               size_t kind,
                               virNodeDeviceCompatFleetCell *cells)
{
    virNodeDeviceCompatFleetFillCells(fleet, profile, kind, 0, fleet->nprofiles - 1, cells);
}


/**
 * virNodeDeviceCompatFleetGetCell:
 * @fleet: fleet that is complete
 * @profile: profile of the hosts that guests are on
 * @kind: kind of devices that they use, or VIR_NODE_DEVICE_COMPAT_FLEET_ALL
 * @target: profile of other hosts
 *
 * Returns the cell of virNodeDeviceCompatFleetGetRow() for @target.
 */
virNodeDeviceCompatFleetCell
virNodeDeviceCompatFleetGetCell(virNodeDeviceCompatFleet *fleet,
                                size_t profile,
                                size_t kind,
                                size_t target)
{
    virNodeDeviceCompatFleetCell cell;

    virNodeDeviceCompatFleetFillCells(fleet, profile, kind, target, target, &cell);
    return cell;
}


/**
 * virNodeDeviceCompatFleetGetReport:
 * @fleet: fleet
 * @source: class of the device that a guest uses
 * @target: class of the device that it is to continue on
 *
 * Returns the report with all reasons.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatFleetGetReport(const virNodeDeviceCompatFleet *fleet,
                                  size_t source,
                                  size_t target)
{
    return virNodeDeviceCompatCompare(fleet->classes[source]->compat,
                                      fleet->classes[target]->compat,
                                      fleet->rules, fleet->flags);
}


/**
 * virNodeDeviceCompatFleetVerdictIsGood:
 * @verdict: verdict
 *
 * Returns true if guests can continue.
 */
bool
virNodeDeviceCompatFleetVerdictIsGood(virNodeDeviceCompatFleetVerdict verdict)
{
    return verdict == VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL ||
           verdict == VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET;
}
