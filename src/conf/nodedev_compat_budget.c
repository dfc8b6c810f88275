/*
 * nodedev_compat_budget.c: how much one call can do
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_budget.h"


/**
 * virNodeDeviceCompatBudgetSpend:
 * @budget: budget
 * @work: what is about to be done, in units
 *
 * Returns true if @work can be done, false if that would be too much. Once it was, it
 * stays so.
 */
bool
virNodeDeviceCompatBudgetSpend(virNodeDeviceCompatBudget *budget,
                               size_t work)
{
    budget->used += work;

    return !virNodeDeviceCompatBudgetIsSpent(budget);
}


/**
 * virNodeDeviceCompatBudgetExhaust:
 * @budget: budget
 *
 * Makes that there is too much to do, as there is for another reason than work.
 */
void
virNodeDeviceCompatBudgetExhaust(virNodeDeviceCompatBudget *budget)
{
    budget->used = MAX(budget->used, 1);
    budget->max = 0;
}


/**
 * virNodeDeviceCompatBudgetIsSpent:
 * @budget: budget
 *
 * Returns true if there was too much to do, so that what was found is not all.
 */
bool
virNodeDeviceCompatBudgetIsSpent(const virNodeDeviceCompatBudget *budget)
{
    return budget->used > budget->max;
}


/**
 * virNodeDeviceCompatBudgetLend:
 * @pool: what there is for all candidates
 *
 * Returns the budget for one candidate, to be given to
 * virNodeDeviceCompatBudgetReturn(). No single one can use up what there is for the
 * others.
 */
virNodeDeviceCompatBudget
virNodeDeviceCompatBudgetLend(const virNodeDeviceCompatBudget *pool)
{
    size_t left = pool->max - MIN(pool->max, pool->used);
    virNodeDeviceCompatBudget lent = {
        .max = VIR_NODE_DEVICE_COMPAT_WORK_CANDIDATE +
               MIN(left, pool->max / VIR_NODE_DEVICE_COMPAT_WORK_SHARE),
    };

    return lent;
}


/**
 * virNodeDeviceCompatBudgetReturn:
 * @pool: what there is for all candidates
 * @lent: from virNodeDeviceCompatBudgetLend()
 *
 * Takes from @pool what @lent was used for beyond what each candidate can cost.
 */
void
virNodeDeviceCompatBudgetReturn(virNodeDeviceCompatBudget *pool,
                                const virNodeDeviceCompatBudget *lent)
{
    if (lent->used > VIR_NODE_DEVICE_COMPAT_WORK_CANDIDATE)
        pool->used += lent->used - VIR_NODE_DEVICE_COMPAT_WORK_CANDIDATE;
}


/**
 * virNodeDeviceCompatWorkOfBytes:
 * @bytes: length of a text
 *
 * Returns what it costs to copy or compare it as a whole, in units.
 */
size_t
virNodeDeviceCompatWorkOfBytes(size_t bytes)
{
    return 1 + bytes / VIR_NODE_DEVICE_COMPAT_WORK_BYTES;
}


/**
 * virNodeDeviceCompatWorkOfText:
 * @text: value or list of values, or NULL
 *
 * Returns what it costs to look at each of its items, in units.
 */
size_t
virNodeDeviceCompatWorkOfText(const char *text)
{
    /* without a branch for each byte */
    static const unsigned char isBehindItem[UCHAR_MAX + 1] = {
        [','] = 1, ['+'] = 1, [';'] = 1,
    };
    size_t items = 0;
    size_t i;

    if (!text)
        return 0;

    for (i = 0; text[i]; i++)
        items += isBehindItem[(unsigned char)text[i]];

    return items + virNodeDeviceCompatWorkOfBytes(i);
}
