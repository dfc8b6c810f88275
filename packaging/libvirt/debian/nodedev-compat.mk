# nodedev-compat/ is laid out like libvirt: its files are linked into libvirt's tree for
# the build, and its messages added to libvirt's catalogues.
execute_before_dh_auto_configure:
	nodedev-compat/packaging/libvirt/own-files add

execute_before_dh_clean:
	nodedev-compat/packaging/libvirt/own-files remove

# A third of what is compiled is tests.
ifneq (,$(filter nocheck, $(DEB_BUILD_OPTIONS)))
DEB_CONFIGURE_EXTRA_ARGS := $(filter-out -Dtests=enabled, $(DEB_CONFIGURE_EXTRA_ARGS)) -Dtests=disabled
endif
