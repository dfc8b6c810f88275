/*
 * domain_hostdev_compat_change.c: whether a device has changed since it was compared
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat_change.h"

#include "conf/nodedev_compat_attr.h"

/* What the administrator stated at either moment: an edit is no change of the device */
typedef struct _virDomainHostdevCompatStated virDomainHostdevCompatStated;
struct _virDomainHostdevCompatStated {
    const virNodeDeviceCompatFacts *facts[2];   /* NULL: nothing */
};


/* Whether the kernel shows an attribute of any device. A device that a guest has open
 * cannot become another one, so that these do not change. */
static bool
virDomainHostdevCompatIsIdentity(const char *name)
{
    return STREQ(name, VIR_NODE_DEVICE_COMPAT_DEVICE_API) ||
           STREQ(name, VIR_NODE_DEVICE_COMPAT_TYPE) ||
           STREQ(name, VIR_NODE_DEVICE_COMPAT_PCI_ID) ||
           STREQ(name, "subchannel_type") ||
           STREQ(name, "chpid_type");
}


/* Whether any fact is about the attribute @name or, if that is NULL, about what devices
 * accept */
static bool
virDomainHostdevCompatIsStated(const virDomainHostdevCompatStated *stated,
                               const char *name)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(stated->facts); i++) {
        if (stated->facts[i] && virNodeDeviceCompatFactsAreAbout(stated->facts[i], name))
            return true;
    }

    return false;
}


/* Whether it is known what the device has. That a file cannot be read, or not in time, is
 * no change; nor is what is wrong with facts, or with what firmware answers. */
static bool
virDomainHostdevCompatAttrIsKnown(const virNodeDeviceCompatAttr *attr)
{
    if (STREQ(attr->name, VIR_NODE_DEVICE_COMPAT_MARK_FACTS) ||
        STREQ(attr->name, VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK))
        return false;

    return attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
           attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED ||
           attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING ||
           attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET;
}


/**
 * virDomainHostdevCompatCanChange:
 * @compat: descriptor of a device that a guest has open
 * @facts: what the administrator stated when it was read, or NULL
 *
 * Returns true if it has anything for which virDomainHostdevCompatFindChange() looks.
 */
bool
virDomainHostdevCompatCanChange(const virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatFacts *facts)
{
    const virDomainHostdevCompatStated stated = { .facts = { facts, NULL } };
    size_t i;

    if (compat->opaque ||
        (compat->naccepts > 0 && !virDomainHostdevCompatIsStated(&stated, NULL)))
        return true;

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];

        if (!attr->derived && virDomainHostdevCompatAttrIsKnown(attr) &&
            !virDomainHostdevCompatIsIdentity(attr->name) &&
            !virDomainHostdevCompatIsStated(&stated, attr->name))
            return true;
    }

    return false;
}


/* Whether there is a mark in @compat that what it does not have may be there, and cannot be
 * read, or not in time; not of facts that are outdated, which are there */
static bool
virDomainHostdevCompatHasMark(const virNodeDeviceCompat *compat,
                              const char *mark)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&compat->self, mark);

    return attr && !virDomainHostdevCompatAttrIsKnown(attr) &&
           attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OUTDATED;
}


/* Whether @compat may have more of what @other has than is known: of what is published, or
 * stated; if facts could not be read for @other either, it has none of them */
static bool
virDomainHostdevCompatIsPartial(const virNodeDeviceCompat *compat,
                                const virNodeDeviceCompat *other)
{
    return virDomainHostdevCompatHasMark(compat, VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION) ||
           (virDomainHostdevCompatHasMark(compat, VIR_NODE_DEVICE_COMPAT_MARK_FACTS) &&
            !virDomainHostdevCompatHasMark(other, VIR_NODE_DEVICE_COMPAT_MARK_FACTS));
}


/* Whether @attr is only what a PCI function goes by as long as the type that it publishes, which
 * is @other, cannot be read */
static bool
virDomainHostdevCompatAttrStandsIn(const virNodeDeviceCompatAttr *attr,
                                   const virNodeDeviceCompatAttr *other)
{
    return STREQ(attr->name, VIR_NODE_DEVICE_COMPAT_TYPE) && other &&
           attr->value && virNodeDeviceCompatTypeIsSignature(attr->value) &&
           other->value && !virNodeDeviceCompatTypeIsSignature(other->value);
}


/* What a descriptor may lack although the device has it */
typedef struct _virDomainHostdevCompatGaps virDomainHostdevCompatGaps;
struct _virDomainHostdevCompatGaps {
    bool published;             /* what is published */
    bool stated;                /* what is stated */
    bool derived;               /* what firmware answers */
    const virDomainHostdevCompatStated *known;  /* all that is stated; NULL: it can be anything */
};


/* Whether @gaps can be why the attribute @name is not there or, if that is NULL, why what is
 * accepted is not */
static bool
virDomainHostdevCompatGapsHave(const virDomainHostdevCompatGaps *gaps,
                               const char *name)
{
    return gaps->published ||
           (gaps->stated && (!gaps->known || virDomainHostdevCompatIsStated(gaps->known, name)));
}


/* Whether anything in @new is not as in @old; not, that it cannot be read any more, nor that
 * it is not there where @gaps can be why */
static bool
virDomainHostdevCompatAttrsHaveNews(const virNodeDeviceCompatAttrs *old,
                                    const virNodeDeviceCompatAttrs *new,
                                    const virDomainHostdevCompatGaps *gaps)
{
    size_t i;

    for (i = 0; i < new->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = new->attrs[i];
        const virNodeDeviceCompatAttr *other = virNodeDeviceCompatAttrsFind(old, attr->name);

        if (virDomainHostdevCompatAttrIsKnown(attr) &&
            !(virDomainHostdevCompatGapsHave(gaps, attr->name) &&
              virDomainHostdevCompatAttrStandsIn(attr, other)) &&
            (!other || other->state != attr->state || STRNEQ_NULLABLE(other->value, attr->value)))
            return true;
    }

    for (i = 0; i < old->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = old->attrs[i];

        if (virDomainHostdevCompatAttrIsKnown(attr) && !(gaps->derived && attr->derived) &&
            !virDomainHostdevCompatGapsHave(gaps, attr->name) &&
            !virNodeDeviceCompatAttrsFind(new, attr->name))
            return true;
    }

    return false;
}


/* Whether the driver of @old published anything; of a function whose type is known by what the
 * kernel shows in its place in @new, too */
static bool
virDomainHostdevCompatIsPublished(const virNodeDeviceCompat *old,
                                  const virNodeDeviceCompat *new,
                                  const virNodeDeviceCompatFacts *facts)
{
    const virNodeDeviceCompatAttr *type = virNodeDeviceCompatAttrsFind(&new->self,
                                                                       VIR_NODE_DEVICE_COMPAT_TYPE);

    return virDomainHostdevCompatCanChange(old, facts) ||
           virDomainHostdevCompatHasMark(old, VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION) ||
           (type &&
            virDomainHostdevCompatAttrStandsIn(type, virNodeDeviceCompatAttrsFind(&old->self,
                                                                                  type->name)));
}


/**
 * virDomainHostdevCompatHasNews:
 * @old: descriptor of a device as it was compared
 * @new: as it is now
 * @oldFacts: what the administrator stated then, NULL if that is not known
 *
 * Counts whatever could change the verdict, derived attributes included, but not that
 * something is not known any more: a driver may have no answer as long as the device is
 * open. What is published and cannot be read is news if nothing was published before, as by
 * another driver; not if it only does not come in time, when there need not be anything.
 *
 * Returns true if another comparison is worth it.
 */
bool
virDomainHostdevCompatHasNews(const virNodeDeviceCompat *old,
                              const virNodeDeviceCompat *new,
                              const virNodeDeviceCompatFacts *oldFacts)
{
    const virNodeDeviceCompatAttr *mark =
        virNodeDeviceCompatAttrsFind(&new->self, VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION);
    const virDomainHostdevCompatStated stated = { .facts = { oldFacts, NULL } };
    const virDomainHostdevCompatGaps none = { 0 };
    const virDomainHostdevCompatGaps gaps = {
        .published = virDomainHostdevCompatHasMark(new, VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION),
        .stated = virDomainHostdevCompatIsPartial(new, old),
        .derived = virDomainHostdevCompatHasMark(new, VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK),
        .known = oldFacts ? &stated : NULL,
    };
    size_t i;

    if (virDomainHostdevCompatAttrsHaveNews(&old->self, &new->self, &gaps) ||
        (new->opaque && STRNEQ_NULLABLE(old->opaque, new->opaque)))
        return true;

    if (gaps.published && mark->state != VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT &&
        !virDomainHostdevCompatIsPublished(old, new, oldFacts))
        return true;

    if (old->naccepts != new->naccepts)
        return !virDomainHostdevCompatGapsHave(&gaps, NULL) || new->naccepts > old->naccepts;

    for (i = 0; i < new->naccepts; i++) {
        if (virDomainHostdevCompatAttrsHaveNews(old->accepts[i], new->accepts[i], &none))
            return true;
    }

    return false;
}


/**
 * virDomainHostdevCompatHasLess:
 * @old: descriptor of a device as it was compared
 * @new: as it is now
 * @oldFacts: what the administrator stated then, NULL if that is not known
 *
 * If nothing was published before, and what does not come in time may be, that can be of
 * another driver.
 *
 * Returns true if nothing is known of @new that was not known of @old.
 */
bool
virDomainHostdevCompatHasLess(const virNodeDeviceCompat *old,
                              const virNodeDeviceCompat *new,
                              const virNodeDeviceCompatFacts *oldFacts)
{
    return !virDomainHostdevCompatHasNews(old, new, oldFacts) &&
           (virDomainHostdevCompatIsPublished(old, new, oldFacts) ||
            !virDomainHostdevCompatHasMark(new, VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION));
}


/* Whether both are the same, or one of them does not count: it is derived, or not known; if
 * @partial, one that is not there is not known */
static bool
virDomainHostdevCompatAttrIsSame(const virNodeDeviceCompatAttr *attr,
                                 const virNodeDeviceCompatAttr *other,
                                 bool partial)
{
    if (attr->derived || !virDomainHostdevCompatAttrIsKnown(attr))
        return true;

    if (!other)
        return partial;

    return !virDomainHostdevCompatAttrIsKnown(other) ||
           (other->state == attr->state && STREQ_NULLABLE(other->value, attr->value));
}


/* The name of an attribute of @a that differs in @b and is not stated, or NULL. @partial: @b may
 * have more. @shown: one of them has what the kernel shows in the place of what is published */
static const char *
virDomainHostdevCompatAttrsFindChange(const virNodeDeviceCompatAttrs *a,
                                      const virNodeDeviceCompatAttrs *b,
                                      bool partial,
                                      bool shown,
                                      const virDomainHostdevCompatStated *stated)
{
    size_t i;

    for (i = 0; i < a->nattrs; i++) {
        const char *name = a->attrs[i]->name;

        if (!(shown && virDomainHostdevCompatIsIdentity(name)) &&
            !virDomainHostdevCompatAttrIsSame(a->attrs[i], virNodeDeviceCompatAttrsFind(b, name),
                                              partial) &&
            !virDomainHostdevCompatIsStated(stated, name))
            return name;
    }

    return NULL;
}


/* The name of what has changed in what a device accepts, or NULL */
static const char *
virDomainHostdevCompatFindChangeAccepts(const virNodeDeviceCompat *old,
                                        const virNodeDeviceCompat *new,
                                        const virDomainHostdevCompatStated *stated)
{
    const char *name;
    size_t i;

    if (virDomainHostdevCompatIsStated(stated, NULL))
        return NULL;

    if (old->naccepts != new->naccepts)
        return (old->naccepts < new->naccepts ?
                virDomainHostdevCompatIsPartial(old, new) :
                virDomainHostdevCompatIsPartial(new, old)) ? NULL : "accepts";

    for (i = 0; i < old->naccepts; i++) {
        if ((name = virDomainHostdevCompatAttrsFindChange(old->accepts[i], new->accepts[i],
                                                          false, false, stated)) ||
            (name = virDomainHostdevCompatAttrsFindChange(new->accepts[i], old->accepts[i],
                                                          false, false, stated)))
            return name;
    }

    return NULL;
}


/**
 * virDomainHostdevCompatFindChange:
 * @old: descriptor of a device as it was compared
 * @new: as it is now
 * @oldFacts: what the administrator stated then, or NULL
 * @newFacts: and now
 *
 * Returns the name of what has changed in the device, or NULL.
 */
const char *
virDomainHostdevCompatFindChange(const virNodeDeviceCompat *old,
                                 const virNodeDeviceCompat *new,
                                 const virNodeDeviceCompatFacts *oldFacts,
                                 const virNodeDeviceCompatFacts *newFacts)
{
    const virDomainHostdevCompatStated stated = { .facts = { oldFacts, newFacts } };
    bool oldPartial = virDomainHostdevCompatIsPartial(old, new);
    bool newPartial = virDomainHostdevCompatIsPartial(new, old);
    bool shown = oldPartial || newPartial;
    const char *name;

    if ((name = virDomainHostdevCompatAttrsFindChange(&old->self, &new->self, newPartial, shown,
                                                      &stated)) ||
        (name = virDomainHostdevCompatAttrsFindChange(&new->self, &old->self, oldPartial, shown,
                                                      &stated)))
        return name;

    /* A driver may have no answer as long as the device is open. */
    if (old->opaque && new->opaque && STRNEQ(old->opaque, new->opaque))
        return VIR_NODE_DEVICE_COMPAT_OPAQUE;

    return virDomainHostdevCompatFindChangeAccepts(old, new, &stated);
}
