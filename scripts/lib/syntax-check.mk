# libvirt's syntax-check for this project's files, see scripts/syntax-check, which
# sets root, top_srcdir, top_builddir and VC_LIST.

RUNUTF8 = LC_ALL= LANG=C LC_CTYPE=C.UTF-8
FLAKE8 = $(shell command -v flake8)
BLACK =
PYTHON = python3
GREP = grep
SED = sed
AWK = awk

include $(top_srcdir)/build-aux/syntax-check.mk

# Files are looked for here, not where they are linked to.
_prepend_srcdir_prefix = | $(SED) 's|^|$(root)/|'

# A folder of this project's, of which libvirt's list of what may be included from
# where does not know; scripts/check-includes does.
cross_dirs := $(filter-out nodedev_compat/,$(cross_dirs))

# Stands in front of the function behind one of the macros.
exclude_file_name_regexp--sc_prohibit_internal_functions := \
  $(exclude_file_name_regexp--sc_prohibit_internal_functions)|^tests/fuzz/memoryfs\.c$$$$

# A program and a library that are linked with nothing of libvirt's, and names of NVIDIA's.
exclude_nvml := ^(src/nodedev_compat/nvml/.*|tests/nodedevcompat/nvml/fakenvml\.c)$$$$
exclude_file_name_regexp--sc_avoid_write := $(exclude_nvml)
exclude_file_name_regexp--sc_gettext_init := ^tests/|$(exclude_nvml)
exclude_file_name_regexp--sc_prohibit_close := $(exclude_nvml)|^docs/|^tests/.*mock\.c$$$$
exclude_file_name_regexp--sc_prohibit_mixed_case_abbreviations := \
  $(exclude_nvml)|^tests/nodedevcompat/unit/nodedevcompatnvmltest\.c$$$$
exclude_file_name_regexp--sc_prohibit_snprintf := $(exclude_nvml)
exclude_file_name_regexp--sc_prohibit_strcmp := $(exclude_nvml)
exclude_file_name_regexp--sc_prohibit_strncmp := $(exclude_nvml)
exclude_file_name_regexp--sc_prohibit_strtol := $(exclude_nvml)

# Scripts in Python are no sources in C.
exclude_file_name_regexp--sc_require_enum_last_marker := ^tests/nodedevcompat/cli/
exclude_file_name_regexp--sc_require_locale_h := ^tests/nodedevcompat/cli/
exclude_file_name_regexp--sc_require_whitespace_in_translation := ^tests/nodedevcompat/cli/
